/** How far a chain of T steps is from its SDE: in alpha-bar, in the law of its states, and along each path. */
import {mixtureCdf, wasserstein1, type Noised} from "../../analysis/distribution.js";
import type {GaussianMixture} from "../../diffusion/gaussianMixture.js";
import type {Schedule} from "../../diffusion/schedule.js";
import {chainMarginals} from "../../diffusion/scheduleChain.js";
import type {Lines} from "../lab/lines.js";
import {inWords, logSlope} from "./fit.js";
import {firstCoordinate} from "../lab/heat.js";
import {chainPaths, sdePaths, STEPS, type Brownian} from "./steps.js";

export interface StepsErrors {
  T: number[];
  /** The greatest over time of |alpha-bar_t - alpha-bar(t/T)|. */
  alphaBar: number[];
  /** The greatest W1, at five times, between the laws of the first coordinate. */
  law: number[];
  /** The greatest RMS distance, at five times, between chain and SDE along the same Brownian path. */
  path: number[];
  /** Whether some beta_t had to be brought below 1. */
  capped: boolean[];
}

/** Parts of the time at which laws and paths are compared: states of every chain whose T they divide. */
const PARTS = 5;

/**
 * Errors of chains of every T among STEPS.
 * @param x0 first coordinates of data [n]
 * @param sde the SDE's own paths, where they are at hand
 */
export function stepsErrors(
  law: GaussianMixture,
  schedule: Schedule,
  x0: Float64Array,
  brownian: Brownian,
  sde = sdePaths(schedule, x0, brownian)
): StepsErrors {
  const {n} = brownian;
  const one = firstCoordinate(law);
  const fine = sde.times.length - 1;
  const errors: StepsErrors = {T: [], alphaBar: [], law: [], path: [], capped: []};
  const reach = 6 + one.means.reduce((most, m) => Math.max(most, Math.abs(m)), 0);
  for (const T of STEPS) {
    const {times, x, chain, capped} = chainPaths(schedule, x0, brownian, T);
    const {scale, noise} = chainMarginals(chain);
    let bar = 0;
    for (let i = 0; i <= T; ++i) bar = Math.max(bar, Math.abs(scale[i] ** 2 - schedule.s(times[i]) ** 2));
    let [most, far] = [0, 0];
    for (let part = 1; part <= PARTS; ++part) {
      const i = (part * T) / PARTS;
      if (!Number.isInteger(i)) continue;
      const s = schedule.s(times[i]);
      const exact: Noised = {scale: s, noise: s * schedule.sigma(times[i])};
      const own: Noised = {scale: scale[i], noise: noise[i]};
      const width = reach * Math.max(1, exact.noise);
      most = Math.max(most, wasserstein1(mixtureCdf(one, exact), mixtureCdf(one, own), [-width, width], 100));
      let sum = 0;
      const k = (part * fine) / PARTS;
      for (let j = 0; j < n; ++j) sum += (x[i * n + j] - sde.x[k * n + j]) ** 2;
      far = Math.max(far, Math.sqrt(sum / n));
    }
    errors.T.push(T);
    errors.alphaBar.push(bar);
    errors.law.push(most);
    errors.path.push(far);
    errors.capped.push(capped);
  }
  return errors;
}

/** Steps from which on a slope is measured: shorter chains aren't yet in the limit. */
const LIMIT = 50;

/** The slope of an error against T on logarithmic axes; 1 for an error in proportion to 1/T. */
export function stepsSlope({T, capped}: StepsErrors, error: number[]): number {
  const kept = T.map((_, i) => i).filter((i) => T[i] >= LIMIT && !capped[i]);
  return -logSlope(kept.map((i) => T[i]), kept.map((i) => error[i])); // prettier-ignore
}

/** Shorter chains are no approximation of anything. */
const SHORTEST = 5;

export function stepsErrorLines(errors: StepsErrors, T: number): Lines {
  const from = errors.T.findIndex((each) => each >= SHORTEST);
  const x = errors.T.slice(from);
  const named = (name: string, y: number[], color: string) => ({
    name: `${name}: ${inWords(-stepsSlope(errors, y))}`,
    color,
    x,
    y: y.slice(from),
    dots: true
  });
  return {
    x: {label: "T", log: true, domain: [x[0] * 0.9, x[x.length - 1] * 1.1]},
    y: {label: "error", log: true},
    rules: [{x: T, dash: "3 3"}],
    series: [
      named("path, RMS", errors.path, "--series-live"),
      named("law, W₁", errors.law, "--series-prior"),
      named("ᾱ", errors.alphaBar, "--series-encodings")
    ],
    label: "Errors of DDPM's chain against its number of steps, on logarithmic axes"
  };
}
