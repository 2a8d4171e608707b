import type {JobContext} from "../compute/job.js";
import {quiet} from "../compute/job.js";
import type {Denoiser} from "../diffusion/denoiser.js";
import {standardise, type Standardisation} from "../diffusion/standardise.js";
import {logLikelihood, type LikelihoodOptions} from "../samplers/likelihood.js";

/** Tolerance of the ODE where free energies of many points are compared, as for a path: errors of some hundredths of a nat, a few tenths at most. */
export const PATH_TOLERANCE = 1e-3;

export interface DensityOptions extends LikelihoodOptions {
  /** Of the latents that the denoiser was trained on. */
  standardisation: Standardisation;
  /** Points integrated together (default 256): bounds the memory, and how long a cancel takes. */
  batchSize?: number;
}

/**
 * log p(z; sigma_min) of latents by the probability-flow ODE, in the latents' own units: that of the standardised ones less the sum of the
 * logarithms of the deviations.
 * @param denoiser in standardised latents
 * @param z [m, d] in the latents' units
 * @param options rtol and atol default to 1e-4 here, for errors of hundredths of a nat: tolerances are relative to what is gathered along
 * the way, d ln(sigma_max / sigma_min), some 85 nats for 8 dimensions. With `rng` the divergence is estimated, at 3 denoiser calls an
 * evaluation in place of 1 + 2 d: right on average, but off by several nats at a single point, so only means should be taken of it.
 * @returns nats [m]
 */
export async function logDensityOf(
  denoiser: Denoiser,
  z: Float64Array,
  options: DensityOptions,
  context: JobContext = quiet
): Promise<Float64Array> {
  const {standardisation, batchSize = 256, rtol = 1e-4, atol = 1e-4} = options;
  const {deviation} = standardisation;
  const d = deviation.length;
  const m = z.length / d;
  if (!Number.isInteger(m)) throw new RangeError(`z: found ${z.length} numbers; expected rows of ${d}`);
  const x = standardise(z, standardisation);
  const volume = deviation.reduce((sum, v) => sum + Math.log(v), 0);
  const out = new Float64Array(m);
  for (let start = 0; start < m; start += batchSize) {
    await context.turn();
    const rows = Math.min(batchSize, m - start);
    const part = x.slice(start * d, (start + rows) * d);
    const {logDensity} = await logLikelihood(denoiser, part, rows, {...options, rtol, atol});
    for (let i = 0; i < rows; ++i) out[start + i] = logDensity[i] - volume;
    context.progress(start + rows, m);
  }
  return out;
}
