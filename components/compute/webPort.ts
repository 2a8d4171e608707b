/** Ports of the browser: a Worker as the page sees it, the page as its worker sees it. */
import type {Port} from "./protocol.js";

/** A worker started from the page. A full JavaScript heap is no `error` event: Chromium ends the whole tab for it. */
export function workerPort(worker: Worker): Port {
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    listen: (handler) => worker.addEventListener("message", (event) => handler(event.data)),
    onFailure(handler) {
      worker.addEventListener("error", ({message}) =>
        handler(new Error(message || "its code failed to load"))
      );
      worker.addEventListener("messageerror", () => handler(unreadable()));
    },
    terminate: () => worker.terminate()
  };
}

/** The page, from inside its worker. */
export function parentPort(scope: {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: "message" | "messageerror", listener: (event: MessageEvent) => void): void;
}): Port {
  return {
    post: (message, transfer) => scope.postMessage(message, transfer),
    listen(handler) {
      scope.addEventListener("message", (event) => handler(event.data));
      // A request that can't be read has no number to answer to: the page is told by the worker's own failure.
      scope.addEventListener("messageerror", () => {
        throw unreadable();
      });
    }
  };
}

/** One end of a MessageChannel, in the browser and in Node. */
export function channelPort(port: MessagePort): Port {
  return {
    post: (message, transfer) => port.postMessage(message, transfer),
    listen: (handler) => {
      port.onmessage = (event) => handler(event.data);
    },
    onFailure: (handler) => {
      port.onmessageerror = () => handler(unreadable());
    },
    terminate: () => port.close()
  };
}

const unreadable = () => new Error("a message could not be read");
