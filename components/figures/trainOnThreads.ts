import {WorkerCrash} from "../compute/client.js";
import type {PauseSwitch} from "../compute/pause.js";
import {lendAll} from "../jobs/lend.js";
import type {TrainLiveInput, TrainLivePart, TrainLiveResult} from "../jobs/trainLive.js";
import {openTrainers} from "./worker.js";

/** Milliseconds between two looks at whether the helpers live: nobody else hears of their death. */
const WATCH = 500;

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
  let timer: ReturnType<typeof setInterval> | undefined;
  try {
    const [leader, ...helpers] = clients;
    const ports = await lendAll(helpers);
    signal.throwIfAborted();
    const died = new Promise<never>((_, reject) => {
      timer = setInterval(() => {
        if (!helpers.every(({connected}) => connected))
          reject(new WorkerCrash(new Error("one of the helpers died")));
      }, WATCH);
    });
    return await Promise.race([leader.run("trainLive", {...input, helpers: ports}, options), died]);
  } finally {
    clearInterval(timer);
    signal.removeEventListener("abort", close);
    close();
  }
}
