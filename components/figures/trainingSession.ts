import {WorkerCrash} from "../compute/client.js";
import {createSwitch, type PauseSwitch} from "../compute/pause.js";
import {heldOut, takeRows} from "../diffusion/heldOut.js";
import {priorPresets} from "../diffusion/presets.js";
import type {PriorLoss} from "../diffusion/priorState.js";
import type {TrainLivePart, TrainLiveResult} from "../jobs/trainLive.js";
import {compareLive} from "./compareLive.js";
import type {LossPoint} from "./lossPlot.js";
import {createPace, durationText} from "./pace.js";
import type {Live, PriorState} from "./priorState.js";
import {savedTrainings, type SavedTraining} from "./savedTraining.js";
import {store, type Store} from "./store.js";
import type {TrainingPhase} from "./trainingControl.js";
import type {TrainingPlace} from "./trainingPlace.js";
import {problemOf, trainingName, type TrainingSettings} from "./trainingSettings.js";
import {trainOnThreads} from "./trainOnThreads.js";

/** Samples drawn at each evaluation. */
const SAMPLES = 1000;

const RUNNING = "Training. At each evaluation its samples take the place of the prior's in the first plot.";

/** What there is to show of the training that runs, that ran last, or that was saved. */
export interface Training {
  phase: TrainingPhase;
  settings: TrainingSettings;
  step: number;
  /** Steps a second over the last seconds. */
  rate?: number;
  points: LossPoint[];
  losses: PriorLoss[];
  place?: TrainingPlace;
  /** Samples of the last evaluation [SAMPLES, d]. */
  z?: Float64Array;
  result?: TrainLiveResult;
  /** Where a training with the settings that are chosen can go on. */
  saved?: SavedTraining;
  crashed: boolean;
  /** What happened last, and what is wrong with this browser's storage. */
  said: string;
  trouble: string;
}

export interface TrainingSession {
  training: Store<Training>;
  /** Starts the training chosen, from where it was saved unless told otherwise. */
  start(options?: {over?: boolean}): Promise<void>;
  pauseOrResume(): void;
  cancel(): void;
}

/** Trainings of a page, one at a time; their samples become the page's live ones. Cancel when the page is left. */
export function trainingSession(state: PriorState, chosen: Store<TrainingSettings>): TrainingSession {
  const training = store<Training>({
    phase: "idle",
    settings: chosen.value,
    step: 0,
    points: [],
    losses: [],
    crashed: false,
    said: "",
    trouble: ""
  });
  const set = (part: Partial<Training>) => training.set({...training.value, ...part});
  const saves = savedTrainings((trouble) => set({trouble}));
  const nameOf = (settings: TrainingSettings) => `${state.run.name}, ${trainingName(settings)}`;
  const pace = createPace();
  let current: {controller: AbortController; pausable: PauseSwitch} | undefined;
  let ran = false; // else what is shown is what was saved for the settings chosen

  async function look() {
    const settings = chosen.value;
    const saved = problemOf(settings) ? undefined : await saves.load(nameOf(settings));
    if (training.value.phase !== "idle" || chosen.value !== settings) return;
    set({saved});
    if (!ran)
      set({settings, step: saved?.step ?? 0, points: saved?.points ?? [], losses: saved?.losses ?? []});
  }
  chosen.subscribe(() => {
    set({crashed: false});
    void look();
  });

  /** What a thread reports goes into `training`; samples are shown, checkpoints kept. */
  function receive(part: TrainLivePart, settings: TrainingSettings, pausable: PauseSwitch) {
    const {points} = training.value;
    switch (part.kind) {
      case "backend":
        return set({
          place: part,
          phase: pausable.paused ? "paused" : "running",
          said: pausable.paused ? "Paused." : RUNNING
        });
      case "loss":
        points.push({step: part.step, loss: part.loss});
        return set({});
      case "evaluation":
        set({losses: part.losses, z: part.z});
        return state.live.set({name: `trained here, ${trainingName(settings)}, at step ${part.step.toLocaleString("en")}`, z: part.z}); // prettier-ignore
      case "checkpoint": {
        const {step, bytes} = part;
        const saved = {step, bytes, points: points.slice(), losses: training.value.losses};
        set({saved});
        return void saves.save(nameOf(settings), saved);
      }
    }
  }

  async function train(
    from: SavedTraining | undefined,
    settings: TrainingSettings,
    job: NonNullable<typeof current>
  ) {
    const {preset, seed, steps, backend} = settings;
    const {z, n, d} = await state.run.encodings();
    const result = await trainOnThreads(
      {
        mu: {shape: [n, d], data: z},
        preset,
        steps,
        seed,
        backend,
        checkpoint: from?.bytes,
        samples: SAMPLES
      },
      {
        threads: backend === "auto" || backend === "wasm" ? settings.threads : 1,
        signal: job.controller.signal,
        pausable: job.pausable,
        onProgress(step) {
          pace.note(step);
          set({step, rate: pace.rate() ?? training.value.rate});
        },
        onPartial: (part) => receive(part, settings, job.pausable)
      }
    ); // prettier-ignore
    void saves.remove(nameOf(settings));
    const trained = `Trained ${result.steps.toLocaleString("en")} steps in ${durationText(result.seconds)}`;
    set({result, saved: undefined, phase: "comparing", said: `${trained}; comparing with the encodings …`});
    if (!training.value.z) return set({said: `${trained}.`});
    const shown: Live = {name: `trained here, ${trainingName(settings)}`, z: training.value.z};
    state.live.set(shown);
    // Held out of this training, which another seed splits otherwise than the one that ships.
    const split = heldOut(n, seed, priorPresets[preset].training.heldOutFraction);
    const [kept, others] = [split.heldOut, split.trained].map((rows) =>
      takeRows(z, d, rows.subarray(0, 2 * SAMPLES))
    );
    await compareLive(
      state,
      shown,
      {heldOut: kept, others, d},
      {seed, signal: job.controller.signal, progress: () => {}}
    );
    set({said: `${trained}. The table below has its row.`});
  }

  return {
    training,
    async start({over = false} = {}) {
      const settings = chosen.value;
      if (current || problemOf(settings)) return;
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
        place: undefined,
        z: undefined,
        result: undefined,
        crashed: false,
        said: settings.backend === "auto" ? "Looking for the fastest backend …" : "Starting …"
      });
      try {
        await train(from, settings, job);
      } catch (error) {
        const {step, result} = training.value;
        const reason = (error as Error).message;
        const what = result ? "Trained; the comparison" : "The training";
        if (job.controller.signal.aborted)
          set({said: result ? "Trained; not compared." : `Cancelled at step ${step.toLocaleString("en")}.`});
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
      set({phase, said: pausable.paused ? "Paused." : place ? RUNNING : ""});
    },
    cancel: () => current?.controller.abort()
  };
}
