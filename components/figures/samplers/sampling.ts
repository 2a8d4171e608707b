import {computed, type ReadonlySignal} from "@preact/signals-core";
import type {ErrorFloor} from "../../analysis/lawError.js";
import {lawError} from "../../analysis/lawError.js";
import {laterNoiseOf, noiseOf} from "../../analysis/samplerRace.js";
import type {JobContext} from "../../compute/job.js";
import type {Denoiser} from "../../diffusion/denoiser.js";
import type {GaussianMixture} from "../../diffusion/gaussianMixture.js";
import type {Schedule} from "../../diffusion/schedule.js";
import type {Sampler} from "../../samplers/sampler.js";
import {startingNoise, track, type Track} from "../../samplers/track.js";
import {followSeen} from "../lab/followSeen.js";
import {sliced, unlessSuperseded} from "./slices.js";
import type {SamplersState} from "./state.js";

/** Points that MMD² is taken from while controls move. */
const MMD_POINTS = 500;

export interface SamplingInput {
  denoiser: Denoiser;
  schedule: Schedule;
  times: Float64Array;
  sampler: Sampler;
  n: number;
  d: number;
  seed: number;
  context?: JobContext;
}

/** Points from noise to data by a sampler, with every place on their way; the same noise for every sampler. */
export const waysOf = ({sampler, n, d, seed, ...input}: SamplingInput): Promise<Track> =>
  track(sampler, {
    ...input,
    n,
    x: startingNoise(input.schedule, input.times[0], {n, d, rng: noiseOf(seed, 0)}),
    rng: laterNoiseOf(seed, 0)
  });

/** What a figure of samples is drawn from. */
export interface Sampling {
  way: Track;
  law: GaussianMixture;
  schedule: Schedule;
  error: {w2: number; mmd2: number};
  floor: ErrorFloor;
}

/** Why there are no samples to show, for those that have become infinite or no number. */
export const LOST =
  "Some points have gone beyond all numbers: this sampler is unstable with steps this large. Take more steps, or another spacing.";

/** The present law's ways under a sampler, as long as a figure shows them. */
export function followSampling(
  {lab, timesOf}: SamplersState,
  chosen: ReadonlySignal<{sampler: Sampler; steps: number} | undefined>
) {
  const measure = computed(
    () => lab.mixture.value && lawError(lab.mixture.value, lab.count.value, {most: MMD_POINTS})
  );
  const question = computed(() => {
    const [law, denoiser, schedule] = [lab.mixture.value, lab.denoiser.value, lab.schedule.value];
    const run = chosen.value;
    if (!law || !denoiser || !schedule || !run || !measure.value) return undefined;
    return {
      law,
      denoiser,
      schedule,
      times: timesOf.value!(run.steps),
      sampler: run.sampler,
      n: lab.count.value,
      d: law.dimension,
      seed: lab.seed.value,
      measure: measure.value
    };
  });
  const followed = followSeen(question, async ({law, measure, ...asked}, signal): Promise<Sampling> => {
    const mine = question.peek();
    const way = await waysOf({...asked, context: sliced(signal, () => question.peek() === mine)});
    const last = way.points[way.points.length - 1];
    if (last.length !== asked.n * asked.d)
      throw new Error(`The sampler gives ${last.length} numbers; expected ${asked.n * asked.d}.`);
    if (!last.every(Number.isFinite)) throw new Error(LOST);
    return {way, law, schedule: asked.schedule, error: measure.of(last), floor: measure.floor};
  });
  return {
    value: followed.value,
    trouble: computed(() => unlessSuperseded(followed.error.value)),
    dispose: followed.dispose
  };
}
