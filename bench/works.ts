import {random} from "../components/compute/random.js";
import {Mlp, initialParameters} from "../components/compute/mlp.js";
import {parameterCount} from "../components/compute/mlp.js";
import {SharedAdam, sharedTraining} from "../components/compute/sharedAdam.js";
import {forwardModel} from "../components/cryoem/image.js";
import {lattice} from "../components/cryoem/lattice.js";
import type {Recipe} from "../components/cryoem/recipe.js";
import {makeBatch, lossAndGradient} from "../components/diffusion/edmLoss.js";
import {priorShape, type PriorConfig} from "../components/diffusion/network.js";
import {defaultPrior, initialPrior, priorDenoiser} from "../components/diffusion/prior.js";
import {recipeStructure} from "../components/jobs/simulate.js";
import {defaultVae, type VaeConfig} from "../components/vae/config.js";
import {MapDecoder} from "../components/vae/decode.js";
import type {ImageSet} from "../components/vae/imageSet.js";
import {initialVae, vaeNetworks} from "../components/vae/model.js";
import {vaeStep} from "../components/vae/step.js";

/** One thing that is measured: `run` does `amount` units of work. */
export interface Work {
  name: string;
  unit: string;
  amount: number;
  run(step: number): void;
}

const prior: PriorConfig = {...defaultPrior, zdim: 8};
const BATCH = 1024;

/** Training steps of the talk's prior: 16 layers x 128, batch 1024, EDM loss, Adam with moving average. */
export function priorStep(): Work {
  const shape = priorShape(prior);
  const mlp = new Mlp(shape, 128);
  mlp.setParameters(initialParameters(shape, random(1)));
  const shared = sharedTraining(mlp.packedLength, 1, true);
  shared.parameters.set(mlp.packed(mlp.weights));
  const adam = new SharedAdam([mlp], shared, 0);
  adam.load();
  const data = random(2).fillNormal(new Float32Array(8 * 10_000));
  const run = (step: number) => {
    lossAndGradient(mlp, makeBatch(data, prior, {seed: 1, step, first: 0, count: BATCH}), BATCH);
    adam.step(step + 1, 1e-3, 0.999);
  };
  return {name: "prior-step", unit: "steps/s", amount: 1, run};
}

/** Evaluations of that prior's denoiser, 2,000 rows a call. */
export function denoise(): Work {
  const identity = {mean: new Float64Array(8), deviation: new Float64Array(8).fill(1)};
  const denoiser = priorDenoiser(initialPrior(prior, identity, random(1)));
  const n = 2000;
  const x = random(2).fillNormal(new Float64Array(n * 8));
  const sigma = new Float64Array(n).fill(1);
  return {name: "denoise", unit: "evaluations/s", amount: n, run: () => void denoiser(x, sigma)};
}

const vaeOf = (boxSize: number): VaeConfig => ({...defaultVae, boxSize, pixelSize: 768 / boxSize});

/** Images of a VAE's training at 256 x 3, without the optimiser (1% of the time). */
export function vaeImages(name: string, boxSize: number, pixelsPerImage: number): Work {
  const config = vaeOf(boxSize);
  const {pixels} = lattice(boxSize);
  const n = 16;
  const rng = random(1);
  const row = [boxSize, config.pixelSize, 20000, 20000, 0, 300, 2, 0.1, 0];
  const set: ImageSet = {
    n,
    boxSize,
    pixelSize: config.pixelSize,
    pixels,
    images: rng.fillNormal(new Float32Array(n * pixels)),
    rotations: Float32Array.from(
      Array.from({length: n}, () => [0.36, 0.48, -0.8, -0.8, 0.6, 0, 0.48, 0.64, 0.6]).flat()
    ),
    ctf: Float32Array.from(Array.from({length: n}, () => row).flat()),
    scale: 1
  };
  const networks = vaeNetworks(initialVae(config, rng), {images: n, points: 128}, true);
  const compute = vaeStep(networks, set, pixelsPerImage);
  const picks = Int32Array.from({length: n}, (_, i) => i);
  const run = (step: number) => void compute({picks, first: 0, batchSize: n, seed: 1, step});
  return {name, unit: "images/s", amount: n, run};
}

/** Maps decoded at D = 64 by 256 x 3. */
export function decodeMaps(): Work {
  const decoder = new MapDecoder(initialVae(vaeOf(64), random(1)));
  return {name: "decode-d64", unit: "maps/s", amount: 1, run: () => void decoder.decode(new Float32Array(8))};
}

/** Images of linear1d at D = 128: projection, CTF, noise. */
export function simulateImages(recipe: Recipe): Work {
  const model = forwardModel(recipe, recipeStructure(recipe));
  const image = new Float32Array(recipe.boxSize ** 2);
  const n = 8;
  const run = (step: number) => {
    for (let k = 0; k < n; ++k) {
      const i = step * n + k;
      model.clean(model.draw(i), image);
      model.addNoise(i, 1, image);
    }
  };
  return {name: "simulate-d128", unit: "images/s", amount: n, run};
}

/** Parameters of the talk's prior, for the table's heading. */
export const priorParameters = (): number => parameterCount(priorShape(prior));
export {prior as benchPrior, BATCH as benchBatch};
