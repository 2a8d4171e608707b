import type {Rng} from "../compute/random.js";
import type {Schedule} from "../diffusion/schedule.js";
import type {Sampled, Sampler, SamplerInput} from "./sampler.js";

/** Where points were on their way: one entry for each time. */
export interface Track extends Sampled {
  times: Float64Array;
  /** Points at each time [n, d]. */
  points: Float64Array[];
}

/** Runs a sampler and keeps every place its points came through. */
export async function track(sampler: Sampler, input: SamplerInput): Promise<Track> {
  const times: number[] = [];
  const points: Float64Array[] = [];
  const sampled = await sampler({
    ...input,
    observe(step, t, x) {
      times.push(t);
      points.push(x.slice());
      input.observe?.(step, t, x);
    }
  });
  return {...sampled, times: Float64Array.from(times), points};
}

/**
 * Noise to start from at a time [n, d]: the Gaussian that has the variance of noisy data there, s^2 (1 + sigma^2) for data of unit
 * variance. For VP this is N(0, I) at every time; for VE and EDM nearly N(0, sigma_max^2 I).
 */
export function startingNoise(
  {s, sigma}: Schedule,
  t: number,
  {n, d, rng}: {n: number; d: number; rng: Rng}
): Float64Array {
  const deviation = s(t) * Math.sqrt(1 + sigma(t) ** 2);
  const x = rng.fillNormal(new Float64Array(n * d));
  for (let i = 0; i < x.length; ++i) x[i] *= deviation;
  return x;
}

/** Data with the noise of a time added [n, d]: s (x_0 + sigma n). */
export function addNoise({s, sigma}: Schedule, t: number, x0: Float64Array, rng: Rng): Float64Array {
  const [scale, level] = [s(t), sigma(t)];
  const x = rng.fillNormal(new Float64Array(x0.length));
  for (let i = 0; i < x.length; ++i) x[i] = scale * (x0[i] + level * x[i]);
  return x;
}
