import {logDensityOf} from "../analysis/pathDensity.js";
import type {WorkerContext} from "../compute/protocol.js";
import {samplingLevels} from "../diffusion/network.js";
import type {NamedBytes} from "./files.js";
import {priorOfFile} from "./models.js";

export interface LatentDensityInput {
  prior: NamedBytes;
  /** Latents, in the order they are to be asked in [n, d]. */
  z: Float64Array;
  /** Relative and absolute tolerance of the ODE (default 1e-4, for errors of hundredths of a nat). */
  tolerance?: number;
}

/** Log densities of some rows that follow each other, nats in the latents' units. */
export interface SomeDensities {
  first: number;
  logDensity: Float64Array;
}

/** Rows that are computed together: few enough to see them come, enough for the network to be quick. */
const BATCH = 16;

/** log p of latents under the prior by the probability-flow ODE, with the exact divergence; each batch is a partial result [n]. */
export async function latentDensity(
  {prior: file, z, tolerance}: LatentDensityInput,
  context: WorkerContext<SomeDensities>
): Promise<Float64Array> {
  const {prior, denoiser} = priorOfFile(file);
  const {zdim: d} = prior.config;
  const levels = samplingLevels(prior.config);
  const n = z.length / d;
  const out = new Float64Array(n);
  for (let first = 0; first < n; first += BATCH) {
    await context.turn();
    const part = z.slice(first * d, (first + BATCH) * d);
    const found = {...context, progress: () => {}};
    const logDensity = await logDensityOf(
      denoiser,
      part,
      {...levels, standardisation: prior.standardisation, rtol: tolerance, atol: tolerance},
      found
    );
    out.set(logDensity, first);
    context.partial({first, logDensity});
    context.progress(Math.min(n, first + BATCH), n);
  }
  return out;
}
