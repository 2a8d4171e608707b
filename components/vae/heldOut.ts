import type {ImageSet} from "./imageSet.js";
import type {VaeLoss} from "./loss.js";
import {openVae, type VaeWeights} from "./model.js";
import {vaeStep} from "./step.js";

/** Images that are evaluated together. */
const BATCH = 8;

/**
 * The loss of given weights on images `from` to `to` (exclusive), such as those that training never saw: over all masked
 * pixels, at the posterior mean.
 * @returns sums over the images
 */
export async function vaeLossOn(
  weights: VaeWeights,
  set: ImageSet,
  from: number,
  to: number
): Promise<VaeLoss> {
  const networks = await openVae(weights, {images: BATCH});
  const half = weights.config.domain === "fourier" ? set.pixels / 2 : set.pixels;
  const every = {
    epsilon: new Float32Array(weights.config.zdim),
    points: Int32Array.from({length: half}, (_, p) => p)
  };
  const run = vaeStep(networks, set, Infinity);
  const sum: VaeLoss = {gen: 0, kld: 0};
  for (let start = from; start < to; start += BATCH) {
    const picks = Int32Array.from({length: Math.min(BATCH, to - start)}, (_, i) => start + i);
    const part = {picks, first: 0, batchSize: 1, seed: 0, step: 0};
    const {gen, kld} = await run(part, () => every, false);
    sum.gen += gen;
    sum.kld += kld;
  }
  networks.trainer.dispose();
  return sum;
}
