import type {JobContext} from "../compute/job.js";
import {quiet} from "../compute/job.js";
import {priorOf, type PriorState} from "../diffusion/priorState.js";
import {heldOutLoss, priorReplica, type PriorReplicaInit} from "../diffusion/training.js";

/** The replicas of a training, wherever they run: one on this thread (`replicaHere`), or one a thread of a pool. */
export interface Replicas {
  /** Runs steps `from` to `to` on all of them; resolves with each one's share of the loss, summed over the steps. */
  run(from: number, to: number): Promise<number[]>;
  /** Brings the shared vectors up to date. */
  publish(): Promise<void>;
}

/** What all replicas of a training start from; each adds its `party`. */
export const replicaInit = ({
  config,
  data,
  training,
  shared
}: PriorState): Omit<PriorReplicaInit, "party"> => ({
  config,
  data: data.trained,
  training,
  shared
});

/** One replica, on the calling thread. */
export function replicaHere(state: PriorState): Replicas {
  const replica = priorReplica({...replicaInit(state), party: 0});
  return {
    run: (from, to) => Promise.resolve([replica.run(from, to)[0]]),
    publish: () => Promise.resolve(replica.publish())
  };
}

export interface TrainPriorOptions {
  /** Where the steps are run (default: on this thread). */
  replicas?: Replicas;
  /** Steps between two checkpoints (default: at evaluations). */
  checkpointEvery?: number;
  /** Called with a state that can be written; it is awaited. */
  checkpoint?: (state: PriorState) => void | Promise<void>;
}

/** Steps between two looks at the event loop: short enough to hear a cancel. */
const STRETCH = 5;

/**
 * Trains a prior from wherever its state stands to the last step, in stretches between which it reports progress and can
 * be cancelled. The state given is changed in place.
 * @throws the signal's reason when cancelled; the last checkpoint is then what remains
 */
export async function trainPrior(
  state: PriorState,
  {replicas = replicaHere(state), checkpointEvery, checkpoint}: TrainPriorOptions = {},
  context: JobContext = quiet
): Promise<PriorState> {
  const {steps, evaluateEvery, seed} = state.training;
  let [sum, counted] = [0, 0];
  while (state.step < steps) {
    context.signal.throwIfAborted();
    const next = (every: number) => (Math.floor(state.step / every) + 1) * every;
    const to = Math.min(
      steps,
      state.step + STRETCH,
      next(evaluateEvery),
      next(checkpointEvery ?? evaluateEvery)
    );
    const shares = await replicas.run(state.step, to);
    sum += shares.reduce((a, b) => a + b, 0);
    counted += to - state.step;
    state.step = to;
    const evaluate = to % evaluateEvery === 0 || to === steps;
    if (evaluate) {
      await replicas.publish();
      const {config, parameters} = priorOf(state);
      const heldOut = heldOutLoss(config, parameters, state.data.heldOut, seed);
      state.losses.push({step: to, trained: sum / counted, heldOut});
      [sum, counted] = [0, 0];
    }
    if (checkpoint && (to === steps || to % (checkpointEvery ?? evaluateEvery) === 0)) {
      if (!evaluate) await replicas.publish();
      await checkpoint(state);
    }
    const last = state.losses.at(-1);
    context.progress(
      to,
      steps,
      last && `loss ${last.trained.toFixed(4)}, held out ${last.heldOut.toFixed(4)}`
    );
    await new Promise((resolve) => setTimeout(resolve));
  }
  return state;
}
