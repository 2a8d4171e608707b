/** What page `denoiser` shows: the laboratory, a noise level, a place, and how a network would be trained. All in the address. */
import {computed, type ReadonlySignal, type Signal} from "@preact/signals-core";
import {random} from "../../compute/random.js";
import {EDM, type EdmConstants} from "../../diffusion/edm.js";
import {mixtureMoments} from "../../diffusion/derivedMixture.js";
import {sampleMixture, type GaussianMixture} from "../../diffusion/gaussianMixture.js";
import {leastLoss, type LevelErrors} from "../../diffusion/leastLoss.js";
import {parameterisations, type Parameterisation} from "../../diffusion/preconditioning.js";
import {openLab, type Lab} from "../lab/lab.js";
import type {PageState} from "../lab/pageState.js";
import {linkValues} from "../lab/prelude.js";
import {openLearning, type Learning} from "./learning.js";
import {objectiveNames, objectivesOf, type ObjectiveName, type ShownObjective} from "./objectives.js";

/** Noise levels that the page's slider goes through, and its curves. */
export const SIGMA_RANGE = [0.01, 50] as const;

/** Levels that curves against sigma are drawn at, evenly in its logarithm. */
export const LEVELS = levelsBetween(SIGMA_RANGE, 49);

/** Half the side of the plane that a point can be dragged in. */
export const REACH = 3;

export type Coordinates = readonly [x: number, y: number];

export interface DenoiserState {
  lab: Lab;
  values: Record<string, ReadonlySignal<unknown>>;
  /** log10 of the noise level, which a slider moves evenly. */
  logSigma: Signal<number>;
  sigma: ReadonlySignal<number>;
  /** The point that the reader drags; the second coordinate counts in 2-D alone. */
  x: Signal<number>;
  y: Signal<number>;
  /** [d] */
  point: ReadonlySignal<Float64Array>;
  /** Whether the plane is scaled with the noise, x / sqrt(1 + sigma^2). */
  zoom: Signal<boolean>;
  parameterisation: Signal<Parameterisation>;
  /** What the preconditioning takes the data's deviation for. */
  sigmaData: Signal<number>;
  P_mean: Signal<number>;
  P_std: Signal<number>;
  P_uniform: Signal<number>;
  /** Steps of the DDPM chain that t is drawn from. */
  T: Signal<number>;
  edm: ReadonlySignal<EdmConstants>;
  /** The objective that stands out, and that is trained with. */
  objective: Signal<ObjectiveName>;
  objectives: ReadonlySignal<ShownObjective[]>;
  /** Points of the data set whose own denoiser is shown; log10. */
  logKept: Signal<number>;
  kept: ReadonlySignal<number>;
  /** The first points of a stream that the laboratory's data begin with too [kept, d]. */
  dataSet: ReadonlySignal<Float64Array | undefined>;
  /** The exact denoiser's error at LEVELS: the floor of every loss. */
  least: ReadonlySignal<LevelErrors | undefined>;
  /** E|x_0|^2 / d. */
  second: ReadonlySignal<number>;
  learning: Learning;
}

export function openDenoiser(state: PageState): DenoiserState {
  const lab = openLab(state, {law: "ring", schedule: "edm"});
  const logSigma = state.number("ls", -0.4, {min: -2, max: 1.7});
  const sigma = computed(() => Number((10 ** logSigma.value).toPrecision(3)));
  const x = state.number("x", 0.4, {min: -REACH, max: REACH});
  const y = state.number("y", 0.6, {min: -REACH, max: REACH});
  const point = computed(() => Float64Array.from([x.value, y.value].slice(0, lab.d.value)));
  const sigmaData = state.number("sd", 1, {min: 0.05, max: 5});
  const P_mean = state.number("P_mean", EDM.P_mean, {min: -4, max: 3});
  const P_std = state.number("P_std", EDM.P_std, {min: 0.1, max: 3});
  const P_uniform = state.number("P_uniform", EDM.P_uniform, {min: 0, max: 1});
  const edm = computed((): EdmConstants => ({
    ...EDM,
    sigma_data: sigmaData.value,
    P_mean: P_mean.value,
    P_std: P_std.value,
    P_uniform: P_uniform.value
  }));
  const T = state.number("T", 1000, {min: 1, max: 2000, integer: true});
  // Apart, so that dragging the schedule makes none but its own objective anew.
  const fixed = computed(() =>
    objectivesOf(
      {edm: edm.value, T: T.value, schedule: undefined},
      objectiveNames.filter((name) => name !== "schedule")
    )
  );
  const objectives = computed(() => [
    ...fixed.value,
    ...objectivesOf({edm: edm.value, T: T.value, schedule: lab.schedule.value}, ["schedule"])
  ]);
  const logKept = state.number("kept", 1.2, {min: 0, max: 3});
  const kept = computed(() => Math.round(10 ** logKept.value));
  const dataSet = computed(
    () => lab.mixture.value && sampleMixture(lab.mixture.value, kept.value, dataStream(lab.seed.value))
  );
  const least = computed(() => lab.mixture.value && floorOf(lab.mixture.value));
  const second = computed(() => {
    if (!lab.mixture.value) return 1;
    const {mean, variance} = mixtureMoments(lab.mixture.value);
    return variance + mean.reduce((sum, v) => sum + v * v, 0) / mean.length;
  });
  const parameterisation = state.text<Parameterisation>("par", "F", parameterisations);
  const objective = state.text<ObjectiveName>("objective", "edm", objectiveNames);
  const learning = openLearning(state, {lab, objectives, objective, parameterisation, edm});
  const own = {
    learning,
    logSigma,
    sigma,
    x,
    y,
    point,
    zoom: state.flag("zoom", true),
    parameterisation,
    sigmaData,
    P_mean,
    P_std,
    P_uniform,
    T,
    edm,
    objective,
    objectives,
    logKept,
    kept,
    dataSet,
    least,
    second
  };
  const {schedule, denoiser, mixture, data, d, seed, count} = lab;
  return {
    ...own,
    lab,
    values: {
      schedule,
      denoiser,
      law: mixture,
      data,
      d,
      seed,
      count,
      sigma,
      point,
      parameterisation,
      edm,
      T,
      objective,
      objectives,
      dataSet,
      zoom: own.zoom,
      least,
      second,
      learned: learning.learned,
      training: learning.training
    }
  };
}

export const ofLink = linkValues(openDenoiser);

/** The stream that the laboratory's data are drawn from: a smaller set is the beginning of a larger one. */
const dataStream = (seed: number) => random(seed, 0x44415441);

const floors = new WeakMap<GaussianMixture, LevelErrors>();

/** The exact denoiser's error at LEVELS, from as many draws as are quick for a law of K components; kept with the law. */
export function floorOf(law: GaussianMixture): LevelErrors {
  let found = floors.get(law);
  if (!found) {
    const draws = Math.max(200, Math.min(4000, Math.floor(40_000 / law.weights.length)));
    floors.set(law, (found = leastLoss(law, LEVELS, random(1, 0x464c4f4f), draws)));
  }
  return found;
}

function levelsBetween([low, high]: readonly [number, number], n: number): Float64Array {
  return Float64Array.from({length: n}, (_, i) => low * (high / low) ** (i / (n - 1)));
}
