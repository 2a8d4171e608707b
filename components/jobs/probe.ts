import type {Client} from "../compute/client.js";
import type {Backend} from "../compute/network.js";
import {tfjsAvailable} from "../compute/tfjs/load.js";
import type {PriorState} from "../diffusion/priorState.js";
import type {ReplicaJobs} from "./replicas.js";
import {priorTeam} from "./trainPrior.js";

/** What a backend did in a probe. */
export interface Probed {
  backend: Backend;
  threads: number;
  /** Training steps a second; 0 where it can't run, or where a small part of a step already took too long. */
  rate: number;
  /** Why the rate is 0. */
  reason?: string;
}

/** Milliseconds of steps that are timed. */
const TIMED = 250;

/** Rows of a first look at a graphics card: one that is drawn in software can take seconds for a whole batch. */
const FEW_ROWS = 64;

/**
 * Times a few real steps of a prior's training on the kernel (with all threads) and on WebGPU, where there is any.
 * TensorFlow.js's other backends are asked only where neither can run.
 * @param helpers threads that help on the kernel
 * @returns what was tried, the fastest first
 */
export async function probeBackends(
  state: PriorState,
  helpers: readonly Client<ReplicaJobs>[]
): Promise<Probed[]> {
  const tried: Probed[] = [];
  for (const backend of ["wasm", "webgpu", "webgl", "cpu"] as const) {
    if ((backend === "webgl" || backend === "cpu") && tried.some(({rate}) => rate > 0)) break;
    tried.push(await probe(backend, state, helpers, Math.max(0, ...tried.map(({rate}) => rate))));
  }
  return tried.sort((a, b) => b.rate - a.rate);
}

async function probe(
  backend: Backend,
  state: PriorState,
  helpers: readonly Client<ReplicaJobs>[],
  best: number
): Promise<Probed> {
  const threads = backend === "wasm" ? helpers.length + 1 : 1;
  const result = (rate: number, reason?: string): Probed => ({backend, threads, rate, reason});
  try {
    if (backend !== "wasm" && !(await tfjsAvailable(backend))) return result(0, "not available here");
    if (backend !== "wasm") {
      const few = {...state, training: {...state.training, batchSize: FEW_ROWS}};
      const rate = await stepRate(few, backend, [], 0);
      if (rate < best) return result(0, `slower with ${FEW_ROWS} rows than others with a whole batch`);
    }
    return result(await stepRate(state, backend, backend === "wasm" ? helpers : [], TIMED));
  } catch (error) {
    return result(0, (error as Error).message);
  }
}

/** Steps a second, after a first one that compiles and warms up. */
async function stepRate(
  state: PriorState,
  backend: Backend,
  helpers: readonly Client<ReplicaJobs>[],
  milliseconds: number
): Promise<number> {
  const team = await priorTeam(state, {backend, helpers, here: true});
  try {
    await team.run(0, 1);
    const start = performance.now();
    let step = 1;
    do await team.run(step, ++step);
    while (performance.now() - start < milliseconds);
    return (1000 * (step - 1)) / (performance.now() - start);
  } finally {
    team.dispose();
  }
}
