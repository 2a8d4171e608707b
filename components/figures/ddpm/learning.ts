import {random} from "../../compute/random.js";
import type {Ddpm} from "../../diffusion/ddpm.js";
import type {StepVariance} from "../../diffusion/elbo.js";
import {EDM} from "../../diffusion/edm.js";
import {sampleMixture, type GaussianMixture} from "../../diffusion/gaussianMixture.js";
import type {PriorConfig} from "../../diffusion/network.js";
import type {ObjectiveSpec} from "../../diffusion/objectiveSpec.js";
import {priorPresets} from "../../diffusion/presets.js";
import type {RunSettings} from "../trainingPlan.js";
import {nameOfTraining, type TrainingPlan} from "../trainingSession.js";

/** Everything that a training depends on, as it was when it began. */
export interface DdpmLearning extends RunSettings {
  seed: number;
  objective: "simple" | "variational";
  variance: StepVariance;
  chain: Ddpm | undefined;
  law: GaussianMixture | undefined;
  dataSeed: number;
}

/** Points of the law that are trained on. */
const ROWS = 20_000;

const PRESET = "lesson";

/** L_simple, or the weighted loss of the bound, over the chain's steps. */
export const ddpmObjective = ({objective, variance, chain}: DdpmLearning): ObjectiveSpec => {
  const spec = {kind: "betas" as const, beta: Array.from(chain!.beta)};
  return objective === "simple"
    ? {kind: "simple", chain: spec}
    : {kind: "variational", chain: spec, variance};
};

/** The network of preset `lesson`, its output read as eps. */
export const ddpmModel = (settings: DdpmLearning): Omit<PriorConfig, "zdim"> => ({
  ...priorPresets[PRESET].model,
  objective: ddpmObjective(settings),
  parameterisation: "eps",
  edm: EDM
});

export const pointsOfLaw = (law: GaussianMixture, seed: number, rows = ROWS): Float32Array =>
  new Float32Array(sampleMixture(law, rows, random(seed, 0x44415441)));

/** What page `ddpm` trains: eps_theta of its chain on points of its law. */
export const ddpmPlan: TrainingPlan<DdpmLearning> = {
  name: ({chain, ...settings}) => nameOfTraining("ddpm", {...settings, beta: chain?.beta} as RunSettings),
  problem({law, chain}) {
    if (!law) return "there are no data to train on";
    if (!chain) return "there is no chain to train for";
    return undefined;
  },
  input: (settings) =>
    Promise.resolve({
      mu: {shape: [ROWS, settings.law!.dimension], data: pointsOfLaw(settings.law!, settings.dataSeed)},
      preset: PRESET,
      seed: settings.seed,
      model: ddpmModel(settings),
      standardise: false, // so that noise levels are those of the chain
      samples: 0
    }),
  running: "Training. The figures that show the network follow at each evaluation."
};
