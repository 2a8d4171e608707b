/** Whether the processes have the law that they should have: at every time, and in the end. */
import {kolmogorovSmirnov, ksBound, mixtureCdf} from "../../analysis/distribution.js";
import {slicedW2} from "../../analysis/slicedW2.js";
import {random} from "../../compute/random.js";
import {sampleMixture} from "../../diffusion/gaussianMixture.js";
import {addNoise} from "../../samplers/track.js";
import type {Lines} from "../lab/lines.js";
import type {BothWays} from "./bothWays.js";
import {firstCoordinate} from "../lab/heat.js";
import {timeAxis} from "../lab/timeAxis.js";
import {processes, type Process} from "./waysPlane.js";

/** Times at which laws are compared, at most. */
const TIMES = 8;

const names = Object.keys(processes) as Process[];

/** Kolmogorov and Smirnov's distance of a process's first coordinate to its exact law, against time. */
export function distances(ways: BothWays, process: Process): {t: number[]; distance: number[]} {
  const {law, schedule} = ways;
  const one = firstCoordinate(law);
  const {times, points} = ways[process];
  const every = Math.max(1, Math.ceil((times.length - 1) / TIMES));
  const t: number[] = [];
  const distance: number[] = [];
  for (let i = times.length - 1; i >= 0; i -= every) {
    const s = schedule.s(times[i]);
    const F = mixtureCdf(one, {scale: s, noise: s * schedule.sigma(times[i])});
    t.push(times[i]);
    distance.push(kolmogorovSmirnov(points[i].filter((_, k) => k % law.dimension === 0), F)); // prettier-ignore
  }
  return {t, distance};
}

/** All three against time, with what chance leaves. */
export function agreementLines(ways: BothWays, t: number, show: readonly Process[] = names): Lines {
  const axis = timeAxis(ways.schedule);
  const bound = ksBound(ways.n);
  const found = show.map((process) => ({process, ...distances(ways, process)}));
  const most = found.reduce((top, {distance}) => Math.max(top, ...distance), bound);
  return {
    x: {domain: axis.domain, label: "t", log: axis.log},
    y: {domain: [0, Math.min(1.02, 1.25 * most)], label: "KS distance"},
    rules: [
      {y: bound, dash: "5 3"},
      {x: t, dash: "3 3"}
    ],
    series: found.map(({process, t: x, distance: y}) => ({...processes[process], x, y, dots: true})),
    label: `Distance of the points' law to the exact one against time; chance alone stays below ${bound.toPrecision(2)} in 19 of 20 cases`
  };
}

export interface EndLaw {
  /** Sliced W2 of x / s to fresh draws, and between two fresh draws: mean of four pairs. */
  sde: number;
  ode: number;
  floor: number;
}

/** Pairs of fresh draws that a floor is the mean of. */
const PAIRS = 4;

/** Sliced W2 at the end of both backward processes, in the units of the data. */
export function endLaw({law, schedule, n, sde, ode}: BothWays, seed: number): EndLaw {
  const d = law.dimension;
  const end = sde.times[sde.times.length - 1];
  const s = schedule.s(end);
  const options = {projections: d === 1 ? 1 : 60};
  const unscaled = (x: Float64Array) => x.map((v) => v / s);
  const fresh = (i: number) => {
    const rng = random(seed, 0x46524553, i);
    return unscaled(addNoise(schedule, end, sampleMixture(law, n, rng), rng));
  };
  const draws = Array.from({length: PAIRS + 1}, (_, i) => fresh(i));
  const mean = (f: (draw: Float64Array, i: number) => number) =>
    draws.slice(0, PAIRS).reduce((sum, draw, i) => sum + f(draw, i) / PAIRS, 0);
  return {
    sde: mean((draw) => slicedW2(unscaled(sde.x), draw, d, options)),
    ode: mean((draw) => slicedW2(unscaled(ode.x), draw, d, options)),
    floor: mean((draw, i) => slicedW2(draw, draws[i + 1], d, options))
  };
}
