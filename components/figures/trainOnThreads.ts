import type {Client} from "../compute/client.js";
import type {PauseSwitch} from "../compute/pause.js";
import {lendAll, withHelpers} from "../jobs/lend.js";
import type {TrainLiveInput, TrainLivePart, TrainLiveResult} from "../jobs/trainLive.js";
import type {TrainingJobs} from "../jobs/trainingJobs.js";
import {openTrainers} from "./worker.js";

/** How a training is watched and stopped. */
export interface ThreadedOptions<P> {
  threads: number;
  signal: AbortSignal;
  pausable: PauseSwitch;
  onProgress(done: number, total: number): void;
  onPartial(part: P): void;
}

/**
 * Runs work on threads of its own, which end with it, however it ends: at once when it is cancelled, even where one waits for another.
 * @param lead asks the first of them, given ports to the others
 * @throws WorkerCrash when one of the threads died
 */
export async function onTrainers<T>(
  threads: number,
  signal: AbortSignal,
  lead: (leader: Client<TrainingJobs>, helpers: MessagePort[]) => Promise<T>
): Promise<T> {
  signal.throwIfAborted();
  const clients = openTrainers(threads);
  const close = () => {
    for (const client of clients) client.close();
  };
  signal.addEventListener("abort", close);
  try {
    const [leader, ...helpers] = clients;
    const ports = await lendAll(helpers);
    signal.throwIfAborted();
    return await withHelpers(helpers, lead(leader, ports));
  } finally {
    signal.removeEventListener("abort", close);
    close();
  }
}

/** Trains a prior on threads of its own. */
export const trainOnThreads = (
  input: Omit<TrainLiveInput, "helpers">,
  options: ThreadedOptions<TrainLivePart>
): Promise<TrainLiveResult> =>
  onTrainers(options.threads, options.signal, (leader, helpers) =>
    leader.run("trainLive", {...input, helpers}, options)
  );
