import {WorkerCrash} from "../compute/client.js";
import {createSwitch, type PauseSwitch} from "../compute/pause.js";
import type {LevelLoss} from "../diffusion/levelLosses.js";
import {fingerprint} from "../jobs/files.js";
import type {TrainLiveInput, TrainLivePart, TrainLiveResult} from "../jobs/trainLive.js";
import type {LossPoint} from "./lossPlot.js";
import {createPace, durationText} from "./pace.js";
import {savedTrainings, type SavedTraining} from "./savedTraining.js";
import {store, type Store} from "./store.js";
import {endText} from "./trainingEnd.js";
import type {TrainingPhase} from "./trainingControl.js";
import type {TrainingPlace} from "./trainingPlace.js";
import type {AnyEvaluation, AnyPlan, AnyResult, Report, RunSettings} from "./trainingPlan.js";
import {trainOnThreads} from "./trainOnThreads.js";

/** An evaluation of a training that runs: its losses so far, its weights, and samples of them. */
export type Evaluation = Extract<TrainLivePart, {kind: "evaluation"}>;

/** Names a training by all of its settings but where it runs, which leaves it the same. */
export function nameOfTraining(page: string, {backend: _, threads: _threads, ...what}: RunSettings): string {
  const text = JSON.stringify(what, (_, v: unknown) =>
    ArrayBuffer.isView(v) ? Array.from(v as Float64Array) : v
  );
  return `${page}, ${fingerprint(new TextEncoder().encode(text))}`;
}

/** What a page trains, where it is a prior. */
export interface TrainingPlan<S extends RunSettings> extends Omit<
  AnyPlan<S, Evaluation, TrainLiveResult>,
  "train"
> {
  /** What is trained, but for what the session knows itself. */
  input(settings: S): Promise<Omit<TrainLiveInput, "helpers" | "checkpoint" | "steps" | "backend">>;
}

/** What there is to show of the training that runs, that ran last, or that was saved. */
export interface Training<
  S extends RunSettings,
  E extends AnyEvaluation = Evaluation,
  R extends AnyResult = TrainLiveResult
> {
  phase: TrainingPhase;
  settings: S;
  step: number;
  /** Steps a second over the last seconds. */
  rate?: number;
  points: LossPoint[];
  losses: E["losses"];
  place?: TrainingPlace;
  /** The last losses by noise level. */
  levels: LevelLoss[];
  evaluation?: E;
  result?: R;
  /** Where a training with the settings that are chosen can go on. */
  saved?: SavedTraining<E["losses"][number]>;
  crashed: boolean;
  /** What happened last, and what is wrong with this browser's storage. */
  said: string;
  trouble: string;
}

export interface TrainingSession<
  S extends RunSettings,
  E extends AnyEvaluation = Evaluation,
  R extends AnyResult = TrainLiveResult
> {
  training: Store<Training<S, E, R>>;
  /** Starts the training chosen, from where it was saved unless told otherwise. */
  start(options?: {over?: boolean}): Promise<void>;
  pauseOrResume(): void;
  cancel(): void;
}

/** Trainings of a prior. */
export const trainingSession = <S extends RunSettings>(
  plan: TrainingPlan<S>,
  chosen: Store<S>
): TrainingSession<S> =>
  sessionOf<S, Evaluation, TrainLiveResult>(
    {
      ...plan,
      async train(settings, {checkpoint, ...options}) {
        const {steps, backend} = settings;
        return trainOnThreads({...(await plan.input(settings)), steps, backend, checkpoint}, options);
      }
    },
    chosen
  );

/** Trainings of a page, one at a time. Cancel when the page is left. */
export function sessionOf<S extends RunSettings, E extends AnyEvaluation, R extends AnyResult>(
  plan: AnyPlan<S, E, R>,
  chosen: Store<S>
): TrainingSession<S, E, R> {
  type Now = Training<S, E, R>;
  const training = store<Now>({
    phase: "idle",
    settings: chosen.value,
    step: 0,
    points: [],
    losses: [],
    levels: [],
    crashed: false,
    said: "",
    trouble: ""
  });
  const set = (part: Partial<Now>) => training.set({...training.value, ...part});
  const saves = savedTrainings<E["losses"][number]>((trouble) => set({trouble}));
  const pace = createPace();
  let current: {controller: AbortController; pausable: PauseSwitch} | undefined;
  let ran = false; // else what is shown is what was saved for the settings chosen

  async function look() {
    const settings = chosen.value;
    const saved = plan.problem(settings) ? undefined : await saves.load(plan.name(settings));
    if (training.value.phase !== "idle" || chosen.value !== settings) return;
    set({saved});
    if (!ran)
      set({settings, step: saved?.step ?? 0, points: saved?.points ?? [], losses: saved?.losses ?? []});
  }
  chosen.subscribe(() => {
    set({crashed: false});
    void look();
  });

  /** What a thread reports goes into `training`; evaluations are told of, checkpoints kept. */
  function receive(part: Report<E>, settings: S, pausable: PauseSwitch) {
    const {points} = training.value;
    switch (part.kind) {
      case "backend":
        return set({
          place: part,
          phase: pausable.paused ? "paused" : "running",
          said: pausable.paused ? "Paused." : plan.running
        });
      case "loss":
        points.push({step: part.step, loss: part.loss});
        return set({levels: part.levels ?? []});
      case "evaluation":
        set({losses: part.losses, evaluation: part});
        return plan.evaluated?.(part, settings);
      case "checkpoint": {
        const {step, bytes} = part;
        const saved = {step, bytes, points: points.slice(), losses: training.value.losses};
        set({saved});
        return void saves.save(plan.name(settings), saved);
      }
    }
  }

  async function train(from: Now["saved"], settings: S, job: NonNullable<typeof current>) {
    const {backend} = settings;
    const result = await plan.train(settings, {
      checkpoint: from?.bytes,
      threads: backend === "auto" || backend === "wasm" ? settings.threads : 1,
      signal: job.controller.signal,
      pausable: job.pausable,
      say: (said) => set({said}),
      onProgress(step) {
        pace.note(step);
        set({step, rate: pace.rate() ?? training.value.rate});
      },
      onPartial: (part) => receive(part, settings, job.pausable)
    });
    void saves.remove(plan.name(settings));
    const end = result.end && endText(result.end, settings.steps);
    const done = `Trained ${result.steps.toLocaleString("en")} steps in ${durationText(result.seconds)}`;
    const trained = [end, done].filter(Boolean).join(". ");
    set({result, saved: undefined, said: `${trained}.`});
    const {evaluation} = training.value;
    if (!plan.finished || !evaluation) return;
    set({phase: "comparing", said: `${trained}; ${plan.finished.doing}`});
    set({said: `${trained}. ${await plan.finished.run(evaluation, settings, job.controller.signal)}`});
  }

  return {
    training,
    async start({over = false} = {}) {
      const settings = chosen.value;
      if (current || plan.problem(settings)) return;
      const job = (current = {controller: new AbortController(), pausable: createSwitch()});
      const from = over ? undefined : training.value.saved;
      ran = true;
      pace.rest();
      set({
        phase: "starting",
        settings,
        step: from?.step ?? 0,
        rate: undefined,
        points: from?.points.slice() ?? [],
        losses: from?.losses ?? [],
        levels: [],
        place: undefined,
        evaluation: undefined,
        result: undefined,
        crashed: false,
        said: settings.backend === "auto" ? "Looking for the fastest backend …" : "Starting …"
      });
      try {
        await train(from, settings, job);
      } catch (error) {
        const {step, result} = training.value;
        const reason = (error as Error).message;
        const what = (result && plan.finished?.failed) || "The training";
        const cancelled =
          (result && plan.finished?.cancelled) || `Cancelled at step ${step.toLocaleString("en")}.`;
        if (job.controller.signal.aborted) set({said: cancelled});
        else set({said: `${what} failed: ${reason}.`, crashed: error instanceof WorkerCrash && !result});
      } finally {
        current = undefined;
        set({phase: "idle"});
        void look();
      }
    },
    pauseOrResume() {
      if (!current) return;
      const {pausable} = current;
      if (pausable.paused) pausable.resume();
      else pausable.pause();
      pace.rest();
      const {place} = training.value;
      const phase = pausable.paused ? "paused" : place ? "running" : "starting";
      set({phase, said: pausable.paused ? "Paused." : place ? plan.running : ""});
    },
    cancel: () => current?.controller.abort()
  };
}
