/**
 * How long work runs away from the page: one side asks for a job by name, the other runs it and reports. The messages
 * are the same through a browser's Worker, a Node worker thread and a MessageChannel; only the `Port` differs.
 */
import {jobContext, type JobContext} from "./job.js";
import {createSwitch, type PauseSwitch} from "./pause.js";
import {transferables} from "./transfer.js";

export type Request =
  | {type: "run"; id: number; job: string; input: unknown; paused: boolean}
  | {type: "cancel" | "pause" | "resume"; id: number};

export type Reply =
  | {type: "progress"; id: number; done: number; total: number; note?: string}
  | {type: "partial"; id: number; value: unknown}
  | {type: "result"; id: number; value: unknown}
  | {type: "error"; id: number; name: string; message: string};

/** One end of a connection to another thread. */
export interface Port {
  post(message: unknown, transfer: Transferable[]): void;
  listen(handler: (message: unknown) => void): void;
  /** Told when the other side has failed as a whole: its code did not load, it died, a message could not be read. */
  onFailure?(handler: (error: Error) => void): void;
  /** Ends the other side at once, whatever it is doing. */
  terminate?(): void;
}

/** What a job is given besides its input. `P` is what its partial results are; most jobs have none. */
export interface WorkerContext<P = never> extends JobContext {
  /** Sends a part of the answer before the rest is done. Its buffers are given away, like the result's. */
  partial(value: P): void;
}

/** A job takes what structured clone can carry, and returns the same; the buffers it returns are given away. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each job has its own input and partial results
export type Jobs = Record<string, (input: any, context: WorkerContext<any>) => unknown>;

export type InputOf<F extends Jobs[string]> = Parameters<F>[0];
export type OutputOf<F extends Jobs[string]> = Awaited<ReturnType<F>>;
/** What a job's context says of its partial results; `never` for a job that sends none. */
export type PartialOf<F extends Jobs[string]> = ContextPartial<NonNullable<Parameters<F>[1]>>;
type ContextPartial<C> = C extends WorkerContext<infer P> ? P : never; // spread over C, so never for no context

/** Milliseconds between two reports of progress. */
const REPORT = 50;

/**
 * Runs jobs for whoever is at the other end of `port`. Progress is sent at most every 50 ms: a job may report as often
 * as it likes. A job that never awaits its context's `turn` can't hear a pause, nor a cancel; the client then ends the
 * whole thread. One that fails sends its error and leaves the others alone.
 */
export function serve(port: Port, jobs: Jobs): void {
  const running = new Map<number, {controller: AbortController; pausable: PauseSwitch}>();
  const send = (reply: Reply, buffers = false) => port.post(reply, transferables(reply, {buffers}));
  async function run({id, job, input, paused}: Request & {type: "run"}) {
    const controller = new AbortController();
    const pausable = createSwitch(paused);
    running.set(id, {controller, pausable});
    let last = -Infinity;
    const progress: JobContext["progress"] = (done, total, note) => {
      const now = performance.now();
      if (now - last < REPORT && done < total) return;
      last = now;
      send({type: "progress", id, done, total, note});
    };
    const context: WorkerContext<unknown> = {
      ...jobContext(controller.signal, progress, pausable),
      partial: (value) => send({type: "partial", id, value}, true)
    };
    try {
      if (!Object.hasOwn(jobs, job)) {
        throw new RangeError(`job: found ${job}; expected ${Object.keys(jobs).join(", ")}`);
      }
      send({type: "result", id, value: await jobs[job](input, context)}, true);
    } catch (error) {
      const {name, message} = error instanceof Error ? error : new Error(String(error));
      send({type: "error", id, name, message});
    } finally {
      running.delete(id);
    }
  }
  port.listen((message) => {
    const request = message as Request;
    if (request.type === "run") return void run(request);
    const job = running.get(request.id);
    if (request.type === "cancel") job?.controller.abort();
    else job?.pausable[request.type]();
  });
}
