import {computed, type ReadonlySignal} from "@preact/signals-core";
import type {RaceResult} from "../../analysis/samplerRace.js";
import {shapedLangevin} from "../../samplers/langevinStrength.js";
import {roomFor} from "../dom.js";
import {boundNumber, boundRange, boundSelect} from "../lab/boundControls.js";
import {lines} from "../lab/lines.js";
import {liveFigure} from "../lab/liveFigure.js";
import {plane} from "../lab/plane.js";
import {marginalPlane} from "./marginalPlane.js";
import {measured, type MeasuredContext} from "./measured.js";
import {bestStrength, coarsenessPlot, strengthPlot} from "./strengthPlots.js";
import {raceQuestion, runRace, type Workers} from "./raceRun.js";
import {strengthControls} from "./samplerControls.js";
import {followSampling, type Sampling} from "./sampling.js";
import {block} from "../lab/parts.js";
import {described, digits, errorWords, raceRows, WIDTH, type SamplersPage} from "./shared.js";
import {errorNames, NO_POINTS} from "./state.js";
import {wayPlane} from "./wayPlane.js";

/** Points of each draw that errors are measured with. */
const POINTS = 1000;

/** Strengths that errors are measured at, 0 among them: the ODE alone. */
const STRENGTHS = [0, 0.01, 0.02, 0.04, 0.07, 0.12, 0.2, 0.3, 0.5, 0.8, 1.2, 2, 3.5, 6, 10];
const STEPS = [3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 100];

/** Where samples end, over the law: in one dimension as a histogram. */
const endPlane = (found: Sampling) =>
  found.law.dimension === 1 ? marginalPlane(found) : wayPlane({...found, ways: false});

/** E10: the talk's regularised sampling beside the ODE alone, from the same noise in as many steps. */
export function regularisedFigures(page: SamplersPage, workers: Workers) {
  const {own, keep} = page;
  return {
    pair: pairFigures(page),
    controls: keep(strengthControls(own)).element,
    curves: [strengthFigure(page, workers), coarsenessFigure(page, workers)]
  };
}

/** What stands in the way: no law, no schedule, or a beta(t) that was drawn and has no points. */
const drawable = ({shape, lab}: SamplersPage["own"]): ReadonlySignal<string> =>
  computed(
    () =>
      lab.trouble.value || (shape.value.kind === "drawn" && shape.value.points.length === 0 ? NO_POINTS : "")
  );

function pairFigures({own, keep, strip}: SamplersPage): HTMLElement[] {
  const {lab, coarse, b, shape} = own;
  const none = drawable(own);
  const width = roomFor(WIDTH);
  const figure = (id: string, title: string, strength: ReadonlySignal<number>, name: string) => {
    const sampling = keep(
      followSampling(
        own,
        computed(() =>
          none.value ? undefined : {sampler: shapedLangevin(shape.value, strength.value), steps: coarse.value}
        )
      )
    );
    const cloud = described(plane({width, height: width - 4}), endPlane, (v: Sampling) => errorWords(v.error, v.floor)); // prettier-ignore
    return keep(
      liveFigure({
        id,
        title,
        painter: cloud.painter,
        values: sampling.value,
        trouble: computed(() => none.value || sampling.trouble.value),
        status: cloud.status,
        caption: "Where the points end, over the density of the law that they should follow.",
        controls: [keep(boundRange("N, steps", coarse, {min: 1, max: 100, step: 1}))],
        provenance: computed(() => `${coarse.value} denoiser calls a point, ${lab.count.value} points, the same noise, seed ${lab.seed.value}`), // prettier-ignore
        rows({way: {points}, law: {dimension: d}}) {
          const last = points[points.length - 1];
          return {
            columns: ["point", ...(d === 1 ? ["x"] : ["x_1", "x_2"])],
            rows: Array.from({length: last.length / d}, (_, i) => [i, ...last.subarray(i * d, (i + 1) * d)])
          };
        },
        source: () =>
          block(`const coarseTimes = timesOf(coarse);
const way = await track(shapedLangevin(shape, ${name}), {
  denoiser, schedule, times: coarseTimes,
  n: count,
  x: startingNoise(schedule, coarseTimes[0], {n: count, d, rng: noiseOf(seed, 0)}),
  rng: laterNoiseOf(seed, 0)
});
display(painted(
  plane({width: 480, height: 400}),
  wayPlane({way, law, schedule, ways: false})
));`),
        strip
      })
    ).element;
  };
  return [
    figure("E10-ode", "The ODE alone", computed(() => 0), "0"), // prettier-ignore
    figure("E10", "Regularised: the ODE and a Langevin term", b, "strength")
  ];
}

/** E10-beta: error against the strength of the Langevin term. */
function strengthFigure({own, keep, strip}: SamplersPage, workers: Workers): HTMLElement {
  const {lab, coarse, b, shape, draws, regularisedError: error} = own;
  const none = drawable(own);
  const question = raceQuestion(own, () => {
    if (none.value) return undefined;
    const now = shape.value;
    return {
      runs: STRENGTHS.map((value) => ({
        series: 0,
        value,
        steps: coarse.value,
        solvesOde: false,
        sampler: {spec: {kind: "regularised" as const, parameters: {b: value}, shape: now}}
      })),
      n: POINTS,
      draws: draws.value,
      seed: lab.seed.value,
      reference: false
    };
  });
  const found = keep(measured(question, runRace(workers)));
  const width = roomFor(WIDTH);
  const values = computed(
    () => found.result.value && {result: found.result.value, error: error.value, b: b.value}
  );
  const curve = described(
    lines({width, height: Math.round(0.72 * width)}),
    ({result, error, b}: NonNullable<typeof values.value>) => strengthPlot(result, error, b),
    ({result, error}) => {
      const {best, ode} = bestStrength(result, error);
      if (!best || !ode) return "";
      const both = 2 * Math.hypot(best.spread, ode.spread);
      const least = `Without the term ${digits(ode.error)} ± ${digits(ode.spread)}; least ${digits(best.error)} ± ${digits(best.spread)}, at b = ${best.b}`;
      return best.error < ode.error - both
        ? `${least}. The Langevin term helps.`
        : `${least}. That is no more than chance: here the Langevin term doesn't help.`;
    }
  );
  return keep(
    liveFigure({
      id: "E10-beta",
      title: "How strong should β(t) be?",
      painter: curve.painter,
      values,
      trouble: computed(() => none.value || found.trouble.value),
      caption: computed(
        () =>
          `Error after ${coarse.value} steps, mean of ${draws.value} draws, each of ${POINTS} points. The blue level is the ODE alone from the same noise, the dashed one what points of the law itself come to. The dotted line is the b that is set.`
      ),
      controls: [
        keep(boundSelect("Error", error, errorNames)),
        keep(boundNumber("Draws", draws, {min: 1, max: 16})),
        found.controls
      ],
      status: curve.status,
      provenance: computed(() => `${draws.value} draws of ${POINTS} points, seed ${lab.seed.value}`),
      rows: ({result}) => raceRows(["regularised"], "b")(result),
      source: () =>
        block(`const race = await samplerRace(
  [0, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5].map((value) => ({
    series: 0, value, steps: coarse, solvesOde: false,
    sampler: shapedLangevin(shape, value)
  })),
  {mixture: law, denoiser, schedule, times: timesOf, n: 500, draws: 3, seed}
);
display(painted(lines({width: 480, height: 340}), strengthPlot(race, "mmd2", strength)));`),
      strip
    })
  ).element;
}

/** E10-steps: error against steps, without the term and with it. */
function coarsenessFigure({own, keep, strip}: SamplersPage, workers: Workers): HTMLElement {
  const {lab, b, shape, draws, regularisedError: error} = own;
  const none = drawable(own);
  const question = raceQuestion(own, () => {
    if (none.value) return undefined;
    const now = shape.value;
    return {
      runs: STEPS.flatMap((steps) =>
        [0, b.value].map((value, series) => ({
          series,
          value,
          steps,
          solvesOde: false,
          sampler: {spec: {kind: "regularised" as const, parameters: {b: value}, shape: now}}
        }))
      ),
      n: POINTS,
      draws: draws.value,
      seed: lab.seed.value,
      reference: false,
      b: b.value
    };
  });
  const found = keep(
    measured(question, async ({b, ...asked}, context: MeasuredContext<RaceResult & {b: number}>) => {
      // Curves keep the strength that they were measured with.
      const named = (result: RaceResult) => ({...result, b});
      const partial = (part: RaceResult) => context.partial(named(part));
      return named(await runRace(workers)(asked, {...context, partial}));
    })
  );
  const width = roomFor(WIDTH);
  const base = lines({width, height: Math.round(0.72 * width)});
  const values = computed(() => found.result.value && {result: found.result.value, error: error.value});
  return keep(
    liveFigure({
      id: "E10-steps",
      title: "Error against steps, without and with the Langevin term",
      painter: {
        element: base.element,
        draw: ({result, error}: NonNullable<typeof values.value>) =>
          base.draw(coarsenessPlot(result, error, result.b))
      },
      values,
      trouble: computed(() => none.value || found.trouble.value),
      caption: computed(
        () =>
          `The same schedule, the same β(t), the same noise; mean of ${draws.value} draws, each of which is a grey dot. The dashed level is what points of the law itself come to.`
      ),
      controls: [found.controls],
      provenance: computed(
        () => `b = ${b.value}, ${draws.value} draws of ${POINTS} points, seed ${lab.seed.value}`
      ),
      rows: ({result}) => raceRows(["ODE", "regularised"], "b")(result),
      source: () =>
        block(`const race = await samplerRace(
  [4, 6, 8, 12, 16, 24, 32, 48].flatMap((steps) =>
    [0, strength].map((value, series) => ({
      series, value, steps, solvesOde: false,
      sampler: shapedLangevin(shape, value)
    }))
  ),
  {mixture: law, denoiser, schedule, times: timesOf, n: 500, draws: 3, seed}
);
display(painted(lines({width: 480, height: 340}), coarsenessPlot(race, "mmd2", strength)));`),
      strip
    })
  ).element;
}
