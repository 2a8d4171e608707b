import {jobContext} from "../../compute/job.js";
import {random} from "../../compute/random.js";
import type {Ddpm} from "../../diffusion/ddpm.js";
import {boundOfErrors, drawsByWeight, epsErrors} from "../../diffusion/ddpmLosses.js";
import {bitsPerDimension, elbo, type Elbo, type StepVariance} from "../../diffusion/elbo.js";
import {logDensity, type GaussianMixture} from "../../diffusion/gaussianMixture.js";
import type {Estimate} from "../../diffusion/meanAndError.js";
import type {Lines, Series} from "../lab/lines.js";
import {dotsOf, stepsOf, timeAxis} from "./chainCurves.js";
import type {Model} from "./models.js";

/** The bound of a model. */
export interface ModelElbo {
  name: string;
  color: string;
  elbo: Elbo;
}

export interface ElboQuestion {
  chain: Ddpm;
  models: readonly Model[];
  /** Points that the bound is averaged over [n, d]. */
  x0: Float64Array;
  d: number;
  seed: number;
  variance: StepVariance;
}

/** Draws for each t: fewer where there are many t. */
export const drawsOf = (T: number, all = 20_000): number => Math.max(24, Math.min(512, Math.round(all / T)));

/** The bound of each model, on the same draws. */
export async function elbos(
  {chain, models, x0, d, seed, variance}: ElboQuestion,
  signal?: AbortSignal,
  draws = drawsOf(chain.T)
): Promise<ModelElbo[]> {
  const found: ModelElbo[] = [];
  for (const {name, color, denoiser} of models) {
    const rng = random(seed, 0x454c424f);
    found.push({
      name,
      color,
      elbo: await elbo(chain, denoiser, x0, d, rng, {variance, draws}, jobContext(signal))
    });
  }
  return found;
}

/** Mean of -ln p(x_0) over points, with the exact density: what the bound can't be below. Nats. */
export function negativeLogDensity(law: GaussianMixture, x0: Float64Array): number {
  const n = x0.length / law.dimension;
  let sum = 0;
  for (const v of logDensity(law, x0, new Float64Array(n))) sum -= v / n;
  return sum;
}

/** L_(t-1) for t = 2 .. T of some models, on a logarithmic axis, with a standard error up and down. */
export function elboLines({chain, bounds, t}: {chain: Ddpm; bounds: readonly ModelElbo[]; t: number}): Lines {
  const steps = stepsOf(chain).slice(1);
  const series: Series[] = [];
  for (const {name, color, elbo} of bounds) {
    const terms = elbo.terms.slice(1);
    const off = (sign: number) => terms.map((v, i) => v + sign * elbo.errors[i + 1]);
    series.push({name: `Lₜ₋₁, ${name}`, color, x: steps, y: terms, dots: dotsOf(chain.T)});
    for (const sign of [-1, 1])
      series.push({
        name: "",
        color,
        x: steps,
        y: off(sign),
        dash: "2,2",
        width: 0.9
      });
  }
  // Terms far below the largest one add nothing that can be seen: the axis shows six decades.
  const top = Math.max(
    ...bounds.flatMap(({elbo}) => [...elbo.terms.slice(1)]).filter(Number.isFinite),
    1e-12
  );
  const least = Math.min(...bounds.flatMap(({elbo}) => [...elbo.terms.slice(1)]).filter((v) => v > 0), top);
  return {
    x: timeAxis(chain.T),
    y: {label: "Lₜ₋₁, nats", log: true, domain: [Math.max(least / 2, top / 1e6), 2 * top]},
    series,
    rules: [{x: t, dash: "3,3"}],
    label: `The terms L_(t-1) of the bound for t = 2 to ${chain.T}, logarithmic`
  };
}

/** The numbers of steps that the bound is compared at. */
export const SWEEP = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000];

/** The bound of each model in one number of steps, nats. */
export interface SweepPoint {
  T: number;
  bounds: {name: string; color: string; bound: Estimate}[];
}

/** Draws for each bound of a sweep, spread over t by their weight. */
const SWEPT = 60_000;

/** The bound of each model for growing T; where there is no chain, or no bound, T is left out. */
export async function sweepElbos(
  chainAt: (T: number) => {chain?: Ddpm},
  {models, x0, d, seed, variance}: Omit<ElboQuestion, "chain">,
  signal?: AbortSignal
): Promise<SweepPoint[]> {
  const found: SweepPoint[] = [];
  for (const T of SWEEP) {
    const {chain} = chainAt(T);
    if (!chain || !(chain.beta[0] > 0)) continue;
    const draws = drawsByWeight(chain, variance, SWEPT);
    const bounds = [];
    for (const {name, color, denoiser} of models) {
      const errors = await epsErrors(
        chain,
        denoiser,
        x0,
        d,
        random(seed, 0x53574550),
        {draws},
        jobContext(signal)
      );
      bounds.push({name, color, bound: boundOfErrors(chain, errors, x0, d, variance)});
    }
    found.push({T, bounds});
  }
  return found;
}

/** The bound against T with a standard error up and down, bits per dimension, and the exact -log p (nats) as a floor. */
export function sweepLines({
  sweep,
  floor,
  d,
  T
}: {
  sweep: readonly SweepPoint[];
  floor: number;
  d: number;
  T: number;
}): Lines {
  const models = sweep[0]?.bounds ?? [];
  const x = sweep.map(({T}) => T);
  const level = bitsPerDimension(floor, d);
  // A network that is asked at noise levels it has never seen may be wrong by any amount: the first model sets the scale.
  const bits = (k: number) => sweep.map(({bounds}) => bitsPerDimension(bounds[k].bound.value, d));
  const span = models.length ? Math.max(0.5, Math.max(...bits(0)) - level) : 1;
  const top = Math.min(level + 2.5 * span, Math.max(...models.flatMap((_, k) => bits(k)), level + span));
  const least = Math.min(level, ...models.flatMap((_, k) => bits(k)));
  return {
    x: {label: "T", log: true, domain: [1, 1000]},
    y: {label: "bits per dimension", domain: [least - 0.1 * span, top + 0.1 * span]},
    series: [
      ...models.flatMap(({name, color}, k) => {
        const off = (errors: number) =>
          sweep.map(({bounds}) => {
            const {value, error} = bounds[k].bound;
            return bitsPerDimension(value + errors * error, d);
          });
        return [
          {name: `bound, ${name}`, color, x, y: off(0), dots: true},
          {name: "", color, x, y: off(1), dash: "2,2", width: 0.9},
          {name: "", color, x, y: off(-1), dash: "2,2", width: 0.9}
        ];
      }),
      {name: "−log p(x₀), exact", color: "--series-prior", x: [1, 1000], y: [level, level], dash: "6,3"}
    ],
    rules: [{x: T, dash: "3,3"}],
    label: "The bound for growing T, and the exact negative log density of the data that it can't be below"
  };
}
