import type {Pool} from "../compute/pool.js";
import type {NamedBytes} from "../jobs/files.js";
import type {NotebookJobs} from "../jobs/jobs.js";

export interface DensityQuestion {
  prior: NamedBytes;
  /** Latents, in the order they are to be asked in [n, d]. */
  z: Float64Array;
  d: number;
  /** Of the ODE, relative and absolute. */
  tolerance: number;
}

export interface DensityAsking {
  /** Names the threads, so that they keep the prior that they have read. */
  affinity: string;
  signal: AbortSignal;
  /** Log densities of some latents that follow each other, and how many are known by now. */
  onPart?(part: {first: number; logDensity: Float64Array}, done: number): void;
}

/** Threads that share the work. */
const THREADS = 2;

/** log p of latents under a prior, nats in their units [n]: in two threads, each with a part of the rows. */
export async function logDensities(
  workers: Pool<NotebookJobs>,
  {prior, z, d, tolerance}: DensityQuestion,
  {affinity, signal, onPart}: DensityAsking
): Promise<Float64Array> {
  const n = z.length / d;
  const out = new Float64Array(n);
  let done = 0;
  const part = async (thread: number) => {
    const [from, to] = [thread, thread + 1].map((i) => Math.floor((i * n) / THREADS));
    const found = await workers.run(
      "latentDensity",
      {prior, z: z.slice(from * d, to * d), tolerance},
      {
        affinity: `${affinity} ${thread}`,
        signal,
        onPartial: ({first, logDensity}) =>
          onPart?.({first: from + first, logDensity}, (done += logDensity.length))
      }
    );
    out.set(found, from);
  };
  await Promise.all(Array.from({length: THREADS}, (_, thread) => part(thread)));
  return out;
}
