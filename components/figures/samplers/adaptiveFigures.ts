import {computed} from "@preact/signals-core";
import {partOfCalls} from "../../analysis/samplerRace.js";
import {samplerDefaults} from "../../samplers/samplerKinds.js";
import {roomFor} from "../dom.js";
import {boundRange} from "../lab/boundControls.js";
import {followSeen} from "../lab/followSeen.js";
import {lines} from "../lab/lines.js";
import {liveFigure} from "../lab/liveFigure.js";
import {plane} from "../lab/plane.js";
import {adaptiveSteps, callsPlane, stepSizesPlane, type AdaptiveSteps} from "./adaptiveSteps.js";
import {measured} from "./measured.js";
import {orderPlot} from "./racePlots.js";
import {raceQuestion, runRace, type Workers} from "./raceRun.js";
import {block, legend} from "../lab/parts.js";
import {described, digits, raceRows, WIDTH, type SamplersPage} from "./shared.js";
import {sliced, unlessSuperseded} from "./slices.js";

/** Trajectories whose steps are shown. */
const TRAJECTORIES = 100;

/** Tolerances that errors are measured at, as powers of ten. */
const TOLERANCES = [-1, -1.5, -2, -2.5, -3, -3.5, -4, -5, -6, -7];

const SOURCE = `const steps = await adaptiveSteps({
  denoiser, schedule, tolerance, d, seed,
  times: timesOf(1),
  n: ${TRAJECTORIES}
});
`;
const COLORS = {own: "--series-prior", shared: "--series-encodings"} as const;
const RACERS = [
  {name: "each its own steps", color: COLORS.own, solvesOde: true},
  {name: "one step for all", color: COLORS.shared, solvesOde: true}
];

/** D1: the adaptive Runge-Kutta solver that the talk samples with. */
export function adaptiveFigures(page: SamplersPage, workers: Workers): HTMLElement[] {
  const {own, keep, strip} = page;
  const {lab, parameters, timesOf} = own;
  const tolerance = parameters.adaptive.tolerance;
  const question = computed(() => {
    const [denoiser, schedule] = [lab.denoiser.value, lab.schedule.value];
    if (!denoiser || !schedule) return undefined;
    return {
      denoiser,
      schedule,
      times: timesOf.value!(1),
      n: TRAJECTORIES,
      d: lab.d.value,
      seed: lab.seed.value,
      tolerance: 10 ** tolerance.value
    };
  });
  const followed = keep(
    followSeen(question, (asked, signal) =>
      adaptiveSteps({...asked, context: sliced(signal, () => question.peek() === asked)})
    )
  );
  const trouble = computed(() => lab.trouble.value || unlessSuperseded(followed.error.value));
  const row = own.row;
  const shown = computed(() => followed.value.value && {steps: followed.value.value, row: row.value - 1});
  const show = (v: number) => digits(10 ** v);
  const provenance = computed(
    () =>
      `Dormand–Prince 5(4), ${TRAJECTORIES} trajectories, relative and absolute tolerance ${show(tolerance.value)}, seed ${lab.seed.value}`
  );
  const width = roomFor(WIDTH);
  const sizes = described(
    plane({width, height: Math.round(0.72 * width)}),
    (v: {steps: AdaptiveSteps; row: number}) => stepSizesPlane(v.steps, {row: v.row}),
    ({steps: {own, shared}, row}) =>
      `Trajectory ${row + 1}: ${own.levels[row].length - 1} steps, ${own.calls![row]} denoiser calls. One step for all: ${shared.levels[0].length - 1} steps, ${shared.evaluations} calls.`
  );
  const key = legend({color: COLORS.own, name: "one trajectory"}, {color: "--series-gaussian", name: "all, each with its own steps"}, {color: COLORS.shared, name: "one step for all"}); // prettier-ignore
  sizes.status.before(key);
  const first = keep(
    liveFigure({
      id: "D1-adaptive",
      title: "Steps as long as the error allows",
      painter: sizes.painter,
      values: shown,
      trouble,
      caption:
        "Each dot is a step that was accepted: how far it went, against the noise level in its middle. Sampling goes from right to left. The shared step feels its way at first, with steps far shorter than the frame shows.",
      controls: [
        keep(boundRange("Tolerance", tolerance, {min: -8, max: -1, step: 0.25, show})),
        keep(boundRange("Trajectory", row, {min: 1, max: TRAJECTORIES, step: 1}))
      ],
      status: withKey(key, sizes.status),
      provenance,
      rows: ({steps: {own, shared}}) => ({
        columns: ["trajectory", "stop", "sigma"],
        rows: [
          ...own.levels.map((levels, i) => [String(i + 1), levels] as const),
          ["all", shared.levels[0]] as const
        ].flatMap(([name, levels]) => Array.from(levels, (sigma, i) => [name, i, sigma]))
      }),
      source: () =>
        block(`${SOURCE}display(painted(plane({width: 480, height: 350}), stepSizesPlane(steps)));`),
      strip
    })
  );
  const counts = described(
    plane({width, height: Math.round(0.5 * width)}),
    callsPlane,
    ({own, shared}: AdaptiveSteps) =>
      `${digits3(own.evaluations)} calls on average, ${Math.min(...own.calls!)} to ${Math.max(...own.calls!)}; one step for all: ${shared.evaluations}.`
  );
  const second = keep(
    liveFigure({
      id: "D1-calls",
      title: "What each trajectory costs",
      painter: counts.painter,
      values: followed.value,
      trouble,
      caption:
        "Orange: trajectories with steps of their own, their mean dashed. Blue: what all of them need when they share one step.",
      status: counts.status,
      provenance,
      rows: ({own}) => ({
        columns: ["trajectory", "denoiser calls"],
        rows: Array.from(own.calls!, (c, i) => [i + 1, c])
      }),
      source: () => block(`${SOURCE}display(painted(plane({width: 480, height: 260}), callsPlane(steps)));`),
      strip
    })
  );
  return [first.element, second.element, errorFigure(page, workers)];
}

/** D1-error: error against cost over tolerances. */
function errorFigure({own, keep, strip}: SamplersPage, workers: Workers): HTMLElement {
  const {lab} = own;
  const question = raceQuestion(own, () => ({
    runs: (["adaptive", "sharedAdaptive"] as const).flatMap((kind, series) =>
      TOLERANCES.map((value) => {
        const spec = {kind, parameters: samplerDefaults(kind, {tolerance: value})};
        return {series, value, steps: 1, sampler: {spec}, solvesOde: true};
      })
    ),
    n: 500,
    draws: 1,
    seed: lab.seed.value
  }));
  const found = keep(measured(question, runRace(workers)));
  const width = roomFor(WIDTH);
  const curves = described(
    lines({width, height: Math.round(0.66 * width)}),
    (result: NonNullable<typeof found.result.value>) => orderPlot(result, RACERS),
    ({errors}) => {
      const parts = [1e-2, 1e-3, 1e-4].flatMap((error) => {
        const part = partOfCalls(errors, [0, 1], error);
        return part === undefined ? [] : [`${Math.round(100 * part)} % at an error of ${error}`];
      });
      return parts.length
        ? `Calls with steps of their own, of those with one step for all: ${parts.join(", ")}.`
        : "";
    }
  );
  return keep(
    liveFigure({
      id: "D1-error",
      title: "Error against denoiser calls, from a loose tolerance to a strict one",
      painter: curves.painter,
      values: found.result,
      trouble: computed(() => lab.trouble.value || found.trouble.value),
      caption:
        "Root mean square distance to a solution with a tolerance of 10⁻⁹ from the same noise. Each dot is one tolerance.",
      controls: [found.controls],
      status: curves.status,
      provenance: computed(() => `tolerances 0.1 to 10⁻⁷, 500 points, seed ${lab.seed.value}`),
      rows: raceRows(RACERS.map(({name}) => name), "log10 tolerance"), // prettier-ignore
      source: () =>
        block(`const tolerances = [-1, -2, -3, -4, -5, -6];
const race = await samplerRace(
  [adaptive, sharedAdaptive].flatMap((make, series) =>
    tolerances.map((k) => ({
      series, value: k, steps: 1, solvesOde: true,
      sampler: make({rtol: 10 ** k, atol: 10 ** k})
    }))
  ),
  {mixture: law, denoiser, schedule, times: timesOf, n: 200, seed}
);
display(painted(lines({width: 480, height: 320}), orderPlot(race, [
  {name: "each its own steps", color: "--series-prior", solvesOde: true},
  {name: "one step for all", color: "--series-encodings", solvesOde: true}
])));`),
      strip
    })
  ).element;
}

const digits3 = (v: number) => String(Number(v.toPrecision(3)));

function withKey(key: HTMLElement, status: HTMLElement): HTMLElement {
  const both = document.createElement("div");
  both.append(key, status);
  return both;
}
