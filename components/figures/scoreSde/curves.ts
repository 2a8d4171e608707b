/** The curves of a schedule: how much of the data is left, how much noise there is, and the SDE's two coefficients. */
import {alphaBar, diffusion, drift, snr, type Schedule} from "../../diffusion/schedule.js";
import type {Lines} from "../lab/lines.js";
import {timeAxis} from "../lab/timeAxis.js";

export interface ScheduleCurves {
  /** s(t) and alpha-bar(t). */
  scale: Lines;
  /** sigma(t) and SNR(t), logarithmic. */
  noise: Lines;
  /** f(t) and g(t) of dx = f x dt + g dw. */
  rates: Lines;
}

/** Points of a curve. */
const POINTS = 161;

/** @param t the time to mark */
export function scheduleCurves(schedule: Schedule, t: number): ScheduleCurves {
  const axis = timeAxis(schedule);
  const times = new Float64Array(POINTS);
  for (let i = 0; i < POINTS; ++i) times[i] = axis.at(i / (POINTS - 1));
  const of = (f: (t: number) => number) => {
    const y = new Float64Array(POINTS);
    for (let i = 0; i < POINTS; ++i) y[i] = f(times[i]);
    return y;
  };
  const [s, bar] = [of(schedule.s), of((t) => alphaBar(schedule, t))];
  const [sigma, ratio] = [of(schedule.sigma), of((t) => snr(schedule, t))];
  const [f, g] = [of((t) => drift(schedule, t)), of((t) => diffusion(schedule, t))];
  const x = {domain: axis.domain, label: "t", log: axis.log};
  const rules = [{x: t, dash: "3 3"}];
  const [blue, orange] = ["--series-encodings", "--series-prior"];
  return {
    scale: {
      x,
      y: {domain: [0, Math.max(1, greatest(s)) * 1.02], label: "s, ᾱ"},
      rules,
      series: [
        {name: "s(t)", color: blue, x: times, y: s},
        {name: "ᾱ(t) = 1/(1 + σ²)", color: orange, x: times, y: bar, dash: "5 3"}
      ],
      label: `${schedule.name}: the scale s and the part of the variance that is signal, against time`
    },
    noise: {
      x,
      y: {label: "σ, SNR", log: true},
      rules,
      series: [
        {name: "σ(t)", color: blue, x: times, y: sigma},
        {name: "SNR(t) = 1/σ²", color: orange, x: times, y: ratio, dash: "5 3"}
      ],
      label: `${schedule.name}: noise level and signal-to-noise ratio against time`
    },
    rates: {
      x,
      y: {domain: ratesDomain(f, g), label: "f, g"},
      rules,
      series: [
        {name: "f(t) = s′/s", color: blue, x: times, y: f},
        {name: "g(t) = s√(dσ²/dt)", color: orange, x: times, y: g, dash: "5 3"}
      ],
      label: `${schedule.name}: drift and diffusion coefficients against time`
    }
  };
}

const greatest = (values: Float64Array) => values.reduce((most, v) => (v > most ? v : most), -Infinity);

/** Limits that a rate which is infinite at its end doesn't flatten everything else by. */
function ratesDomain(f: Float64Array, g: Float64Array): [number, number] {
  const inner = Math.floor(0.9 * POINTS);
  const high = Math.min(greatest(g), 3 * greatest(g.subarray(0, inner)) || Infinity);
  const low = Math.max(-greatest(f.map((v) => -v)), 3 * -greatest(f.subarray(0, inner).map((v) => -v)) || -Infinity); // prettier-ignore
  return [Math.min(0, low) * 1.02, Math.max(high, 1e-3) * 1.02];
}
