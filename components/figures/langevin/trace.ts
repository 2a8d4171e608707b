/** What is drawn and told of the state along a walk. */
import {autocorrelationTime, type AutocorrelationTime} from "../../analysis/autocorrelation.js";
import {pooledCorrelation} from "../../analysis/pooledCorrelation.js";
import {stateSeries} from "../../analysis/stateSeries.js";
import {groupNames, groupOf, hingeDegrees, type Motion} from "../../cryoem/motion.js";
import {walkCorrelation} from "../../samplers/ornsteinUhlenbeck.js";
import {walkTime} from "../../samplers/walkStatistics.js";
import type {ShownEncodings} from "../encodings.js";
import {OFF, type SetWalk} from "./walk.js";

/** One number a step that says where the walk is. */
export interface Coordinate {
  label: string;
  /** Names of its values, where these are classes: value k is names[k]. */
  names?: string[];
  values: Float64Array;
}

export interface Trace {
  t: Float64Array;
  coordinate: Coordinate;
  /** Whether each step is off the data. */
  off: boolean[];
  /** Correlations at lags 0, 1, ..., in time [lags]: of the base coordinates, theirs in theory, and of the state. */
  lags: Float64Array;
  base: Float64Array;
  theory: Float64Array;
  state: Float64Array;
  /** Integrated autocorrelation times, steps; of the base also in theory. */
  baseTime: AutocorrelationTime;
  baseTheory: number;
  stateTime: AutocorrelationTime;
}

/** Time after which next to nothing is left of the base walk's correlation, e^-5: the longest lag that is drawn. */
const LONGEST = 10;

/** @returns undefined while there are too few steps to say anything */
export function traceOf(walk: SetWalk, {motion, states: known, d}: ShownEncodings): Trace | undefined {
  const {places: n, settings} = walk;
  if (n < 16) return undefined;
  const {dt, kind} = settings;
  const states = walk.states?.subarray(0, n);
  const lags = Math.min(n >> 1, Math.max(4, Math.ceil(LONGEST / dt)));
  const columns = Array.from({length: d}, (_, c) =>
    Float64Array.from({length: n}, (_, i) => walk.encoding[i * d + c])
  );
  const coordinate = coordinateOf(walk, motion);
  const series =
    motion && states && known ? stateSeries(motion, states, known) : [centred(coordinate.values)];
  return {
    t: Float64Array.from({length: n}, (_, i) => i * dt),
    coordinate,
    off: Array.from(walk.quantile.subarray(0, n), (q) => q > OFF),
    lags: Float64Array.from({length: lags + 1}, (_, k) => k * dt),
    base: pooledCorrelation(columns, lags),
    theory: Float64Array.from({length: lags + 1}, (_, k) => walkCorrelation(kind, dt, k)),
    state: pooledCorrelation(series, lags),
    baseTime: autocorrelationTime(columns, {mean: 0}),
    baseTheory: walkTime(kind, dt),
    stateTime: seriesTime(series)
  };
}

/** Integrated autocorrelation time of a vector's components, of one walk of n steps: as many draws as steps over tau, not one a component. */
function seriesTime(series: readonly Float64Array[]): AutocorrelationTime {
  const {tau, error, window} = autocorrelationTime(series, {mean: 0});
  const n = series[0].length;
  return {tau, error: error * Math.sqrt(series.length), window, effective: n / tau};
}

function coordinateOf({states, plane, places: n}: SetWalk, motion?: Motion): Coordinate {
  if (!motion || !states)
    return {label: "PC 1 of the latent", values: Float64Array.from({length: n}, (_, i) => plane[2 * i])};
  if (motion.type === "assembly")
    return {
      label: "class",
      names: groupNames(motion),
      values: Float64Array.from(states.subarray(0, n), (s) => groupOf(motion, s))
    };
  const label = motion.type === "opening" ? "opening angle, closed at 0 (°)" : "hinge angle (°)";
  return {label, values: Float64Array.from(states.subarray(0, n), (s) => hingeDegrees(motion, s))};
}

function centred(x: Float64Array): Float64Array {
  const mean = x.reduce((sum, v) => sum + v, 0) / x.length;
  return x.map((v) => v - mean);
}

/** The numbers of a trace in sentences. */
export function traceText(trace: Trace): string[] {
  const {baseTime, baseTheory, stateTime, off, t} = trace;
  const n = t.length;
  const away = off.filter(Boolean).length;
  const time = ({tau, error}: AutocorrelationTime) => `${tau.toFixed(1)} ± ${error.toFixed(1)}`;
  // an estimate needs some fifty times as long a walk as it comes out
  const short = stateTime.tau > n / 50 ? " It is too short to tell that well: take more steps, or larger ones." : ""; // prettier-ignore
  return [
    `Integrated autocorrelation time of a base coordinate: ${baseTheory.toFixed(1)} steps in theory, ${time(baseTime)} measured over all ${n} places. Of the state: ${time(stateTime)} steps. So the walk is worth about ${Math.max(1, Math.round(stateTime.effective))} independent looks at the state.${short}`,
    `${away} of ${n} places (${((100 * away) / n).toFixed(1)}%) are off the data: further from the encodings than 99 of 100 encodings are from each other.`
  ];
}
