import {EDM, lossWeight, type EdmConstants} from "./edm.js";
import {epsWeight} from "./elbo.js";
import {throughValues} from "./logTable.js";
import {lambdaOf} from "./objectiveLambda.js";
import {chainLevels, chainOf, edmLevels, levelsOf, listed, type Levels} from "./objectiveLevels.js";
import type {ObjectiveKind, ObjectiveSpec} from "./objectiveSpec.js";

/**
 * What a denoiser is trained for: E[lambda(sigma) |D(x_0 + sigma n; sigma) - x_0|^2] over the data, sigma ~ p(sigma) and normal n
 * (the talk's objective; Karras et al. 2022, eq. 2 and 8). Every one has the same minimiser, the exact denoiser; they differ in
 * which noise levels they spend a small network on.
 */
export interface Objective {
  levels: Levels;
  /** The weight of |D - x_0|^2. */
  lambda(sigma: number): number;
}

type SpecOf<K extends ObjectiveKind> = ObjectiveSpec & {kind: K};

/** The objectives, each from its spec and the prior's constants. */
export const objectives: {[K in ObjectiveKind]: (spec: SpecOf<K>, edm: EdmConstants) => Objective} = {
  /** EDM: ln sigma normal, lambda = 1 / c_out^2 (Karras et al. 2022, Table 1). */
  edm: (_, edm) => ({
    levels: edmLevels(edm),
    lambda: (sigma) => lossWeight(sigma, edm.sigma_data)
  }),

  /** L_simple: |eps - eps_theta|^2, t uniform on 1..T (Ho et al. 2020, eq. 14); |eps error|^2 = |D error|^2 / sigma^2. */
  simple: ({chain}) => ({
    levels: listed(chainLevels(chainOf(chain)).sigma),
    lambda: (sigma) => sigma ** -2
  }),

  /**
   * L_(t-1) and L_0 less what no network changes: beta_t^2 / (2 sigma_t^2 alpha_t (1 - alpha-bar_t)) |eps - eps_theta|^2, t uniform
   * (eq. 12). Summed over dimensions and t it is the part of the bound that depends on the model. Steps with beta_t = 0 are left out.
   */
  variational({chain, variance}) {
    const steps = chainOf(chain);
    const {t, sigma} = chainLevels(steps, (t) => steps.beta[t - 1] > 0);
    const weights = Float64Array.from(t, (t, i) => epsWeight(steps, t, variance) / sigma[i] ** 2);
    return {levels: listed(sigma), lambda: throughValues(sigma, weights)};
  },

  /** Denoising score matching (Vincent 2011; Song and Ermon 2019) with any p(sigma) and lambda(sigma). */
  scoreMatching: ({levels, lambda}, edm) => ({
    levels: levelsOf(levels, edm),
    lambda: lambdaOf(lambda, edm)
  })
};

/**
 * The objective that a spec stands for.
 * @param edm constants of the prior, where the objective uses them
 * @throws InputError or RangeError where there are no levels to draw
 */
export const objectiveOf = (spec: ObjectiveSpec, edm: EdmConstants = EDM): Objective =>
  (objectives[spec.kind] as (spec: ObjectiveSpec, edm: EdmConstants) => Objective)(spec, edm);
