import {typescriptWorker} from "../../components/cli/threads.js";

/** Copies `from` to `to` (exclusive) of a format, made from a seed. */
export interface Task {
  format: string;
  seed: number;
  from: number;
  to: number;
  /** Where the thread is: one 32-bit number. */
  position: SharedArrayBuffer;
}

/** How the copies went. */
export interface Tally {
  files: number;
  /** Copies that were read, and those that were refused with an InputError. */
  data: number;
  refused: number;
  /** Milliseconds of the slowest. */
  slowest: number;
  /** Bytes of the largest array that was asked for, over those of the file (of 1024 at least). */
  ratio: number;
  /** Most bytes that memory grew by while one was read. */
  growth: number;
}

/** A copy that was neither read nor refused as it should be. */
export interface Failure {
  index: number;
  fault: string;
}

/** After so long on one copy, a thread hangs; and after so many failures, a format is given up. */
const hangSeconds = 20;
const mostFailures = 20;

/**
 * Reads damaged copies of a format's files in a thread that is watched: if it hangs or dies, the copy it was at is a
 * failure, and another thread goes on behind it.
 * @param first number of the first copy
 */
export async function fuzz(
  format: string,
  {seed, first = 0, count}: {seed: number; first?: number; count: number}
): Promise<Tally & {format: string; failures: Failure[]}> {
  const failures: Failure[] = [];
  const total: Tally = {files: 0, data: 0, refused: 0, slowest: 0, ratio: 0, growth: 0};
  // In parts, so that a thread that dies takes little of the tally with it.
  const part = 5000;
  for (let from = first; from < first + count && failures.length < mostFailures;) {
    const to = Math.min(first + count, from + part);
    const {tally, stopped, reason} = await watched(
      {format, seed, from, to, position: new SharedArrayBuffer(4)},
      failures
    );
    if (tally) {
      total.files += tally.files;
      total.data += tally.data;
      total.refused += tally.refused;
      for (const key of ["slowest", "ratio", "growth"] as const)
        total[key] = Math.max(total[key], tally[key]);
      from = to;
    } else {
      failures.push({index: stopped, fault: reason});
      total.files += stopped + 1 - from;
      from = stopped + 1;
    }
  }
  return {format, ...total, failures};
}

interface End {
  tally?: Tally;
  stopped: number;
  reason: string;
}

function watched(task: Task, failures: Failure[]): Promise<End> {
  const place = new Int32Array(task.position);
  place[0] = task.from;
  return new Promise((resolve) => {
    const worker = typescriptWorker(new URL("./thread.ts", import.meta.url), {
      workerData: task,
      resourceLimits: {maxOldGenerationSizeMb: 1024}
    });
    let last = -1;
    let since = performance.now();
    const timer = setInterval(() => {
      const now = Atomics.load(place, 0);
      if (now !== last) {
        last = now;
        since = performance.now();
      } else if (performance.now() - since > 1000 * hangSeconds)
        end({stopped: now, reason: `no end after ${hangSeconds} s`});
    }, 250);
    const end = (result: End) => {
      clearInterval(timer);
      void worker.terminate();
      resolve(result);
    };
    worker.on("message", (message: Tally | Failure) => {
      if ("fault" in message) failures.push(message);
      else end({tally: message, stopped: task.to, reason: ""});
    });
    worker.on("error", (error) =>
      end({stopped: Atomics.load(place, 0), reason: `the thread died: ${String(error)}`})
    );
    worker.on("exit", (code) =>
      end({stopped: Atomics.load(place, 0), reason: `the thread ended with ${code}`})
    );
  });
}
