import {readFileSync} from "node:fs";
import {expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {parameterCount} from "../../components/compute/mlp.js";
import {readSafetensors, writeSafetensors} from "../../components/formats/safetensors.js";
import {decoderShape, defaultVae, encoderShape} from "../../components/vae/config.js";
import {writeVae} from "../../components/vae/file.js";
import {vaeLayers} from "../../components/vae/layers.js";
import {initialVae} from "../../components/vae/model.js";

test("the shipped VAE's sizes are those of its tensors", () => {
  const bytes = new Uint8Array(
    readFileSync(new URL("../../data/trained/linear1d/vae.safetensors", import.meta.url))
  );
  const found = vaeLayers(bytes, "vae.safetensors");
  const {tensors} = readSafetensors(bytes, "vae.safetensors");
  const numbers = Object.values(tensors).reduce((n, {data}) => n + data.length, 0);
  const own = [...found.encoder, ...found.decoder].reduce((n, {parameters}) => n + parameters, 0);
  expect(own + 3 * found.drawnFrequencies).toBe(numbers);
  expect(found.encoder.map(({inputs, outputs}) => [inputs, outputs])).toEqual([[3208, 256], [256, 256], [256, 256], [256, 256], [256, 16]]); // prettier-ignore
  expect(found.decoder.map(({residual}) => residual)).toEqual([false, true, true, true, false]);
  expect(found).toMatchObject({drawnFrequencies: 96, frequencies: 96, pixels: 3208, encoderPixels: 3208});
  expect(found.preparation).toMatchObject({boxSize: 64, window: true, invert: false});
});

test("parameters are counted for other shapes, and a file that does not fit itself is refused", () => {
  const config = {...defaultVae, boxSize: 16, pixelSize: 2, zdim: 3, encoderLayers: 1, encoderWidth: 10, domain: "hartley" as const, encoding: "geom_lowf" as const}; // prettier-ignore
  const bytes = writeVae(initialVae(config, random(1)), {scale: 1});
  const {encoder, decoder, drawnFrequencies} = vaeLayers(bytes, "v");
  const count = (of: typeof encoder) => of.reduce((n, {parameters}) => n + parameters, 0);
  expect(count(encoder)).toBe(parameterCount(encoderShape(config)));
  expect(count(decoder)).toBe(parameterCount(decoderShape(config)));
  expect(drawnFrequencies).toBe(0);
  const {tensors, metadata} = readSafetensors(bytes, "v");
  delete tensors["encoder.main.0.weight"];
  expect(() => vaeLayers(writeSafetensors(tensors, metadata), "v")).toThrow(/^v: encoder\.main\.: found 10 → 10, 10 → 6; expected layers 196 → 10/); // prettier-ignore
  expect(() => vaeLayers(writeSafetensors(tensors, {}), "v")).toThrow("v: metadata: found no entry `vae`");
  expect(() => vaeLayers(bytes.slice(0, 200), "v")).toThrow(/^v: /);
});
