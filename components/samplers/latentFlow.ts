import type {JobContext} from "../compute/job.js";
import {quiet} from "../compute/job.js";
import type {Denoiser} from "../diffusion/denoiser.js";
import {EDM} from "../diffusion/edm.js";
import {standardise, unstandardise, type Standardisation} from "../diffusion/standardise.js";
import {decode, encode, type FlowOptions, type Levels} from "./probabilityFlow.js";

export interface LatentFlowOptions extends FlowOptions, Levels {
  /** Of the latents that the denoiser was trained on. */
  standardisation: Standardisation;
  /** Points integrated together (default 512): bounds the memory, and how long a cancel takes. */
  batchSize?: number;
}

/**
 * The probability-flow ODE as a map between latents z and their encodings in units of the base Gaussian: a latent drawn from the
 * prior's law has an encoding of N(0, I), nearly. Both ways are for any number of rows [n, d].
 */
export interface LatentFlow {
  dimension: number;
  /** Latents to encodings: standardised, taken to be at sigma_min, carried up to sigma_max and divided by it. */
  encode(z: Float64Array, context?: JobContext): Promise<Float64Array>;
  /** Encodings to latents: times sigma_max, carried down to sigma_min, one denoiser call to 0, back to the latents' units. */
  decode(encoding: Float64Array, context?: JobContext): Promise<Float64Array>;
}

/**
 * The flow of a denoiser that lives in standardised latents. With the default tolerance of 1e-5 a latent that is encoded and decoded
 * comes back within 1e-3 deviations with an exact denoiser, and within 1e-2 with a network in single precision; the denoiser's last call, which
 * moves it by sigma_min^2 times the score, is a part of that.
 * @param options rtol and atol default to 1e-5 here: encoding and decoding must undo each other; sampling alone needs no more than 1e-3
 */
export function latentFlow(denoiser: Denoiser, options: LatentFlowOptions): LatentFlow {
  const {standardisation, batchSize = 512, sigma_min = EDM.sigma_min, sigma_max = EDM.sigma_max} = options;
  const d = standardisation.mean.length;
  const settings = {...options, rtol: options.rtol ?? 1e-5, atol: options.atol ?? 1e-5, sigma_min, sigma_max};
  const run = async (way: typeof encode, x: Float64Array, context: JobContext) => {
    const n = x.length / d;
    if (!Number.isInteger(n))
      throw new RangeError(`points: found ${x.length} numbers; expected rows of ${d}`);
    const out = new Float64Array(x.length);
    for (let start = 0; start < n; start += batchSize) {
      await context.turn();
      const rows = Math.min(batchSize, n - start);
      const part = x.slice(start * d, (start + rows) * d);
      const {x: moved} = await way(denoiser, part, rows, settings, {...context, progress: () => {}});
      out.set(moved, start * d);
      context.progress(start + rows, n);
    }
    return out;
  };
  return {
    dimension: d,
    async encode(z, context = quiet) {
      return scaled(await run(encode, standardise(z, standardisation), context), 1 / sigma_max);
    },
    async decode(encoding, context = quiet) {
      return unstandardise(await run(decode, scaled(encoding, sigma_max), context), standardisation);
    }
  };
}

function scaled(x: Float64Array, by: number): Float64Array {
  const out = new Float64Array(x.length);
  for (let i = 0; i < x.length; ++i) out[i] = by * x[i];
  return out;
}
