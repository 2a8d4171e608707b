/** Node's worker threads for the worker protocol: the same jobs as in a browser's worker. */
import {createRequire} from "node:module";
import {availableParallelism} from "node:os";
import {pathToFileURL} from "node:url";
import {parentPort, Worker, type TransferListItem, type WorkerOptions} from "node:worker_threads";
import {createClient, type Client} from "../compute/client.js";
import type {Jobs, Port} from "../compute/protocol.js";

// tsx's CommonJS entry of this version does not load; its ES module stands beside it.
const tsx = pathToFileURL(
  createRequire(import.meta.url)
    .resolve("tsx/esm/api")
    .replace(/\.cjs$/, ".mjs")
).href;

/**
 * A worker thread that runs a TypeScript module. `execArgv: ["--import", "tsx"]` does not reach a worker's loader, so the
 * thread registers tsx itself before it imports the module.
 */
export function typescriptWorker(url: URL, options: WorkerOptions = {}): Worker {
  const boot = `import(${JSON.stringify(tsx)}).then(({register}) => (register(), import(${JSON.stringify(url.href)})));`;
  return new Worker(boot, {...options, eval: true});
}

/**
 * Port of a thread that runs the TypeScript module at `url`, which calls `serve(parentThread(), jobs)`.
 * @param options of the worker, such as `resourceLimits`
 */
export function threadPort(url: URL, options?: WorkerOptions): Port {
  const worker = typescriptWorker(url, options);
  return {
    post: (message, transfer) => worker.postMessage(message, transfer as TransferListItem[]),
    listen: (handler) => worker.on("message", handler),
    onFailure(handler) {
      worker.on("error", handler); // an uncaught exception, or out of memory
      worker.on("messageerror", handler);
      // Nothing but `terminate` should end it: any other end, whatever its code, leaves its jobs without an answer.
      worker.on("exit", (code) => handler(new Error(`the thread ended with exit code ${code}`)));
    },
    terminate: () => void worker.terminate()
  };
}

/** The starting thread, from inside one of its threads. */
export function parentThread(): Port {
  if (!parentPort) throw new Error("not in a worker thread");
  const port = parentPort;
  return {
    post: (message, transfer) => port.postMessage(message, transfer as TransferListItem[]),
    listen(handler) {
      port.on("message", handler);
      // A request that can't be read has no number to answer to: the starting thread is told by this one's failure.
      port.on("messageerror", (error) => {
        throw error;
      });
    }
  };
}

/** `count` threads that run the module at `url`; `close` every one of them when done. */
export const openThreads = <J extends Jobs>(url: URL, count: number): Client<J>[] =>
  Array.from({length: count}, () => createClient<J>(() => threadPort(url)));

/** Threads to use where none are asked for: one for every core. */
export const defaultThreads = (): number => availableParallelism();
