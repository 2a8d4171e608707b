/** F6-bias: how wide a walk with steps of size dt gets: Euler's too wide, the exact one as it should be. */
import * as Plot from "@observablehq/plot";
import {effect} from "@preact/signals-core";
import type {MeasuredVariance} from "../../jobs/walkVariance.js";
import {stationaryVariance} from "../../samplers/ornsteinUhlenbeck.js";
import {varianceError} from "../../samplers/walkStatistics.js";
import {h, roomFor} from "../dom.js";
import {csvBlob, svgBlob} from "../download.js";
import {figure} from "../figure.js";
import {legend} from "../lab/parts.js";
import {described, frame, plotStyle} from "./curves.js";
import {setOf, type LangevinState} from "./state.js";

/** Steps at which variances are measured, and numbers that each is taken from. */
const DTS = [0.05, 0.25, 0.5, 1, 1.5, 2, 2.5, 3];
const NUMBERS = 20_000;
const SEED = 1;
/** Largest dt, and variance, of the frame. */
const [END, TOP] = [3.3, 5.4];

export function biasFigure(state: LangevinState) {
  const {workers, settings, chosen, sets} = state;
  const holder = h("div", {});
  const numbers = h("div", {class: "figure-numbers"});
  const status = h("p", {class: "scatter-status", role: "status", "data-state": "busy"}, "Measuring …");
  const key = legend(
    {name: "Euler: 1/(1 − dt/4)", color: "--series-prior"},
    {name: "exact: 1", color: "--series-encodings"},
    {name: "measured, with two standard errors", color: "--series-gaussian", kind: "dots"},
    {name: "the walk above", color: "--series-live", kind: "dots"}
  );
  let measured: MeasuredVariance[] = [];
  let plot: SVGSVGElement | undefined;
  const controller = new AbortController();
  const width = roomFor(620);

  /** The mean square of all coordinates of a set's walk. */
  const own = (): MeasuredVariance | undefined => {
    // the panels share their walk as far as they have dimensions, so that one of them says it
    const set = [setOf(state, chosen.value), ...sets].find(({walk}) => walk.value);
    const walk = set?.walk.value;
    if (!walk || walk.places < 2) return undefined;
    const n = walk.places * walk.d;
    let variance = 0;
    for (let i = 0; i < n; ++i) variance += walk.encoding[i] ** 2 / n;
    const {kind, dt} = walk.settings;
    return {kind, dt, variance, error: Math.min(variance, varianceError(kind, dt, n))};
  };

  const theory = Array.from({length: 133}, (_, i) => {
    const dt = (END * i) / 132;
    return {dt, variance: stationaryVariance("euler", dt)};
  });
  const color = {euler: "var(--series-prior)", exact: "var(--series-encodings)"};
  function draw() {
    const above = own();
    const bars = (rows: MeasuredVariance[], stroke: string) =>
      Plot.ruleX(rows, {x: "dt", y1: (m: MeasuredVariance) => m.variance - 2 * m.error, y2: (m: MeasuredVariance) => m.variance + 2 * m.error, stroke, clip: true}); // prettier-ignore
    const now = above && above.dt <= END ? [above] : [];
    plot = described(
      Plot.plot({
        width,
        height: 280,
        ...frame,
        style: plotStyle,
        x: {domain: [0, END], label: "dt, the step →"},
        y: {domain: [0.7, TOP], label: "↑ variance of a base coordinate", grid: true},
        marks: [
          Plot.ruleY([1], {stroke: color.exact, strokeWidth: 1.8}),
          Plot.lineY(theory, {x: "dt", y: "variance", stroke: color.euler, strokeWidth: 1.8, clip: true}),
          bars(measured, "var(--series-gaussian)"),
          Plot.dot(measured, {x: "dt", y: "variance", r: 3, fill: "var(--series-gaussian)", stroke: (m: MeasuredVariance) => color[m.kind], clip: true}), // prettier-ignore
          bars(now, "var(--series-live)"),
          Plot.dot(now, {x: "dt", y: "variance", r: 4.5, fill: "var(--series-live)", clip: true})
        ]
      }),
      "Variance that a walk settles at against its step: Euler's grows, the exact one's is 1"
    );
    holder.replaceChildren(plot);
    numbers.replaceChildren(h("p", {}, words(above)));
    element.dataset.draws = String(Number(element.dataset.draws ?? 0) + 1);
  }

  const element = figure([key, holder, status, numbers], {
    id: "F6-bias",
    title: "The bias of the step",
    caption: `The walk's law should be N(0, I): variance 1. Euler's step z − z dt/2 + √dt n settles at 1/(1 − dt/4), since (1 − dt/2)² v + dt = v there; from dt = 4 on it grows without end. The exact step, e^(−dt/2) z + √(1 − e^(−dt)) n, has no bias at any dt. Grey dots: variances of ${NUMBERS.toLocaleString("en")} numbers of 64 walkers each.`,
    provenance: [{kind: "live", detail: `base walks, seed ${SEED}; the walk above: its own seed`}],
    files: [
      {
        label: "SVG",
        name: "walk-bias.svg",
        make() {
          if (!plot) throw new Error("there is no picture yet");
          return svgBlob(plot, {legend: element});
        }
      },
      {
        label: "CSV",
        name: "walk-bias.csv",
        make: () =>
          csvBlob(
            ["what", "step", "dt", "variance", "standard error", "theory"],
            [
              ...measured.map((m) => ["64 walkers", m] as const),
              ...[own()].flatMap((m) => (m ? [["the walk above", m] as const] : []))
            ].map(([what, m]) => [what, m.kind, m.dt, m.variance, m.error, stationaryVariance(m.kind, m.dt)])
          )
      }
    ]
  });
  let queued = 0;
  const queue = () => {
    queued ||= window.setTimeout(() => {
      queued = 0;
      draw();
    }, 120);
  };
  const stops = [
    effect(() => {
      void [settings.value, chosen.value];
      // not at each part of a walk that comes in
      if (!sets.some(({busy}) => busy.value)) queue();
    })
  ];
  void workers
    .run(
      "walkVariance",
      {kinds: ["euler", "exact"], dts: DTS, numbers: NUMBERS, seed: SEED},
      {signal: controller.signal}
    ) // prettier-ignore
    .then(
      (found) => {
        measured = found;
        status.hidden = true;
        status.dataset.state = "done";
        queue();
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        status.dataset.state = "failed";
        status.textContent = `The variances can't be measured: ${(error as Error).message}`;
      }
    );
  return {
    element,
    dispose() {
      for (const stop of stops) stop();
      window.clearTimeout(queued);
      controller.abort();
    }
  };
}

function words(above: MeasuredVariance | undefined): string {
  if (!above) return "";
  const {kind, dt, variance, error} = above;
  const expected = stationaryVariance(kind, dt);
  const bias =
    kind === "euler" ? `a bias of ${(100 * (expected - 1)).toFixed(1)}% in the variance` : "no bias";
  return `With ${kind === "euler" ? "Euler's" : "the exact"} step at dt = ${dt} a walk settles at a variance of ${expected.toFixed(3)}: ${bias}. The walk above has ${variance.toFixed(3)} ± ${error.toFixed(3)} over its own steps.`; // prettier-ignore
}
