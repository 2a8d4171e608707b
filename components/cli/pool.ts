import {availableParallelism} from "node:os";
import {Worker} from "node:worker_threads";
import type {TaskName, Tasks} from "./thread.js";

/** Threads that run the tasks of thread.ts, each one at a time. */
export interface Pool {
  readonly size: number;
  call<T extends TaskName>(thread: number, task: T, args: Parameters<Tasks[T]>[0]): Promise<ReturnType<Tasks[T]>>;
  /** The same task on every thread at once; `args` gets the number of the thread. */
  all<T extends TaskName>(task: T, args: (thread: number) => Parameters<Tasks[T]>[0]): Promise<ReturnType<Tasks[T]>[]>;
  close(): Promise<void>;
}

/** Number of threads to use: one a core. */
export const defaultThreads = (): number => availableParallelism();

/** Starts threads. An error in one, or its death, rejects the call that waits for it. */
export function startPool(size: number): Pool {
  const threads = Array.from({length: size}, () => {
    const worker = new Worker(new URL("./thread.ts", import.meta.url), {execArgv: ["--import", "tsx"]});
    const waiting = new Map<number, {resolve(value: unknown): void; reject(error: Error): void}>();
    const fail = (error: Error) => {
      for (const {reject} of waiting.values()) reject(error);
      waiting.clear();
    };
    worker.on("message", ({id, result, error}: {id: number; result?: unknown; error?: Error}) => {
      const call = waiting.get(id);
      waiting.delete(id);
      if (error) call?.reject(error);
      else call?.resolve(result);
    });
    worker.on("error", fail);
    worker.on("exit", (code) => fail(new Error(`a thread ended with code ${code}`)));
    worker.unref();
    return {worker, waiting};
  });
  let next = 0;
  const call = (thread: number, task: string, args: unknown) =>
    new Promise<never>((resolve, reject) => {
      const {worker, waiting} = threads[thread];
      waiting.set(++next, {resolve: resolve as (value: unknown) => void, reject});
      worker.ref();
      worker.postMessage({id: next, task, args});
    }).finally(() => threads[thread].waiting.size || threads[thread].worker.unref());
  return {
    size,
    call,
    all: (task, args) => Promise.all(threads.map((_, i) => call(i, task, args(i)))),
    async close() {
      await Promise.all(threads.map(({worker}) => worker.terminate()));
    }
  };
}
