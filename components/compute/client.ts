/** The asking side of the worker protocol: jobs as promises, with an AbortSignal. */
import {buffersOf, type Jobs, type Port, type Reply, type Request} from "./protocol.js";

export interface RunOptions {
  /** Aborting rejects the promise at once, and stops the work. */
  signal?: AbortSignal;
  onProgress?(done: number, total: number, note?: string): void;
  onPartial?(value: unknown): void;
  /** Give the input's buffers away instead of copying them. Default false. */
  transfer?: boolean;
}

export interface Client<J extends Jobs> {
  run<K extends keyof J & string>(
    job: K,
    input: Parameters<J[K]>[0],
    options?: RunOptions
  ): Promise<Awaited<ReturnType<J[K]>>>;
  /** Ends the thread; what is running is rejected. */
  close(): void;
}

interface Pending {
  resolve(value: unknown): void;
  reject(reason: unknown): void;
  options: RunOptions;
}

/**
 * A client over threads made by `open`: one at a time, made when first needed, and made anew after it had to be ended.
 * @param grace milliseconds a cancelled job is given to stop by itself before its thread is ended. Jobs of the same
 *   thread are lost with it, and rejected: give work that must not be lost a client of its own.
 */
export function createClient<J extends Jobs>(open: () => Port, {grace = 200} = {}): Client<J> {
  let port: Port | undefined;
  let last = 0;
  const pending = new Map<number, Pending>();
  const cancelled = new Map<number, ReturnType<typeof setTimeout>>();

  function drop(reason: Error) {
    port?.terminate?.();
    port = undefined;
    for (const timer of cancelled.values()) clearTimeout(timer);
    cancelled.clear();
    for (const [id, {reject}] of pending) {
      pending.delete(id);
      reject(reason);
    }
  }

  function connect(): Port {
    const opened = open();
    opened.listen((message) => {
      if (opened === port) receive(message as Reply);
    });
    opened.onFailure?.((error) => {
      if (opened === port) drop(error);
    });
    return opened;
  }

  function receive(reply: Reply) {
    if (reply.type === "result" || reply.type === "error") {
      clearTimeout(cancelled.get(reply.id));
      cancelled.delete(reply.id);
    }
    const job = pending.get(reply.id);
    if (!job) return;
    if (reply.type === "progress") job.options.onProgress?.(reply.done, reply.total, reply.note);
    else if (reply.type === "partial") job.options.onPartial?.(reply.value);
    else {
      pending.delete(reply.id);
      if (reply.type === "result") job.resolve(reply.value);
      else job.reject(Object.assign(new Error(reply.message), {name: reply.name}));
    }
  }

  function cancel(id: number, reason: unknown) {
    const job = pending.get(id);
    if (!job) return;
    pending.delete(id);
    job.reject(reason);
    port?.post({type: "cancel", id} satisfies Request, []);
    cancelled.set(
      id,
      setTimeout(() => drop(new Error("the worker was ended to stop another job")), grace)
    );
  }

  return {
    run(job, input, options = {}) {
      const {signal, transfer = false} = options;
      return new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const id = ++last;
        const onAbort = () => cancel(id, signal?.reason);
        const settle =
          <T>(then: (value: T) => void) =>
          (value: T) => {
            signal?.removeEventListener("abort", onAbort);
            then(value);
          };
        pending.set(id, {
          resolve: settle(resolve as (value: unknown) => void),
          reject: settle(reject),
          options
        });
        signal?.addEventListener("abort", onAbort);
        try {
          port ??= connect();
          port.post({type: "run", id, job, input} satisfies Request, transfer ? buffersOf(input) : []);
        } catch (error) {
          pending.delete(id);
          signal?.removeEventListener("abort", onAbort);
          throw error;
        }
      });
    },
    close: () => drop(new Error("the worker was closed"))
  };
}
