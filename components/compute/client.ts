/** The asking side of the worker protocol: jobs as promises, with an AbortSignal. */
import type {PauseSwitch} from "./pause.js";
import type {InputOf, Jobs, OutputOf, PartialOf, Port, Reply, Request} from "./protocol.js";
import {transferables} from "./transfer.js";

/** Rejects what was running when its thread died. The next run opens a new thread. */
export class WorkerCrash extends Error {
  override name = "WorkerCrash";
  constructor(cause: Error) {
    super(`the worker stopped: ${cause.message}; the job can be started again`, {cause});
  }
}

/** `P` is what the job's partial results are. */
export interface RunOptions<P = never> {
  /** Aborting rejects the promise at once, and stops the work. */
  signal?: AbortSignal;
  /** Pauses the job, from its next turn on, and lets it go on; where it is paused before, the job starts paused. */
  pausable?: PauseSwitch;
  onProgress?(done: number, total: number, note?: string): void;
  onPartial?(value: P): void;
  /** Give the input's buffers away instead of copying them. Default false. MessagePorts are always given away. */
  transfer?: boolean;
}

export interface Client<J extends Jobs> {
  run<K extends keyof J & string>(
    job: K,
    input: InputOf<J[K]>,
    options?: RunOptions<PartialOf<J[K]>>
  ): Promise<OutputOf<J[K]>>;
  /** Resolves when the thread has nothing to do: what was cancelled has stopped too, or was ended with the thread. */
  idle(): Promise<void>;
  /** Whether there is a thread now. */
  readonly connected: boolean;
  /** Ends the thread; what is running is rejected. */
  close(): void;
}

interface Pending {
  resolve(value: unknown): void;
  reject(reason: unknown): void;
  options: RunOptions<unknown>;
}

/**
 * A client over threads made by `open`: one at a time, made when first needed, and made anew after it died or had to be
 * ended.
 * @param grace milliseconds a cancelled job is given to stop by itself before its thread is ended. Jobs of the same
 *   thread are lost with it, and rejected: give work that must not be lost a client of its own.
 */
export function createClient<J extends Jobs>(open: () => Port, {grace = 200} = {}): Client<J> {
  let port: Port | undefined;
  let last = 0;
  const pending = new Map<number, Pending>();
  const cancelled = new Map<number, ReturnType<typeof setTimeout>>();
  let idlers: (() => void)[] = [];

  const send = (request: Request, buffers = false) => port?.post(request, transferables(request, {buffers}));

  function rest() {
    if (pending.size || cancelled.size) return;
    for (const resolve of idlers) resolve();
    idlers = [];
  }

  function drop(reason: Error) {
    port?.terminate?.();
    port = undefined;
    for (const timer of cancelled.values()) clearTimeout(timer);
    cancelled.clear();
    for (const [id, {reject}] of pending) {
      pending.delete(id);
      reject(reason);
    }
    rest();
  }

  function connect(): Port {
    const opened = open();
    opened.listen((message) => {
      if (opened === port) receive(message as Reply);
    });
    opened.onFailure?.((error) => {
      if (opened === port) drop(new WorkerCrash(error));
    });
    return opened;
  }

  function receive(reply: Reply) {
    const job = pending.get(reply.id);
    if (reply.type === "progress") return job?.options.onProgress?.(reply.done, reply.total, reply.note);
    if (reply.type === "partial") return job?.options.onPartial?.(reply.value);
    clearTimeout(cancelled.get(reply.id));
    cancelled.delete(reply.id);
    pending.delete(reply.id);
    if (reply.type === "result") job?.resolve(reply.value);
    else job?.reject(Object.assign(new Error(reply.message), {name: reply.name}));
    rest();
  }

  function cancel(id: number, reason: unknown) {
    pending.get(id)?.reject(reason);
    pending.delete(id);
    send({type: "cancel", id});
    const end = () => drop(new Error("the worker was ended to stop another job"));
    cancelled.set(id, setTimeout(end, grace));
  }

  return {
    run: (job, input, options = {}) =>
      new Promise((resolve, reject) => {
        const {signal, pausable, transfer} = options;
        signal?.throwIfAborted();
        const id = ++last;
        const onAbort = () => cancel(id, signal?.reason);
        signal?.addEventListener("abort", onAbort);
        const unsubscribe = pausable?.subscribe((paused) => send({type: paused ? "pause" : "resume", id}));
        const settle =
          <T>(then: (value: T) => void) =>
          (value: T) => {
            signal?.removeEventListener("abort", onAbort);
            unsubscribe?.();
            then(value);
          };
        const ours = {resolve: settle(resolve as (value: unknown) => void), reject: settle(reject)};
        pending.set(id, {...ours, options: options as RunOptions<unknown>});
        try {
          port ??= connect();
          send({type: "run", id, job, input, paused: pausable?.paused ?? false}, transfer);
        } catch (error) {
          pending.delete(id);
          ours.reject(error);
          rest();
        }
      }),
    idle: () =>
      new Promise((resolve) => {
        idlers.push(resolve);
        rest();
      }),
    get connected() {
      return port !== undefined;
    },
    close: () => drop(new Error("the worker was closed"))
  };
}
