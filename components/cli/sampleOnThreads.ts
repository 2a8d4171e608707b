import type {Backend} from "../compute/network.js";
import type {JobContext} from "../compute/job.js";
import type {PriorWeights} from "../diffusion/prior.js";
import {InputError} from "../formats/error.js";
import {openThreads} from "./threads.js";
import type {TrainJobs} from "./trainThread.js";

/** Samples a thread draws at a time. */
const CHUNK = 512;

export interface SampleOnThreads {
  n: number;
  seed: number;
  /** Relative and absolute tolerance of the adaptive steps. */
  tolerance: number;
  backend: Backend;
  /** Threads. */
  size: number;
  /** The prior's file, for errors. */
  name: string;
}

/**
 * Draws samples [n, d] on threads of this machine: the same whatever their number. `calls` are the denoiser's, of all samples.
 * @throws InputError for a prior whose samples are not finite
 */
export async function sampleOnThreads(
  prior: PriorWeights,
  {n, seed, tolerance, backend, size, name}: SampleOnThreads,
  {progress, signal}: Pick<JobContext, "progress"> & {signal: AbortSignal}
): Promise<{z: Float32Array; calls: number}> {
  const d = prior.config.zdim;
  const z = new Float32Array(n * d);
  let [next, done, calls] = [0, 0, 0];
  const threads = openThreads<TrainJobs>(new URL("./trainThread.ts", import.meta.url), size);
  progress(0, n);
  try {
    await Promise.all(
      threads.map(async (thread) => {
        while (next < n) {
          const first = next;
          const count = Math.min(CHUNK, n - first);
          next += count;
          const options = {n: count, first, seed, rtol: tolerance, atol: tolerance};
          const part = await thread.run("samplePrior", {prior, options, backend}, {signal});
          z.set(part.z, first * d);
          calls += part.evaluations.reduce((a, b) => a + b, 0);
          progress((done += count), n);
        }
      })
    );
  } finally {
    for (const thread of threads) thread.close();
  }
  signal.throwIfAborted();
  const bad = z.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) throw new InputError(name, "samples", z[bad], "finite numbers; the prior is damaged");
  return {z, calls};
}
