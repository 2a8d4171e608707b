import type {PauseSwitch} from "../compute/pause.js";
import {lendAll, withHelpers} from "../jobs/lend.js";
import type {TrainLiveInput, TrainLivePart, TrainLiveResult} from "../jobs/trainLive.js";
import {openTrainers} from "./worker.js";

/**
 * Runs a training on threads of its own, which end with it, however it ends: at once when it is cancelled, even where one
 * waits for another.
 * @throws WorkerCrash when one of the threads died
 */
export async function trainOnThreads(
  input: Omit<TrainLiveInput, "helpers">,
  options: {
    threads: number;
    signal: AbortSignal;
    pausable: PauseSwitch;
    onProgress(done: number, total: number): void;
    onPartial(part: TrainLivePart): void;
  }
): Promise<TrainLiveResult> {
  const {threads, signal} = options;
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
    return await withHelpers(helpers, leader.run("trainLive", {...input, helpers: ports}, options));
  } finally {
    signal.removeEventListener("abort", close);
    close();
  }
}
