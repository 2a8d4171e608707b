/** What a page can train, whatever it is: trainingSession.ts runs it. */
import type {TrainingEnd} from "../diffusion/patience.js";
import type {LevelLoss} from "../diffusion/levelLosses.js";
import type {TrainLiveInput, TrainLivePart} from "../jobs/trainLive.js";
import type {TrainingPlace} from "./trainingPlace.js";
import type {ThreadedOptions} from "./trainOnThreads.js";

/** What trainings of every kind report: where they run, losses, evaluations, checkpoints. */
export interface AnyEvaluation {
  kind: "evaluation";
  step: number;
  losses: {step: number}[];
}
export type Report<E> =
  TrainingPlace | {kind: "loss"; step: number; loss: number; levels?: LevelLoss[]} | E | Checkpoint;
type Checkpoint = Extract<TrainLivePart, {kind: "checkpoint"}>;
export interface AnyResult {
  /** Steps done, and the seconds they took. */
  steps: number;
  seconds: number;
  /** Where it ended, if it can end before its last step. */
  end?: TrainingEnd;
}

/** What every page's settings of a training have. */
export interface RunSettings {
  steps: number;
  backend: TrainLiveInput["backend"];
  threads: number;
}

/** What a page trains, and what it does with it. */
export interface AnyPlan<S extends RunSettings, E extends AnyEvaluation, R extends AnyResult> {
  /** Names the training that settings stand for; its checkpoint is kept under it. */
  name(settings: S): string;
  /** Why settings can't be trained with, or undefined. */
  problem(settings: S): string | undefined;
  /** Trains on threads of its own. */
  train(
    settings: S,
    options: ThreadedOptions<Report<E>> & {
      /** Where an earlier training with these settings stopped. */
      checkpoint?: Uint8Array;
      /** Says what is done before the first step. */
      say(text: string): void;
    }
  ): Promise<R>;
  /** What is said while it runs. */
  running: string;
  /** Told of each evaluation. */
  evaluated?(evaluation: E, settings: S): void;
  /** Follows the last step, and can be cancelled; what it says is said behind `Trained ... .` */
  finished?: {
    doing: string;
    failed: string;
    cancelled: string;
    run(last: E, settings: S, signal: AbortSignal): Promise<string>;
  };
}
