import type {WorkerContext} from "../../compute/protocol.js";
import type {Backend} from "../../compute/network.js";
import {plainWorks} from "../../compute/tfjs/plain.js";
import type {TfjsBackend} from "../../compute/tfjs/load.js";
import {priorShape} from "../../diffusion/network.js";
import {priorPresets} from "../../diffusion/presets.js";
import {borrowed} from "../lend.js";
import {replicaJobs} from "../replicas.js";
import type {Measured, WorkName} from "./plan.js";
import {benchPrior, shareWorks, teamWorks, type BenchFiles, type Work} from "./works.js";

export interface BenchInput {
  work: WorkName;
  backend: Backend;
  /** Seconds to measure for, after a third of that to warm up. */
  seconds: number;
  files: BenchFiles;
  /** Ports to the other threads (lend.ts), which must serve `benchHelperJobs`. */
  helpers: MessagePort[];
}

interface ShareInput extends Omit<BenchInput, "helpers"> {
  threads: number;
}

/** Median rate over repeats, after a warm-up. */
async function rate(
  {amount, run}: Work,
  seconds: number,
  {turn}: Pick<WorkerContext, "turn">
): Promise<number> {
  const times: number[] = [];
  const warm = performance.now() + (1000 * seconds) / 3;
  let call = 0;
  do await run(call++);
  while (performance.now() < warm);
  const end = performance.now() + 1000 * seconds;
  do {
    await turn();
    const start = performance.now();
    await run(call++);
    times.push(performance.now() - start);
  } while (performance.now() < end || times.length < 3);
  return (1000 * amount) / times.sort((a, b) => a - b)[times.length >> 1];
}

async function share({work, backend, seconds, files, threads}: ShareInput, context: WorkerContext) {
  const made = await shareWorks[work as keyof typeof shareWorks](backend, files, threads);
  const value = await rate(made, seconds, context);
  made.dispose?.();
  return {value, unit: made.unit};
}

/** What a thread serves for the thread that leads a measurement. */
export const benchHelperJobs = () => ({...replicaJobs(), benchShare: share});
type HelperJobs = ReturnType<typeof benchHelperJobs>;

/** Measures one work on one backend, by this thread and its helpers together. */
export async function bench(input: BenchInput, context: WorkerContext): Promise<Omit<Measured, "backend">> {
  const {work, backend, seconds, helpers: ports} = input;
  const helpers = borrowed<HelperJobs>(ports);
  const threads = helpers.length + 1;
  try {
    if (work in teamWorks) {
      const made = await teamWorks[work as keyof typeof teamWorks]({backend, helpers, here: true});
      const value = await rate(made, seconds, context);
      made.dispose?.();
      return {work, threads, value, unit: made.unit};
    }
    const {helpers: _, ...rest} = input;
    const shares = await Promise.all([
      ...helpers.map((helper) => helper.run("benchShare", {...rest, threads})),
      share({...rest, threads}, context)
    ]);
    return {work, threads, value: shares.reduce((sum, s) => sum + s.value, 0), unit: shares[0].unit};
  } finally {
    for (const helper of helpers) helper.close();
  }
}

/** The baseline: the prior as anyone would write it in TensorFlow.js (layers API, built-in gradients), on one of its backends. */
export async function benchPlain(
  {work, backend, seconds}: {work: "prior-step" | "denoise"; backend: TfjsBackend; seconds: number},
  context: WorkerContext
): Promise<Omit<Measured, "backend">> {
  const plain = await plainWorks(backend, priorShape(benchPrior), priorPresets.paper.training.batchSize);
  try {
    const value = await rate(plain[work], seconds, context);
    return {work, threads: plain.threads, value, unit: plain[work].unit};
  } finally {
    plain.dispose();
  }
}
