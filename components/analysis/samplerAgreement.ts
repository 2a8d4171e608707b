import {quiet, type JobContext} from "../compute/job.js";
import {random} from "../compute/random.js";
import {sampleMixture} from "../diffusion/gaussianMixture.js";
import type {Sampler} from "../samplers/sampler.js";
import {startingNoise} from "../samplers/track.js";
import {LAW_BANDWIDTH} from "./mmdToLaw.js";
import {permutationTest, type PermutationTest} from "./permutationTest.js";
import {laterNoiseOf, noiseOf, type RaceSetting} from "./samplerRace.js";

/** Two sets of points, and whether they can be told apart. */
export interface Agreement extends PermutationTest {
  first: string;
  second: string;
}

export interface NamedSampler {
  name: string;
  steps: number;
  sampler: Sampler;
}

/** What draws of the law itself are called. */
export const THE_LAW = "the law";

/**
 * Do samplers agree in law? Kernel two-sample tests of each against draws of the law, and of each pair; every one starts from
 * noise of its own, so that the sets are independent.
 * @throws the signal's reason when cancelled
 */
export async function samplerAgreement(
  samplers: readonly NamedSampler[],
  {mixture, denoiser, schedule, times, n, seed}: Omit<RaceSetting, "draws" | "reference">,
  context: JobContext = quiet,
  partial?: (found: Agreement[]) => void
): Promise<Agreement[]> {
  const d = mixture.dimension;
  const inside = {...context, progress: () => {}};
  const total = samplers.length + (samplers.length * (samplers.length + 1)) / 2;
  const sets = [{name: THE_LAW, x: sampleMixture(mixture, n, random(seed, 0x4c4157))}];
  for (const [i, {name, steps, sampler}] of samplers.entries()) {
    const along = times(steps);
    const x = startingNoise(schedule, along[0], {n, d, rng: noiseOf(seed, i)});
    const rng = laterNoiseOf(seed, i);
    sets.push({name, x: (await sampler({denoiser, schedule, times: along, x, n, rng, context: inside})).x});
    context.progress(i + 1, total);
  }
  const found: Agreement[] = [];
  for (let i = 1; i < sets.length; ++i)
    for (let j = 0; j < i; ++j) {
      await context.turn();
      const rng = random(seed, 0x5045524d, i, j);
      const test = permutationTest(sets[i].x, sets[j].x, d, {h: LAW_BANDWIDTH, rng});
      found.push({first: sets[i].name, second: sets[j].name, ...test});
      context.progress(samplers.length + found.length, total);
      partial?.([...found]);
    }
  return found;
}
