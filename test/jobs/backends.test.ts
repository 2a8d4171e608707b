import {expect, it, vi} from "vitest";
import {random} from "../../components/compute/random.js";
import {EDM} from "../../components/diffusion/edm.js";
import {initialPrior, openDenoiser} from "../../components/diffusion/prior.js";
import {startPrior} from "../../components/diffusion/priorState.js";
import {probeBackends} from "../../components/jobs/probe.js";
import {samplePrior} from "../../components/jobs/samplePrior.js";
import {trainPrior} from "../../components/jobs/trainPrior.js";
import {priorPresets} from "../../components/diffusion/presets.js";
import {openMapDecoder} from "../../components/vae/decode.js";
import {defaultVae} from "../../components/vae/config.js";
import {encodeImages} from "../../components/vae/encode.js";
import {initialVae} from "../../components/vae/model.js";
import {maxDifference} from "../golden.js";
import {randomImages} from "../vae/randomImages.js";

const vae = initialVae(
  {...defaultVae, boxSize: 16, pixelSize: 6, zdim: 4, encoderWidth: 32, decoderWidth: 32},
  random(1)
);
const config = {zdim: 3, layers: 2, width: 32, noisePairs: 4, edm: EDM};
const identity = {mean: new Float64Array(3), deviation: new Float64Array(3).fill(1)};

it.each(["fourier", "hartley"] as const)("maps are the same on TensorFlow.js, %s", async (domain) => {
  // An encoding and a width beside the usual ones.
  const model = initialVae({...vae.config, domain, encoding: "geom_ft", decoderWidth: 30}, random(2));
  const z = [0.3, -1, 2, 0.5];
  const [kernel, tfjs] = [await openMapDecoder(model, 2, "wasm"), await openMapDecoder(model, 2, "cpu")];
  for (const box of [16, 8]) {
    const map = await kernel.decode(z, box);
    expect(Math.max(...map)).toBeGreaterThan(1e-6);
    expect(maxDifference(await tfjs.decode(z, box), map)).toBeLessThan(1e-5 * Math.max(...map));
  }
});

it("encodings and samples are the same on TensorFlow.js", async () => {
  const set = randomImages(5, 16);
  const encode = async (backend: "wasm" | "cpu") => {
    const [mu, logvar] = [new Float32Array(20), new Float32Array(20)];
    await encodeImages({weights: vae, set, from: 0, to: 5, mu, logvar}, undefined, backend);
    return [...mu, ...logvar];
  };
  expect(maxDifference(await encode("cpu"), await encode("wasm"))).toBeLessThan(1e-5);
  const prior = initialPrior(config, identity, random(3));
  const sample = async (backend: "wasm" | "cpu") =>
    (await samplePrior(prior, {n: 4, seed: 1}, undefined, undefined, await openDenoiser(prior, backend))).z;
  const [a, b] = [await sample("cpu"), await sample("wasm")];
  expect(maxDifference(a, b)).toBeLessThan(1e-3); // the tolerance of the steps, which rounding may move
});

it("a probe times real steps, and says why a backend can't run", async () => {
  const mu = {shape: [100, 3], data: random(1).fillNormal(new Float32Array(300))};
  const {training, model} = priorPresets.quick;
  const probed = await probeBackends(startPrior(mu, model, {...training, seed: 1}), []);
  expect(probed.map(({backend}) => backend)).toEqual(["wasm", "webgpu"]);
  expect(probed[0].rate).toBeGreaterThan(1);
  expect(probed[1]).toMatchObject({rate: 0, reason: "not available here"});
});

it("training needs no WebAssembly on TensorFlow.js's backends, and gives the losses of the kernel", async () => {
  const mu = {shape: [100, 3], data: random(1).fillNormal(new Float32Array(300))};
  const {training} = priorPresets.quick;
  const settings = {...training, steps: 20, batchSize: 32, evaluateEvery: 10, seed: 1};
  const {zdim: _, ...model} = config;
  const kernel = await trainPrior(startPrior(mu, model, settings));
  const none = vi.spyOn(WebAssembly, "Instance").mockImplementation(function () {
    throw new Error("no WebAssembly here");
  });
  try {
    await expect(trainPrior(startPrior(mu, model, settings))).rejects.toThrow("no WebAssembly here");
    const {losses} = await trainPrior(startPrior(mu, model, settings), {backend: "cpu"});
    expect(losses.map(({step}) => step)).toEqual([10, 20]);
    losses.forEach(({trained, heldOut}, i) => {
      expect(Math.abs(trained / kernel.losses[i].trained - 1)).toBeLessThan(1e-4);
      expect(Math.abs(heldOut / kernel.losses[i].heldOut - 1)).toBeLessThan(1e-4);
    });
    const [fastest] = (await probeBackends(startPrior(mu, model, settings), [])).filter(({rate}) => rate > 0);
    expect(fastest.backend).toBe("cpu");
  } finally {
    none.mockRestore();
  }
});
