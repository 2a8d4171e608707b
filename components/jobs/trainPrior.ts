import type {JobContext} from "../compute/job.js";
import {quiet} from "../compute/job.js";
import type {Backend} from "../compute/network.js";
import {priorShape} from "../diffusion/network.js";
import {isDone} from "../diffusion/patience.js";
import {latestPrior, noteEvaluation, type PriorState} from "../diffusion/priorState.js";
import {heldOutLoss} from "../diffusion/training.js";
import {openTeam, type Team, type TeamOptions} from "./replicas.js";

/** Opens the replicas of a prior's training, from where its state stands. */
export const priorTeam = (
  {config, data, training, vectors}: PriorState,
  options: TeamOptions = {}
): Promise<Team> =>
  openTeam("prior", {config, data: data.trained, training, vectors}, [{shape: priorShape(config)}], options);

export interface TrainPriorOptions {
  /** Where the steps are run (default: on this thread); opened from the state given, disposed by whoever opened it. */
  team?: Team;
  /** Where losses on the held-out encodings are computed: the team's backend (default `wasm`). */
  backend?: Backend;
  /** Steps between two checkpoints (default: at evaluations). */
  checkpointEvery?: number;
  /** Called with a state that can be written; it is awaited. */
  checkpoint?: (state: PriorState) => void | Promise<void>;
  /** Called after each evaluation, with the loss and the state at it; it is awaited. */
  evaluated?: (state: PriorState) => void | Promise<void>;
}

/** Steps between two looks at the event loop: short enough to hear a cancel. */
export const STRETCH = 2;

/**
 * Trains a prior from wherever its state stands to the last step, or until its patience is at an end, in stretches between
 * which it reports progress and can be paused and cancelled. The state given is changed in place.
 * @throws the signal's reason when cancelled, having called `checkpoint` at the step reached
 */
export async function trainPrior(
  state: PriorState,
  {team, backend, checkpointEvery, checkpoint, evaluated}: TrainPriorOptions = {},
  context: JobContext = quiet
): Promise<PriorState> {
  const replicas = team ?? (await priorTeam(state, {backend}));
  const {steps, evaluateEvery, evaluateRows, seed} = state.training;
  const {data} = state;
  const unseen = data.heldOut.length ? data.heldOut : data.trained;
  let saved = state.step;
  const save = async () => {
    if (saved === state.step || !checkpoint) return;
    state.vectors = await replicas.vectors();
    await checkpoint(state);
    saved = state.step;
  };
  while (!isDone(state)) {
    const next = (every: number) => (Math.floor(state.step / every) + 1) * every;
    const to = Math.min(
      steps,
      state.step + STRETCH,
      next(evaluateEvery),
      next(checkpointEvery ?? evaluateEvery)
    );
    const [share] = await replicas.run(state.step, to);
    if (!Number.isFinite(share))
      throw new Error(`training: the loss is ${share} at step ${to}; try a lower learning rate`);
    state.since = {loss: state.since.loss + share, steps: state.since.steps + to - state.step};
    state.step = to;
    if (to % evaluateEvery === 0 || to === steps) {
      state.vectors = await replicas.vectors();
      const {config, parameters} = latestPrior(state);
      const heldOut = await heldOutLoss(config, parameters, unseen, seed, {backend, rows: evaluateRows});
      noteEvaluation(state, heldOut);
      await evaluated?.(state);
    }
    if (isDone(state) || to % (checkpointEvery ?? evaluateEvery) === 0) await save();
    const last = state.losses.at(-1);
    context.progress(
      to,
      steps,
      last && `loss ${last.trained.toFixed(4)}, held out ${last.heldOut.toFixed(4)}`
    );
    await context.turn().catch(async (reason: unknown) => {
      await save();
      throw reason;
    });
  }
  if (!team) replicas.dispose();
  return state;
}
