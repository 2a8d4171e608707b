import {computed, effect} from "@preact/signals-core";
import type {RaceResult} from "../../analysis/samplerRace.js";
import {h, roomFor} from "../dom.js";
import {boundNumber, boundSelect} from "../lab/boundControls.js";
import {lines} from "../lab/lines.js";
import {liveFigure} from "../lab/liveFigure.js";
import {measured, type MeasuredContext} from "./measured.js";
import {orderPlot, racePlot, type Racer} from "./racePlots.js";
import {raceQuestion, runRace, type RaceAsked, type RunAsked, type Workers} from "./raceRun.js";
import {block} from "../lab/parts.js";
import {raceRows, WIDTH, type SamplersPage} from "./shared.js";
import {errorNames, kinds, type SamplersState} from "./state.js";

/** Steps of each sampler; tolerances, as powers of ten, of those that choose their steps. */
const STEPS = [2, 3, 5, 8, 12, 20, 32, 50, 80, 125, 200];
const TOLERANCES = [-1, -1.5, -2, -2.5, -3, -4, -5, -6];

/** Solid lines solve the ODE, dashed ones draw noise. */
const LOOKS: Record<string, {color: string; dash?: string}> = {
  euler: {color: "--series-encodings"},
  ddim: {color: "--series-gaussian"},
  heun: {color: "--series-prior"},
  dpmSolver: {color: "--series-live"},
  adaptive: {color: "--map-true"},
  sharedAdaptive: {color: "--theme-foreground"},
  ancestral: {color: "--series-gaussian", dash: "5 3"},
  eulerMaruyama: {color: "--series-encodings", dash: "5 3"},
  stochastic: {color: "--series-prior", dash: "5 3"},
  regularised: {color: "--series-live", dash: "5 3"},
  predictorCorrector: {color: "--map-true", dash: "5 3"},
  annealedLangevin: {color: "--theme-foreground", dash: "5 3"}
};
const OWN = {color: "--theme-foreground", dash: "1 3"};

/** Who races: a box for each sampler. */
function racerControls(state: SamplersState) {
  const {racers, ownSamplers} = state;
  const list = h("div", {class: "run racers", role: "group", "aria-label": "Samplers in the race"});
  const stop = effect(() => {
    const keys = [...Object.keys(kinds), ...ownSamplers.value];
    const now = racers.value;
    const focused = list.contains(document.activeElement)
      ? (document.activeElement as HTMLInputElement).name
      : undefined;
    list.replaceChildren(
      ...keys.map((key) => {
        const input = h("input", {type: "checkbox", name: key, checked: now.includes(key)});
        input.addEventListener("input", () => {
          racers.value = keys.filter((k) => (k === key ? input.checked : now.includes(k)));
        });
        return h("label", {class: "control check"}, input, h("span", {}, kinds[key]?.label ?? key.slice(5)));
      })
    );
    if (focused !== undefined)
      list.querySelector<HTMLInputElement>(`input[name="${CSS.escape(focused)}"]`)?.focus();
  });
  return {element: list, dispose: stop};
}

/** The race's runs, the cheap ones first, so that all curves grow together. */
function askedOf(state: SamplersState): {asked: RaceAsked; racers: Racer[]} | undefined {
  const {racers, sampler, raceCount, lab} = state;
  const found = racers.value.flatMap((key) => {
    const chosen = sampler(key);
    return typeof chosen === "string" ? [] : [{key, chosen}];
  });
  if (found.length === 0) return undefined;
  const runs = found.flatMap(({key, chosen}, series): (RunAsked & {cost: number})[] => {
    const {solvesOde, spec, make} = chosen;
    const kind = kinds[key];
    if (spec && !kind.calls)
      return TOLERANCES.map((value) => ({
        cost: 10 - 30 * value,
        series,
        value,
        steps: 1,
        solvesOde,
        sampler: {spec: {...spec, parameters: {...spec.parameters, tolerance: value}}}
      }));
    return STEPS.map((steps) => ({
      cost: kind?.calls && spec ? kind.calls(steps, spec.parameters) : steps,
      series,
      value: steps,
      steps,
      solvesOde,
      sampler: {spec, make}
    }));
  });
  runs.sort((a, b) => a.cost - b.cost);
  return {
    asked: {runs: runs.map(({cost: _, ...run}) => run), n: raceCount.value, draws: 1, seed: lab.seed.value},
    racers: found.map(({key, chosen}) => ({
      name:
        chosen.spec?.kind === "regularised" ? `${chosen.name}, b = ${chosen.spec.parameters.b}` : chosen.name,
      solvesOde: chosen.solvesOde,
      fixedSteps: !chosen.spec || kinds[key].calls !== undefined,
      ...(LOOKS[key] ?? OWN)
    }))
  };
}

/** Curves keep the names and colours of the race that they were measured in. */
type Named = RaceResult & {racers: Racer[]};

/** D1-race and D1-order: which sampler comes how near to the law, after how many denoiser calls. */
export function raceFigures({own, keep, strip}: SamplersPage, workers: Workers) {
  const {lab, racers, raceError, raceCount} = own;
  const question = raceQuestion(own, () => {
    const found = askedOf(own);
    return found && {...found.asked, racers: found.racers};
  });
  const race = keep(
    measured(question, async ({racers, ...asked}, context: MeasuredContext<Named>) => {
      const named = (result: RaceResult): Named => ({...result, racers});
      const partial = (part: RaceResult) => context.partial(named(part));
      return named(await runRace(workers)(asked, {...context, partial}));
    })
  );
  const trouble = computed(
    () =>
      lab.trouble.value ||
      race.trouble.value ||
      (question.value ? "" : "Nobody races: choose samplers by their boxes.")
  );
  const width = roomFor(WIDTH);
  const provenance = computed(
    () => `${raceCount.value} points, N = ${STEPS[0]} to ${STEPS[STEPS.length - 1]}, seed ${lab.seed.value}`
  );
  const base = lines({width, height: Math.round(0.8 * width)});
  const values = computed(() => race.result.value && {result: race.result.value, error: raceError.value});
  const who = keep(racerControls(own));
  const first = keep(
    liveFigure({
      id: "D1-race",
      title: "A race: error against denoiser calls",
      painter: {
        element: base.element,
        draw: ({result, error}: NonNullable<typeof values.value>) =>
          base.draw(racePlot(result, result.racers, error))
      },
      values,
      trouble,
      caption:
        "Solid lines solve the ODE, dashed ones draw noise on their way. The dashed level is what points of the law itself come to, on average: no sampler gets below it but by chance.",
      controls: [
        keep(boundSelect("Error", raceError, errorNames)),
        keep(boundNumber("Points", raceCount, {min: 50, max: 10000})),
        race.controls,
        h("details", {class: "racer-choice"}, h("summary", {}, "Who races"), who.element)
      ],
      provenance,
      rows: ({result}) => raceRows(result.racers.map(({name}) => name), "N or log10 tolerance")(result), // prettier-ignore
      source: () => block(SOURCE.replace("PLOT", `racePlot(race, racers, "${raceError.value}")`)),
      strip
    })
  );
  const orders = lines({width, height: Math.round(0.8 * width)});
  const second = keep(
    liveFigure({
      id: "D1-order",
      title: "The same race against the exact solution",
      painter: {
        element: orders.element,
        draw: (result: NonNullable<typeof race.result.value>) => orders.draw(orderPlot(result, result.racers))
      },
      values: race.result,
      trouble: computed(
        () =>
          trouble.value ||
          (racers.value.some((key) => !kinds[key] || kinds[key].solvesOde(parametersOf(own, key)))
            ? ""
            : "None of those that race solves the ODE: choose one that does.")
      ),
      caption:
        "Every sampler of the ODE starts from the same noise, and would end at the same points. The order p of a method is the slope, its error falling as 1/callsᵖ: measured over the last four dots of those that take the steps they are told.",
      provenance,
      rows: (result) => raceRows(result.racers.map(({name}) => name), "N or log10 tolerance")(result), // prettier-ignore
      source: () => block(SOURCE.replace("PLOT", "orderPlot(race, racers)")),
      strip
    })
  );
  return [first.element, second.element];
}

const parametersOf = ({parameters}: SamplersState, key: string) =>
  Object.fromEntries(Object.entries(parameters[key]).map(([name, {value}]) => [name, value]));

const SOURCE = `const racers = [
  {name: "Euler", color: "--series-encodings", solvesOde: true, fixedSteps: true, make: () => euler},
  {name: "Heun", color: "--series-prior", solvesOde: true, fixedSteps: true, make: () => heun},
  {name: "the page's", color: "--series-live", solvesOde: true, make: () => chosenSampler}
];
const race = await samplerRace(
  racers.flatMap(({make, solvesOde}, series) =>
    [3, 5, 8, 12, 20, 32, 50].map((steps) => (
      {series, value: steps, steps, solvesOde, sampler: make(steps)}
    ))
  ),
  {mixture: law, denoiser, schedule, times: timesOf, n: 500, seed}
);
display(painted(lines({width: 480, height: 380}), PLOT));`;
