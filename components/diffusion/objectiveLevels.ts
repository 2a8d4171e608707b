import type {Rng} from "../compute/random.js";
import {InputError} from "../formats/error.js";
import {cosineBetas, ddpm, linearBetas, sigmoidBetas, type Ddpm} from "./ddpm.js";
import {trainingSigma, type EdmConstants} from "./edm.js";
import type {ChainSpec, LevelsSpec} from "./objectiveSpec.js";
import {checkRising, place, valueAt} from "./logTable.js";
import type {Schedule} from "./schedule.js";

/** p(sigma): the law that an objective draws noise levels from. */
export interface Levels {
  draw(rng: Rng): number;
  /** Density of ln sigma: of the levels that a chain has, each spread half way to its neighbours. */
  density(sigma: number): number;
  /** The lowest and highest level that is drawn; EDM's, which has no ends, are its sampler's. */
  range: readonly [low: number, high: number];
}

const betas = {linear: linearBetas, cosine: cosineBetas, sigmoid: sigmoidBetas};

export const chainOf = (spec: ChainSpec): Ddpm =>
  ddpm(spec.kind === "betas" ? spec.beta : betas[spec.kind](spec.T));

/**
 * sigma_t = sqrt((1 - alpha-bar_t) / alpha-bar_t) of the steps t that there is something to be learned at: where some noise was added,
 * and something of the data is left.
 * @param counts leaves out more of them
 * @throws InputError where no step is left
 */
export function chainLevels(
  {noise, alphaBar, T}: Ddpm,
  counts: (t: number) => boolean = () => true
): {t: Int32Array; sigma: Float64Array} {
  const level = (t: number) => Math.sqrt(noise[t - 1] / alphaBar[t - 1]);
  const t = Int32Array.from({length: T}, (_, i) => i + 1).filter(
    (t) => level(t) > 0 && Number.isFinite(level(t)) && counts(t)
  );
  if (!t.length) throw new InputError("objective", "chain", "no step that adds noise", "beta_t above 0");
  return {t, sigma: Float64Array.from(t, level)};
}

/** The law of a spec. @throws InputError for levels that don't rise */
export function levelsOf(spec: LevelsSpec, edm: EdmConstants): Levels {
  switch (spec.kind) {
    case "edm":
      return edmLevels(edm);
    case "chain":
      return listed(chainLevels(chainOf(spec.chain)).sigma);
    case "logUniform": {
      const {sigma_min, sigma_max} = spec;
      if (!(sigma_max > sigma_min))
        throw new InputError(
          "objective",
          "levels",
          `${sigma_min} to ${sigma_max}`,
          "sigma_max above sigma_min"
        );
      return {
        draw: (rng) => sigma_min * (sigma_max / sigma_min) ** rng.uniform(),
        density: (sigma) =>
          sigma >= sigma_min && sigma <= sigma_max ? 1 / Math.log(sigma_max / sigma_min) : 0,
        range: [sigma_min, sigma_max]
      };
    }
    case "quantiles": {
      const sigma = Float64Array.from(spec.sigma);
      checkRising(sigma, "levels.sigma");
      return {...listed(sigma), draw: (rng) => valueAt(sigma, rng.uniform() * sigma.length - 0.5)};
    }
  }
}

/** ln sigma ~ N(P_mean, P_std^2), uniform between sigma_min and sigma_max for the part P_uniform (edm.ts). */
export function edmLevels(edm: EdmConstants): Levels {
  const {P_mean, P_std, P_uniform, sigma_min, sigma_max} = edm;
  const flat = P_uniform / Math.log(sigma_max / sigma_min);
  return {
    draw: (rng) => trainingSigma(rng, edm),
    density(sigma) {
      const z = (Math.log(sigma) - P_mean) / P_std;
      const normal = Math.exp((-z * z) / 2) / (P_std * Math.sqrt(2 * Math.PI));
      return (1 - P_uniform) * normal + (sigma >= sigma_min && sigma <= sigma_max ? flat : 0);
    },
    range: [sigma_min, sigma_max]
  };
}

/** Levels of a list, all as likely. */
export function listed(sigma: Float64Array): Levels {
  const n = sigma.length;
  const log = sigma.map(Math.log);
  // Edges half way between two levels; the outer ones as far out as the next is in, a tenth of e about a single one.
  const edges = Float64Array.from({length: n + 1}, (_, i) => {
    if (n === 1) return log[0] + 0.1 * (i - 0.5);
    const k = Math.max(1, Math.min(n - 1, i));
    return (log[k - 1] + log[k]) / 2 + (i - k) * (log[k] - log[k - 1]);
  });
  return {
    draw: (rng) => sigma[rng.integer(n)],
    density(level) {
      const at = Math.log(level);
      if (!(at >= edges[0] && at <= edges[n])) return 0;
      const i = Math.min(n - 1, place(edges, at));
      return edges[i + 1] > edges[i] ? 1 / (n * (edges[i + 1] - edges[i])) : 0;
    },
    range: [sigma[0], sigma[n - 1]]
  };
}

/** Levels of any schedule, t uniform between its two times: a spec, to be sent and kept. */
export function scheduleLevels({t_min, t_max, sigma}: Schedule, n = 1024): LevelsSpec & {kind: "quantiles"} {
  const all = Array.from({length: n}, (_, i) => sigma(t_min + ((i + 0.5) / n) * (t_max - t_min)));
  return {kind: "quantiles", sigma: all.filter((level) => level > 0 && Number.isFinite(level))};
}

/** Levels whose ln sigma has any density (of any scale) between two levels: a spec, to be sent and kept. */
export function densityLevels(
  density: (sigma: number) => number,
  [low, high]: readonly [number, number],
  n = 1024
): LevelsSpec & {kind: "quantiles"} {
  const cells = 4 * n;
  const level = (i: number) => low * (high / low) ** (i / cells);
  const sums = new Float64Array(cells + 1);
  for (let i = 0; i < cells; ++i) sums[i + 1] = sums[i] + Math.max(0, density(level(i + 0.5)));
  const total = sums[cells];
  if (!(total > 0 && Number.isFinite(total)))
    throw new InputError("objective", "p(sigma)", `a sum of ${total}`, "a density that is above 0 somewhere");
  const quantile = (mass: number) => {
    const i = Math.min(cells - 1, place(sums, mass));
    return level(i + (mass - sums[i]) / (sums[i + 1] - sums[i]));
  };
  return {
    kind: "quantiles",
    sigma: Array.from({length: n}, (_, i) => quantile((total * (i + 0.5)) / n))
  };
}
