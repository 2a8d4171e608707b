/** What is trained live on page `denoiser`, as its settings say, and the denoiser that was learned. */
import {computed, signal, type ReadonlySignal, type Signal} from "@preact/signals-core";
import {random} from "../../compute/random.js";
import type {Denoiser} from "../../diffusion/denoiser.js";
import type {EdmConstants} from "../../diffusion/edm.js";
import {sampleMixture, type GaussianMixture} from "../../diffusion/gaussianMixture.js";
import {objectiveOf} from "../../diffusion/objective.js";
import type {ObjectiveSpec} from "../../diffusion/objectiveSpec.js";
import type {Parameterisation} from "../../diffusion/preconditioning.js";
import {priorPresets} from "../../diffusion/presets.js";
import type {Lab} from "../lab/lab.js";
import type {PageState} from "../lab/pageState.js";
import type {RunSettings} from "../trainingPlan.js";
import {nameOfTraining, type TrainingPlan} from "../trainingSession.js";
import {backendNames, cores, ranges, type TrainingSettings} from "../trainingSettings.js";
import type {DistanceFloor, LevelView, LossView} from "./learnedViews.js";
import type {ObjectiveName, ShownObjective} from "./objectives.js";

export type LearningPreset = keyof typeof priorPresets;

export const learningPresets = Object.keys(priorPresets) as LearningPreset[];

/** Points of the law that a network is trained on, at most. */
export const MOST_ROWS = 50_000;

/** Everything that a training depends on, as it was when it began. */
export interface LearningSettings extends RunSettings {
  preset: LearningPreset;
  seed: number;
  rows: number;
  dataSeed: number;
  lawName: string;
  law: GaussianMixture | undefined;
  objectiveName: string;
  /** Absent where the page's schedule, which it draws from, is none. */
  spec: ObjectiveSpec | undefined;
  parameterisation: Parameterisation;
  edm: EdmConstants;
}

export interface Learning {
  preset: Signal<LearningPreset>;
  steps: Signal<number>;
  trainSeed: Signal<number>;
  rows: Signal<number>;
  backend: Signal<TrainingSettings["backend"]>;
  threads: Signal<number>;
  settings: ReadonlySignal<LearningSettings>;
  /** Asks the network that was trained here last; undefined before its first evaluation. */
  learned: Signal<Denoiser | undefined>;
  /** How it went, as the figures show it. */
  training: Signal<TrainingSeen | undefined>;
}

/** What there is to draw of a training. */
export interface TrainingSeen extends LossView, LevelView {
  /** Samples of the last evaluation [n, d]. */
  z: Float64Array | undefined;
  /** Their sliced W2 to the law, by step, and that of two draws of the law. */
  history: readonly {step: number; distance: number}[];
  distanceFloor: DistanceFloor | undefined;
}

export interface LearningOf {
  lab: Lab;
  objectives: ReadonlySignal<ShownObjective[]>;
  objective: Signal<ObjectiveName>;
  parameterisation: Signal<Parameterisation>;
  edm: ReadonlySignal<EdmConstants>;
}

export function openLearning(
  state: PageState,
  {lab, objectives, objective, parameterisation, edm}: LearningOf
): Learning {
  const whole = (key: string, value: number, [min, max]: readonly [number, number]) =>
    state.number(key, value, {min, max, integer: true});
  const preset = state.text<LearningPreset>("preset", "lesson", learningPresets);
  const steps = whole("steps", priorPresets.lesson.training.steps, ranges.steps);
  const trainSeed = whole("trainSeed", 1, ranges.seed);
  const rows = whole("rows", 20_000, [1, MOST_ROWS]);
  const backend = state.text<TrainingSettings["backend"]>("backend", "auto", backendNames);
  const threads = whole("threads", cores(), [1, cores()]);
  return {
    preset,
    steps,
    trainSeed,
    rows,
    backend,
    threads,
    settings: computed(() => {
      const chosen = objectives.value.find(({key}) => key === objective.value);
      return {
        preset: preset.value,
        steps: steps.value,
        seed: trainSeed.value,
        rows: rows.value,
        backend: backend.value,
        threads: threads.value,
        dataSeed: lab.seed.value,
        lawName: lab.law.value?.name ?? "",
        law: lab.mixture.value,
        objectiveName: chosen?.name ?? "",
        spec: chosen?.spec,
        parameterisation: parameterisation.value,
        edm: edm.value
      };
    }),
    learned: signal<Denoiser | undefined>(undefined),
    training: signal<TrainingSeen | undefined>(undefined)
  };
}

/** Samples drawn at each evaluation. */
export const SAMPLES = 1000;

/** Draws of a held-out loss: enough to tell it from the floor. */
const EVALUATED = 8192;

/** What page `denoiser` trains: a network on points of a law. */
export const learningPlan: TrainingPlan<LearningSettings> = {
  name: (settings) => nameOfTraining("denoiser", settings),
  problem({law, spec}) {
    if (!law) return "there are no data to train on";
    if (!spec) return "the page's schedule, which this objective draws t from, is none at present";
    return undefined;
  },
  input({law, spec, preset, seed, rows, dataSeed, edm, parameterisation}) {
    const points = new Float32Array(sampleMixture(law!, rows, random(dataSeed, 0x44415441)));
    const [low, high] = objectiveOf(spec!, edm).levels.range;
    return Promise.resolve({
      mu: {shape: [rows, law!.dimension], data: points},
      preset,
      seed,
      model: {objective: spec, parameterisation, edm},
      training: {evaluateRows: EVALUATED, patience: undefined}, // to the last step, whose network is shown
      standardise: false, // so that noise levels are those of the page
      samples: high > low ? SAMPLES : 0 // one level alone is no way to go
    });
  },
  running: "Training. Everything below follows at each evaluation."
};
