import {readFileSync} from "node:fs";
import {describe, expect, it} from "vitest";
import {random} from "../../components/compute/random.js";
import {readSafetensors, writeSafetensors} from "../../components/formats/safetensors.js";
import {defaultVae} from "../../components/vae/config.js";
import {readVae, scaleOf, writeVae} from "../../components/vae/file.js";
import {initialVae} from "../../components/vae/model.js";

const config = {...defaultVae, boxSize: 8, pixelSize: 2, encoderWidth: 8, decoderWidth: 8};
const vae = initialVae(config, random(1));

describe("a VAE's weights file", () => {
  it("gives back what was written, and float16 nearly so", () => {
    const {metadata, ...back} = readVae(writeVae(vae, {seed: 3}), "vae");
    expect(back).toEqual(vae);
    expect(metadata).toEqual({seed: 3});
    const half = readVae(writeVae(vae, {}, {half: true}), "half");
    half.decoder.forEach((w, i) =>
      expect(Math.abs(w - vae.decoder[i])).toBeLessThan(1e-3 * Math.abs(vae.decoder[i]) + 1e-7)
    );
  });

  it("keeps what decoded values stand for: a factor, or cryoDRGN's mean and deviation", () => {
    const back = (metadata: Record<string, unknown>) =>
      scaleOf(readVae(writeVae(vae, metadata), "vae"), "vae");
    expect(back({})).toBe(1);
    expect(back({scale: 40.5})).toBe(40.5);
    expect(back({scale: {mean: -3, std: 7}})).toEqual({mean: -3, std: 7});
    expect(() => back({scale: -1})).toThrow(/^vae: metadata\.scale/);
  });

  it("keeps widths that are no multiple of 4, and settings that are not given by default", () => {
    const odd = {...config, encoderWidth: 7, decoderWidth: 9, encodingDim: 3, encoderRadius: 3};
    const made = initialVae(odd, random(2));
    const {metadata: _, ...back} = readVae(writeVae(made), "vae");
    expect(back).toEqual(made);
    expect(back.randFrequencies).toHaveLength(27);
  });

  it("reads the weights that ship, which say less than there is to say now", () => {
    const shipped = readVae(new Uint8Array(readFileSync("data/trained/linear1d/vae.safetensors")), "vae");
    expect(shipped.config).toMatchObject({boxSize: 64, zdim: 8, encoding: "gaussian"});
    expect(shipped.config).not.toHaveProperty("encodingDim");
    expect(shipped.randFrequencies).toHaveLength(288);
  });

  it("uses the names of cryoDRGN's state dictionary", () => {
    const {tensors} = readSafetensors(writeVae(vae), "vae");
    expect(Object.keys(tensors)).toContain("encoder.main.0.weight");
    expect(Object.keys(tensors)).toContain("decoder.decoder.main.2.linear.bias");
    expect(tensors["decoder.rand_freqs"].shape).toEqual([12, 3]);
  });

  it("says which tensor or setting is wrong", () => {
    const {tensors, metadata} = readSafetensors(writeVae(vae), "vae");
    const changed =
      (t: typeof tensors, about = metadata) =>
      () =>
        readVae(writeSafetensors(t, about), "vae.safetensors");
    const {"encoder.main.0.bias": _, ...less} = tensors;
    expect(changed(less)).toThrow(
      "vae.safetensors: encoder.main.0.bias: found nothing; expected a tensor [8]"
    );
    const nan = {...tensors, "encoder.main.0.bias": {shape: [8], data: new Float32Array(8).fill(NaN)}};
    expect(changed(nan)).toThrow("encoder.main.0.bias: found NaN at 0; expected finite numbers");
    const odd = {...metadata, vae: JSON.stringify({config: {...config, boxSize: 7}})};
    expect(changed(tensors, odd)).toThrow(/config\.boxSize: found 7; expected/);
    expect(changed(tensors, {vae: "{"})).toThrow(/metadata: found no JSON object/);
    expect(changed(tensors, {})).toThrow(/metadata: found no entry `vae`/);
  });
});
