import {mean, meanError, type RaceResult, type RunError} from "../../analysis/samplerRace.js";
import type {Lines, Series} from "../lab/lines.js";
import {errorLabels, frame} from "./racePlots.js";
import type {ErrorName} from "./state.js";

/** A curve of errors over draws: their mean, and each draw as a dot. */
function spread(
  points: readonly RunError[],
  error: ErrorName,
  at: (p: RunError) => number,
  {name, color}: {name: string; color: string}
): Series[] {
  return [
    {name, color, x: points.map(at), y: points.map((p) => mean(p[error])), dots: true},
    {
      name: "each draw",
      color: "--series-gaussian",
      dots: "only",
      x: points.flatMap((p) => p[error].map(() => at(p))),
      y: points.flatMap((p) => p[error])
    }
  ];
}

export interface StrengthCurve {
  /** The best strength, and its error with that of its mean. */
  best?: {b: number; error: number; spread: number};
  /** The ODE's, without a Langevin term. */
  ode?: {error: number; spread: number};
}

/** What a curve of errors against b says; b = 0 is the ODE alone. */
export function bestStrength({errors}: RaceResult, error: ErrorName): StrengthCurve {
  const of = (p: RunError) => ({error: mean(p[error]), spread: meanError(p[error])});
  const zero = errors.find(({value}) => value === 0);
  let best: StrengthCurve["best"];
  for (const p of errors) {
    const found = {b: p.value, ...of(p)};
    if (p.value > 0 && !(best && best.error <= found.error)) best = found;
  }
  return {best, ode: zero && of(zero)};
}

/** Error against the strength of the Langevin term, its minimum marked; level lines for the ODE alone and for the law itself. */
export function strengthPlot(result: RaceResult, error: ErrorName, b: number): Lines {
  const points = result.errors.filter(({value}) => value > 0).sort((p, q) => p.value - q.value);
  const {best, ode} = bestStrength(result, error);
  const series = spread(points, error, ({value}) => value, {
    name: "with the Langevin term",
    color: "--series-prior"
  });
  if (best)
    series.push({
      name: `least, at b = ${best.b.toPrecision(2)}`,
      color: "--series-live",
      dots: "only",
      x: [best.b],
      y: [best.error]
    });
  const [low, high] = [points[0]?.value ?? 0.01, points[points.length - 1]?.value ?? 10];
  if (ode)
    series.push({
      name: "the ODE alone, b = 0",
      color: "--series-encodings",
      x: [low, high],
      y: [ode.error, ode.error]
    });
  return {
    x: {label: "b, strength of β(t)", log: true},
    y: {label: errorLabels[error], log: true, domain: frame(series, result.floor[error])},
    series,
    rules: [
      {y: result.floor[error], dash: "5 3"},
      ...(b > 0 ? [{x: b, dash: "2 3"}] : []),
      ...(best ? [{x: best.b, color: "--series-live", dash: "6 4"}] : [])
    ],
    label: `${errorLabels[error]} against the strength of the Langevin term`
  };
}

/** Error against steps, without the Langevin term and with it, from the same noise. */
export function coarsenessPlot(result: RaceResult, error: ErrorName, b: number): Lines {
  const curve = (s: number) =>
    result.errors.filter(({series}) => series === s).sort((p, q) => p.steps - q.steps);
  const steps = ({steps}: RunError) => steps;
  const [without] = spread(curve(0), error, steps, {name: "the ODE alone", color: "--series-encodings"});
  const [term, draws] = spread(curve(1), error, steps, {
    name: `with the Langevin term, b = ${b}`,
    color: "--series-prior"
  });
  const all = {
    ...draws,
    x: result.errors.flatMap((p) => p[error].map(() => p.steps)),
    y: result.errors.flatMap((p) => p[error])
  };
  const series = [all, without, term];
  return {
    x: {label: "steps", log: true},
    y: {label: errorLabels[error], log: true, domain: frame(series, result.floor[error])},
    series,
    rules: [{y: result.floor[error], dash: "5 3"}],
    label: `${errorLabels[error]} against steps, without and with the Langevin term`
  };
}
