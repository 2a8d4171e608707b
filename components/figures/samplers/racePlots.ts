import {curveOf, mean, measuredOrder, type RaceResult, type RunError} from "../../analysis/samplerRace.js";
import type {Lines, Series} from "../lab/lines.js";
import type {ErrorName} from "./state.js";

/** A curve of a race, as it is drawn. */
export interface Racer {
  name: string;
  color: string;
  dash?: string;
  solvesOde: boolean;
  /** Whether it takes the steps that it is told: one that chooses them has no order that could be read off. */
  fixedSteps?: boolean;
}

export const errorLabels: Record<ErrorName | "rms", string> = {
  w2: "sliced W2 to the law",
  mmd2: "MMD² to the law",
  rms: "distance to the exact end points (RMS)"
};

/** What is too far away to compare: a sampler with steps that are much too large. */
const MOST = 3;

/** Error of the samples' law against denoiser calls; the law's own points as a floor. */
export function racePlot({errors, floor}: RaceResult, racers: readonly Racer[], error: ErrorName): Lines {
  const series = racers.map(({name, color, dash}, s): Series => {
    const points = curveOf(errors, s);
    return {
      name,
      color,
      dash,
      x: points.map(({calls}) => calls),
      y: points.map((p) => mean(p[error])),
      dots: true
    };
  });
  return {
    x: {label: "denoiser calls", log: true},
    y: {label: errorLabels[error], log: true, domain: frame(series, floor[error])},
    series,
    rules: [{y: floor[error], dash: "5 3"}],
    label: `${errorLabels[error]} against denoiser calls, ${racers.length} samplers`
  };
}

/** Distance to the exact end points from the same noise, of samplers that solve the ODE; the order of each in its name. */
export function orderPlot({errors}: RaceResult, racers: readonly Racer[]): Lines {
  const series = racers.flatMap(({name, color, dash, solvesOde, fixedSteps}, s): Series[] => {
    if (!solvesOde) return [];
    const points = curveOf(errors, s).filter(({rms}) => rms !== undefined);
    const order = fixedSteps ? orderOf(errors, s) : undefined;
    return [
      {
        name: order === undefined ? name : `${name}: order ${order.toFixed(1)}`,
        color,
        dash,
        x: points.map(({calls}) => calls),
        y: points.map(({rms}) => mean(rms!)),
        dots: true
      }
    ];
  });
  return {
    x: {label: "denoiser calls", log: true},
    y: {label: errorLabels.rms, log: true, domain: frame(series)},
    series,
    label: `${errorLabels.rms} against denoiser calls, ${series.length} samplers`
  };
}

/** The order of one curve of a race, measured over its last points. Where it stands on rounding there is none to measure. */
export const orderOf = (errors: readonly RunError[], series: number): number | undefined =>
  measuredOrder(
    curveOf(errors, series)
      .filter(({rms}) => rms !== undefined)
      .map(({calls, rms}) => ({calls, error: mean(rms!)})),
    {floor: 1e-8}
  );

/** A domain that leaves out what has run away; undefined while there is nothing to draw. */
export function frame(series: readonly Series[], floor = Infinity): [number, number] | undefined {
  const all = series.flatMap(({y}) => Array.from(y)).filter((v) => v > 0 && v < Infinity);
  if (all.length === 0) return undefined;
  return [
    Math.min(floor, ...all) / 1.4,
    Math.min(MOST, 1.4 * Math.max(floor < Infinity ? floor : 0, ...all))
  ];
}
