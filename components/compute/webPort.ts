/** Ports of the browser: a Worker as the page sees it, the page as its worker sees it. */
import type {Port} from "./protocol.js";

/** A worker started from the page. */
export function workerPort(worker: Worker): Port {
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    listen: (handler) => worker.addEventListener("message", (event) => handler(event.data)),
    onFailure(handler) {
      worker.addEventListener("error", (event) =>
        handler(new Error(event.message || "the worker failed to load"))
      );
    },
    terminate: () => worker.terminate()
  };
}

/** The page, from inside its worker. */
export function parentPort(scope: {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
}): Port {
  return {
    post: (message, transfer) => scope.postMessage(message, transfer),
    listen: (handler) => scope.addEventListener("message", (event) => handler(event.data))
  };
}

/** One end of a MessageChannel, in the browser and in Node. */
export function channelPort(port: MessagePort): Port {
  return {
    post: (message, transfer) => port.postMessage(message, transfer),
    listen: (handler) => {
      port.onmessage = (event) => handler(event.data);
    },
    terminate: () => port.close()
  };
}
