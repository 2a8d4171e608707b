import {random} from "../../compute/random.js";
import type {Backend, Network} from "../../compute/network.js";
import {openNetwork} from "../../compute/open.js";
import {startVectors} from "../../compute/vectors.js";
import {cleanImages, exactImages} from "../../cryoem/cleanImage.js";
import {forwardModel} from "../../cryoem/image.js";
import {lattice} from "../../cryoem/lattice.js";
import {networkDenoiser, priorShape, type PriorConfig} from "../../diffusion/network.js";
import {defaultPrior, initialPrior, openDenoiser} from "../../diffusion/prior.js";
import {priorPresets} from "../../diffusion/presets.js";
import type {PriorReplicaInit} from "../../diffusion/training.js";
import {defaultVae, type VaeConfig} from "../../vae/config.js";
import {MapDecoder} from "../../vae/decode.js";
import type {ImageSet} from "../../vae/imageSet.js";
import {initialVae, vaeSpecs} from "../../vae/model.js";
import type {VaeReplicaInit} from "../../vae/training.js";
import type {NamedBytes, NamedJson} from "../files.js";
import {imageCount} from "../../cryoem/recipe.js";
import {sceneOf} from "../models.js";
import {openTeam, type TeamOptions} from "../replicas.js";
import {samplePrior} from "../samplePrior.js";
import {STRETCH} from "../trainPrior.js";
import {readPrior} from "../../diffusion/priorFile.js";
import {PLAIN} from "./plan.js";

/** One thing that is measured: `run` does `amount` units of work. */
export interface Work {
  unit: string;
  amount: number;
  run(call: number): unknown;
  dispose?(): void;
}

/** Files that some works are about, each needed by that work alone. */
export interface BenchFiles {
  /** A trained prior, for `sample-5000`. */
  prior?: NamedBytes;
  /** What to simulate, for `simulate-d128`. */
  recipe?: NamedJson;
}

/** The talk's prior: 16 layers x 128, |z| = 8. */
export const benchPrior: PriorConfig = {...defaultPrior, zdim: 8};

const weights = () =>
  initialPrior(benchPrior, {mean: new Float64Array(8), deviation: new Float64Array(8).fill(1)}, random(1));

/** Training steps of the talk's prior: batch 1024, EDM loss, Adam with moving average; by a team of threads. */
async function priorSteps(options: TeamOptions): Promise<Work> {
  const init: Omit<PriorReplicaInit, "meeting" | "backend"> = {
    config: benchPrior,
    data: random(2).fillNormal(new Float32Array(8 * 10_000)),
    training: {...priorPresets.paper.training, seed: 1},
    vectors: startVectors([weights().parameters], true)
  };
  const team = await openTeam("prior", init, [{shape: priorShape(benchPrior)}], options);
  const run = (call: number) => team.run(STRETCH * call, STRETCH * (call + 1));
  return {unit: "steps/s", amount: STRETCH, run, dispose: () => team.dispose()};
}

/** Training of the VAE at 256 x 3 with Adam, in images; by a team of threads. */
const vaeImages =
  (boxSize: number, pixelsPerImage: number, batchSize: number) =>
  async (options: TeamOptions): Promise<Work> => {
    const config: VaeConfig = {...defaultVae, boxSize, pixelSize: 768 / boxSize};
    const initial = initialVae(config, random(1));
    const init: Omit<VaeReplicaInit, "meeting" | "backend"> = {
      weights: initial,
      set: randomImages(config, batchSize),
      training: {
        epochs: 1e9,
        batchSize,
        pixelsPerImage,
        learningRate: {rate: 1e-4, warmUp: 0, shape: "constant", floor: 1},
        heldOut: 0,
        seed: 1
      },
      vectors: startVectors([initial.encoder, initial.decoder], false)
    };
    const team = await openTeam("vae", init, vaeSpecs(initial), options);
    const run = (call: number) => team.run(call, call + 1);
    return {unit: "images/s", amount: batchSize, run, dispose: () => team.dispose()};
  };

// The time of a step does not depend on what is in the images.
function randomImages({boxSize, pixelSize}: VaeConfig, n: number): ImageSet {
  const {pixels} = lattice(boxSize);
  const rotation = [0.36, 0.48, -0.8, -0.8, 0.6, 0, 0.48, 0.64, 0.6];
  const row = [boxSize, pixelSize, 20000, 20000, 0, 300, 2, 0.1, 0];
  const repeated = (values: number[]) =>
    Float32Array.from({length: n * values.length}, (_, i) => values[i % values.length]);
  const images = random(1).fillNormal(new Float32Array(n * pixels));
  return {n, boxSize, pixelSize, pixels, images, rotations: repeated(rotation), ctf: repeated(row), scale: 1};
}

/** Works of several threads that train together. */
export const teamWorks = {
  "prior-step": priorSteps,
  "vae-d32": vaeImages(32, Infinity, 32),
  "vae-d64": vaeImages(64, Infinity, 8),
  "vae-d64-256px": vaeImages(64, 256, 32)
} satisfies Record<string, (options: TeamOptions) => Promise<Work>>;

/** Works that each thread does by itself. */
export const shareWorks = {
  /** Evaluations of the talk's prior's denoiser, 10,000 rows a call. */
  async denoise(backend: Backend): Promise<Work> {
    const n = 10_000;
    const network: Network = await openNetwork(
      backend,
      {shape: priorShape(benchPrior)},
      weights().parameters
    );
    const denoiser = networkDenoiser(network, benchPrior);
    const x = random(2).fillNormal(new Float64Array(n * 8));
    const sigma = new Float64Array(n).fill(1);
    const run = () => denoiser(x, sigma);
    return {unit: "evaluations/s", amount: n, run, dispose: () => network.dispose()};
  },
  /** Maps at D = 64 by 256 x 3, each of another latent. */
  async "decode-d64"(): Promise<Work> {
    const config: VaeConfig = {...defaultVae, boxSize: 64, pixelSize: 12};
    const decoder = new MapDecoder(initialVae(config, random(1)));
    const run = (call: number) => decoder.decode(random(3, call).fillNormal(new Float32Array(8)));
    return Promise.resolve({unit: "maps/s", amount: 1, run});
  },
  /** Samples of the shipped prior, as many as a thread's share of 5,000, at the notebook's tolerance. */
  async "sample-5000"(backend: Backend, {prior: file}: BenchFiles, threads: number): Promise<Work> {
    if (!file) throw new Error("sample-5000: found no file of a prior; expected one");
    const prior = readPrior(file.bytes, file.name);
    const denoiser = await openDenoiser(prior, backend);
    const n = Math.ceil(5000 / threads);
    const run = (call: number) => samplePrior(prior, {n, seed: call}, undefined, undefined, denoiser);
    return {unit: "samples/s", amount: n, run, dispose: () => denoiser.dispose()};
  },
  /** Images of the recipe: projection, CTF, noise; by the kernel, or in plain JavaScript and float64. */
  "simulate-d128"(backend: Backend, {recipe: file}: BenchFiles): Promise<Work> {
    if (!file) throw new Error("simulate-d128: found no recipe; expected one");
    const {recipe, structure} = sceneOf(file);
    const model = forwardModel(recipe, structure, backend === PLAIN ? exactImages : cleanImages);
    const image = new Float32Array(recipe.boxSize ** 2);
    const n = 8;
    const run = (call: number) => {
      for (let k = 0; k < n; ++k) {
        const i = (call * n + k) % imageCount(recipe);
        model.clean(model.draw(i), image);
        model.addNoise(i, 1, image);
      }
    };
    return Promise.resolve({unit: "images/s", amount: n, run});
  }
} satisfies Record<string, (backend: Backend, files: BenchFiles, threads: number) => Promise<Work>>;
