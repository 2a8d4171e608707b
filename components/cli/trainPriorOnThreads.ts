import {existsSync, readFileSync} from "node:fs";
import type {Backend} from "../compute/network.js";
import type {JobContext} from "../compute/job.js";
import {endOf, type TrainingEnd} from "../diffusion/patience.js";
import {resumePrior, writeCheckpoint, type PriorState} from "../diffusion/priorState.js";
import {priorTeam, trainPrior} from "../jobs/trainPrior.js";
import {replaceFile} from "./checkpoint.js";
import {machine} from "./machine.js";
import {openThreads} from "./threads.js";
import type {TrainJobs} from "./trainThread.js";

export interface TrainPriorOnThreads {
  /** File that the training is kept in on its way, and goes on from where it is there. */
  checkpoint: string;
  /** Steps between two of them. */
  every: number;
  parties: number;
  backend: Backend;
  preset: string;
}

/** Trains a prior on threads of this machine to its end. Gives the state and what its file says of how it was made. */
export async function trainPriorOnThreads(
  start: PriorState,
  {checkpoint, every, parties, backend, preset}: TrainPriorOnThreads,
  context: JobContext
): Promise<{state: PriorState; provenance: Record<string, unknown>}> {
  const state = existsSync(checkpoint) ? resumePrior(start, new Uint8Array(readFileSync(checkpoint)), checkpoint) : start; // prettier-ignore
  const began = performance.now();
  const threads = openThreads<TrainJobs>(new URL("./trainThread.ts", import.meta.url), parties);
  try {
    const team = await priorTeam(state, {backend, helpers: threads});
    const save = (at: PriorState) => replaceFile(checkpoint, writeCheckpoint(at));
    await trainPrior(state, {team, backend, checkpointEvery: every, checkpoint: save}, context);
  } finally {
    for (const thread of threads) thread.close();
  }
  const provenance = {
    preset,
    backend,
    latents: state.fingerprint,
    training: state.training,
    losses: state.losses,
    end: endOf(state),
    seconds: Math.round(performance.now() - began) / 1000,
    machine: machine(parties),
    date: new Date().toISOString().slice(0, 10)
  };
  return {state, provenance};
}

/** What is said of a training whose last step is not what is kept. */
export function endSaid({steps, kept, early}: TrainingEnd, of: number): string | undefined {
  const best = `the held-out loss was lowest at step ${kept}, and the weights of that step are kept`;
  if (early) return `stopped after ${steps} of ${of} steps: ${best}`;
  return kept < steps ? best : undefined;
}
