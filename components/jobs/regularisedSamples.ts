import {random} from "../compute/random.js";
import type {WorkerContext} from "../compute/protocol.js";
import {samplingLevels} from "../diffusion/network.js";
import {edmSchedule} from "../diffusion/schedule.js";
import {unstandardise} from "../diffusion/standardise.js";
import {InputError} from "../formats/error.js";
import {shapedLangevin} from "../samplers/langevinStrength.js";
import {noiseLevels} from "../samplers/noiseLevels.js";
import type {NamedBytes} from "./files.js";
import {priorOfFile} from "./models.js";
import {initialNoise, type PriorSamples} from "./samplePrior.js";

export interface RegularisedSamplesInput {
  prior: NamedBytes;
  n: number;
  seed: number;
  /** Denoiser calls of each sample, less one. */
  steps: number;
  /** Strength of the Langevin term in units of that with which the equation is the reverse SDE; 0 is the ODE alone. */
  b: number;
}

/** Samples that are carried together: bounds the memory, and how long a cancel takes. */
const BATCH = 512;

/** A stream of noise apart from that of the starting points: "RS". */
const STREAM = 0x5253;

/**
 * Draws from a prior by the talk's regularised sampling: the probability-flow ODE and a Langevin term, beta(t) = b sigma'/sigma, at EDM's
 * noise levels, then one denoiser call to 0. The starting points are those of `samplePrior`; the samples depend on how many there are.
 * @throws InputError for steps or b that make no sense
 */
export async function regularisedSamples(
  {prior: file, n, seed, steps, b}: RegularisedSamplesInput,
  context: WorkerContext<PriorSamples>
): Promise<PriorSamples> {
  if (!(Number.isInteger(steps) && steps >= 2)) throw new InputError("sampling", "steps", steps, "a whole number from 2"); // prettier-ignore
  if (!(b >= 0 && b < Infinity)) throw new InputError("sampling", "b", b, "0 or more");
  const {prior, denoiser} = priorOfFile(file);
  const {zdim: d, edm} = prior.config;
  const {sigma_min, sigma_max} = samplingLevels(prior.config);
  const schedule = edmSchedule({sigma_min, sigma_max});
  const times = noiseLevels(steps, {sigma_min, sigma_max, rho: edm.rho});
  const sample = shapedLangevin({kind: "sde"}, b);
  const rng = random(seed, STREAM);
  const z = new Float64Array(n * d);
  const evaluations = new Int32Array(n);
  for (let first = 0; first < n; first += BATCH) {
    await context.turn();
    const rows = Math.min(BATCH, n - first);
    const x = initialNoise(seed, first, rows, d, sigma_max);
    const done = await sample({denoiser, schedule, times, x, n: rows, rng, context: {...context, progress: () => {}}}); // prettier-ignore
    z.set(unstandardise(done.x, prior.standardisation), first * d);
    evaluations.fill(done.evaluations, first, first + rows);
    context.progress(first + rows, n);
    context.partial({z: z.slice(0, (first + rows) * d), evaluations: evaluations.slice(0, first + rows)});
  }
  return {z, evaluations};
}
