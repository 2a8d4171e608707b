import type {Client} from "../../compute/client.js";
import {lendAll, withHelpers, type LendJobs} from "../lend.js";
import type {bench, benchPlain} from "./bench.js";
import type {Measured, Measurement, WorkName} from "./plan.js";
import type {BenchFiles} from "./works.js";

/** A thread that can measure, and help another one to. */
export type BenchClient = Client<{bench: typeof bench; benchPlain: typeof benchPlain} & LendJobs>;

/** A measurement that could not be taken. */
export interface Failed {
  work: WorkName;
  backend: string;
  threads: number;
  reason: string;
}
export type Outcome = Measured | Failed;
export const isMeasured = (outcome: Outcome): outcome is Measured => "value" in outcome;

export interface MeasureOptions<C extends BenchClient> {
  /** Opens threads; the first one leads. They are closed when the measurement ends, however it ends. */
  open(count: number): C[];
  /** What each thread is asked before. */
  prepare?(thread: C): Promise<unknown>;
  /** Seconds to measure for. */
  seconds: number;
  /** The files that some works are about; each is asked for by the work that needs it. */
  files: {[K in keyof BenchFiles]-?: () => Promise<NonNullable<BenchFiles[K]>>};
  signal: AbortSignal;
  /** Seconds after which a measurement without a result is given up. Default: none. */
  limit?: number;
}

const fileOf: Partial<Record<WorkName, keyof BenchFiles>> = {
  "sample-5000": "prior",
  "simulate-d128": "recipe"
};

/**
 * Takes the measurements of a plan one after the other. One that fails leaves the others alone.
 * @throws the signal's reason when cancelled
 */
export async function* measureAll<C extends BenchClient>(
  measurements: readonly Measurement[],
  options: MeasureOptions<C>
): AsyncGenerator<Outcome> {
  for (const measurement of measurements) {
    try {
      yield await measure(measurement, options);
    } catch (error) {
      options.signal.throwIfAborted();
      const {work, label: backend, threads} = measurement;
      yield {work, backend, threads, reason: error instanceof Error ? error.message : String(error)};
    }
  }
}

/** Takes one measurement, in threads of its own, so that none inherits another's memory. */
async function measure<C extends BenchClient>(
  {label, ...measurement}: Measurement,
  {open, prepare, seconds, files, signal, limit = Infinity}: MeasureOptions<C>
): Promise<Measured> {
  signal.throwIfAborted();
  const threads = open(measurement.threads);
  const stop = new AbortController();
  const cancel = () => stop.abort(signal.reason);
  // Closing the threads rejects whatever they were asked; the catch below then says why they were closed.
  const close = () => threads.forEach((thread) => thread.close());
  signal.addEventListener("abort", cancel);
  stop.signal.addEventListener("abort", close);
  const timer =
    limit < Infinity && setTimeout(() => stop.abort(new Error(`no result after ${limit} s`)), 1000 * limit);
  try {
    if (prepare) await Promise.all(threads.map(prepare));
    const {work, threads: used, value, unit} = await take();
    return {work, backend: label, threads: used, value, unit};
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    if (timer) clearTimeout(timer);
    signal.removeEventListener("abort", cancel);
    close();
  } // prettier-ignore

  async function take() {
    const during = {signal: stop.signal};
    if (measurement.job === "benchPlain") return threads[0].run("benchPlain", {...measurement, seconds}, during);
    const {work, backend} = measurement;
    const needed = fileOf[work];
    const given = needed ? {[needed]: await files[needed]()} : {};
    const helpers = await lendAll(threads.slice(1));
    const result = threads[0].run("bench", {work, backend, seconds, files: given, helpers}, during);
    return withHelpers(threads.slice(1), result);
  } // prettier-ignore
}
