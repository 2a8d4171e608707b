import type {Live, PriorState} from "./priorState.js";

/** Draws that MMD and sliced W2 are averaged over in the browser; `npm run evaluate` takes more. */
const DRAWS = 2;

/** Jobs of this affinity find the prior that their thread has read. */
export const samplesAffinity = ({run}: Pick<PriorState, "run">) => `${run.name}, samples`;

/**
 * Compares samples with encodings in a background thread, as the shipped ones were, and has the page show the result,
 * unless it shows other samples by then.
 * @param samples what the page shows now
 * @param encodings those that training held out, and the others [rows, d]; twice as many as samples are taken
 * @throws the signal's reason when cancelled
 */
export async function compareLive(
  state: Pick<PriorState, "run" | "workers" | "live">,
  samples: Live,
  {heldOut, others, d}: {heldOut: Float32Array; others: Float32Array; d: number},
  {seed, signal, progress}: {seed: number; signal: AbortSignal; progress(done: number, total: number): void}
): Promise<void> {
  // Enough for halves of the samples' size; the classifier's time grows with them.
  const rows = (2 * samples.z.length) / d;
  const [a, b] = [heldOut, others].map((x) => Float64Array.from(x.subarray(0, rows * d)));
  const comparison = await state.workers.run(
    "compare",
    {encodings: a, others: b, samples: samples.z, d, draws: DRAWS, seed},
    {affinity: samplesAffinity(state), signal, onProgress: progress}
  );
  if (state.live.value === samples) state.live.set({...samples, comparison});
}
