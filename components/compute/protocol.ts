/**
 * How long work runs away from the page: one side asks for a job by name, the other runs it and reports. The messages
 * are the same through a browser's Worker, a Node worker thread and a MessageChannel; only the `Port` differs.
 */
import type {JobContext} from "./job.js";

export type Request = {type: "run"; id: number; job: string; input: unknown} | {type: "cancel"; id: number};

export type Reply =
  | {type: "progress"; id: number; done: number; total: number; note?: string}
  | {type: "partial"; id: number; value: unknown}
  | {type: "result"; id: number; value: unknown}
  | {type: "error"; id: number; name: string; message: string};

/** One end of a connection to another thread. */
export interface Port {
  post(message: unknown, transfer: ArrayBuffer[]): void;
  listen(handler: (message: unknown) => void): void;
  /** Told when the other side cannot run at all: its code failed to load, or it died. */
  onFailure?(handler: (error: Error) => void): void;
  /** Ends the other side at once, whatever it is doing. */
  terminate?(): void;
}

/** What a job is given besides its input. */
export interface WorkerContext extends JobContext {
  /** Sends a part of the answer before the rest is done. Its buffers are given away, like the result's. */
  partial(value: unknown): void;
}

/** A job takes what structured clone can carry, and returns the same; the buffers it returns are given away. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each job has its own input
export type Jobs = Record<string, (input: any, context: WorkerContext) => unknown>;

/** Every ArrayBuffer inside plain arrays, objects, maps and typed arrays, once each. Shared memory stays shared. */
export function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (value instanceof ArrayBuffer) found.add(value);
  else if (ArrayBuffer.isView(value)) buffersOf(value.buffer, found);
  else if (Array.isArray(value)) for (const item of value as unknown[]) buffersOf(item, found);
  else if (value instanceof Map) for (const item of value.values()) buffersOf(item, found);
  else if (typeof value === "object" && value !== null)
    for (const item of Object.values(value)) buffersOf(item, found);
  return [...found];
}

/**
 * Runs jobs for whoever is at the other end of `port`. Progress is sent at most every 50 ms: a job may report as often
 * as it likes. A job that loops without awaiting cannot hear a cancel; the client then ends the whole thread.
 */
export function serve(port: Port, jobs: Jobs): void {
  const running = new Map<number, AbortController>();
  async function run(id: number, name: string, input: unknown) {
    const controller = new AbortController();
    running.set(id, controller);
    let last = -Infinity;
    const send = (reply: Reply, transfer: ArrayBuffer[] = []) => port.post(reply, transfer);
    try {
      if (!Object.hasOwn(jobs, name)) {
        throw new RangeError(`job: found ${name}; expected ${Object.keys(jobs).join(", ")}`);
      }
      const value = await jobs[name](input, {
        signal: controller.signal,
        progress(done, total, note) {
          const now = performance.now();
          if (now - last < 50 && done < total) return;
          last = now;
          send({type: "progress", id, done, total, note});
        },
        partial: (part) => send({type: "partial", id, value: part}, buffersOf(part))
      });
      send({type: "result", id, value}, buffersOf(value));
    } catch (error) {
      const {name, message} = error instanceof Error ? error : new Error(String(error));
      send({type: "error", id, name, message});
    } finally {
      running.delete(id);
    }
  }
  port.listen((message) => {
    const request = message as Request;
    if (request.type === "run") void run(request.id, request.job, request.input);
    else running.get(request.id)?.abort();
  });
}
