import {compare, type Comparison} from "../analysis/compare.js";
import {takeRows, type Split} from "../diffusion/heldOut.js";
import type {PriorWeights} from "../diffusion/prior.js";
import type {NdArray} from "../formats/ndarray.js";
import {samplePrior} from "./samplePrior.js";

/**
 * Samples of a prior compared with the latents that its training held out, each draw with samples of its own; the floors are
 * between these latents and those trained on. As `npm run evaluate` compares, without what needs a decoder.
 * @param mu latents [n, d]
 * @param split of their rows, by the seed of the training
 * @param options `samples`: for the classifier, which uses as many as there are held out (2000); `draws`: of MMD and sliced W2 (16);
 * `seed`: of samples and draws (1)
 */
export async function compareHeldOut(
  prior: PriorWeights,
  {shape: [, d], data}: NdArray<Float32Array>,
  split: Split,
  {samples = 2000, draws = 16, seed = 1}: {samples?: number; draws?: number; seed?: number} = {}
): Promise<Comparison> {
  const [kept, others] = [split.heldOut, split.trained].map((rows) =>
    Float64Array.from(takeRows(data, d, rows))
  );
  const tolerance = {rtol: 1e-3, atol: 1e-3};
  const drawn = await samplePrior(prior, {n: samples, seed, ...tolerance});
  const perDraw = Math.min(split.heldOut.length >> 1, samples);
  const more = await samplePrior(prior, {n: perDraw * draws, first: samples, seed, ...tolerance});
  return compare(kept, drawn.z, d, {others, more: more.z, draws, seed});
}
