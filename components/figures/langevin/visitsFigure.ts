/** F6-visits: the share of time that a long walk spends in each state, against how many encodings are in it, and whether the two agree. */
import * as Plot from "@observablehq/plot";
import {InputError} from "../../formats/error.js";
import type {LatentVisits} from "../../jobs/latentVisits.js";
import type {WalkKind} from "../../samplers/ornsteinUhlenbeck.js";
import {h, roomFor} from "../dom.js";
import {csvBlob, svgBlob} from "../download.js";
import {figure} from "../figure.js";
import {legend} from "../lab/parts.js";
import {provenanceLabel} from "../provenance.js";
import {numberControl, runControl, selectControl} from "../runControl.js";
import {setNames, type SetName} from "../runs.js";
import {urlState} from "../urlState.js";
import {described, frame, plotStyle} from "./curves.js";
import {letters, setOf, type LangevinState} from "./state.js";

const usual = {steps: 2000, walkers: 1, dt: 0.5, seed: 1, kind: "exact" as WalkKind};
const ranges = {steps: [100, 20_000], walkers: [1, 32], dt: [0.05, 3.9], seed: [0, 2 ** 31 - 1]} as const;
/** Names in the address. */
const keys = {steps: "visitSteps", walkers: "walkers", dt: "visitDt", seed: "visitSeed", kind: "visitWalk"};

export async function visitsFigure(state: LangevinState, setName: SetName) {
  const {workers} = state;
  const set = setOf(state, setName);
  const {run} = set;
  const [{motion, source}, {z: latents, d, state: states}] = await Promise.all([set.data(), run.heldOut()]); // prettier-ignore
  if (!motion || !states)
    throw new InputError(run.name, "held-out-state.npy", "nothing", "the states of the encodings: only simulated images have them"); // prettier-ignore
  const of = (name: "steps" | "walkers" | "dt" | "seed") => urlState.number(keys[name], usual[name], ...ranges[name]); // prettier-ignore
  const settings = {
    steps: Math.round(of("steps")),
    walkers: Math.round(of("walkers")),
    dt: of("dt"),
    seed: Math.round(of("seed")),
    kind: urlState.text(keys.kind, usual.kind, ["euler", "exact"]) as WalkKind
  };
  const keep = <K extends keyof typeof settings>(name: K, value: (typeof settings)[K]) => {
    settings[name] = value;
    urlState.set({[keys[name]]: value === usual[name] ? undefined : value});
  };
  const number = (label: string, name: "steps" | "walkers" | "dt" | "seed", step = 1) =>
    numberControl(label, {value: settings[name], min: ranges[name][0], max: ranges[name][1], step, change: (value) => keep(name, value)}); // prettier-ignore
  const kind = selectControl<WalkKind>("Step", {
    value: settings.kind,
    options: [
      ["exact", "exact"],
      ["euler", "Euler's"]
    ],
    change: (value) => keep("kind", value)
  });
  const holder = h("div", {class: "table-scroll"});
  const numbers = h("div", {class: "figure-numbers", role: "status"});
  const labels = h("div", {}, provenanceLabel({kind: "live", detail: "walked and counted in this browser when asked for"}, source)); // prettier-ignore
  const key = legend(
    {name: "share of time", color: "--series-prior", kind: "dots"},
    {name: "share of the held-out encodings", color: "--series-encodings", kind: "dots"},
    {name: "share of the simulated images", color: "--theme-foreground"}
  );
  const name = h("h3", {class: "walk-title"}, `(${letters[set.name]}) ${set.title.value}`);
  let plot: SVGSVGElement | undefined;
  let found: LatentVisits | undefined;

  const control = runControl({
    label: "Walk and count",
    controls: [number("Steps", "steps"), number("Walkers", "walkers"), number("dt", "dt", 0.05), kind, number("Seed", "seed")], // prettier-ignore
    async run({signal, progress}) {
      const {steps, walkers, dt, seed, kind} = settings;
      const prior = await set.prior();
      const start = performance.now();
      const show = (visits: LatentVisits) => {
        found = visits;
        plot = visitsPlot(visits);
        holder.replaceChildren(plot);
        numbers.replaceChildren(...visitsText(visits, kind).map((words) => h("p", {}, words)));
        labels.replaceChildren(provenanceLabel({kind: "live", detail: `${walkers} ${walkers === 1 ? "walker" : "walkers"} of ${steps.toLocaleString("en")} ${kind === "exact" ? "exact" : "Euler's"} steps, dt = ${dt}, seed ${seed}`}, source)); // prettier-ignore
        element.dataset.draws = String(Number(element.dataset.draws ?? 0) + 1);
      };
      const visits = await workers.run(
        "latentVisits",
        {prior, dt, kind, seed, steps, walkers, latents, d, states, motion},
        {affinity: `${set.name}, visits`, signal, onProgress: progress, onPartial: show}
      );
      show(visits);
      return `${visits.test.steps.toLocaleString("en")} steps in ${((performance.now() - start) / 1000).toFixed(1)} s.`; // prettier-ignore
    }
  });
  const element = figure([name, control, key, holder, numbers, labels], {
    id: "F6-visits",
    title: "Time in each state against its population",
    set: run.name,
    sets: setNames,
    caption: `Each place of the walk has the state of its nearest held-out encoding (of ${states.length.toLocaleString("en")}), and the shares of time are compared with the shares of these encodings. Bars span two standard errors each way, and allow for steps that hang together, and for the encodings being a sample.`, // prettier-ignore
    provenance: [],
    prepare: () => control.start(),
    trouble: () => (plot ? "" : "nothing has been counted yet"),
    files: [
      {
        label: "SVG",
        name: "walk-visits.svg",
        make() {
          if (!plot) throw new Error("nothing has been counted yet");
          return svgBlob(plot, {legend: key});
        }
      },
      {
        label: "CSV",
        name: "walk-visits.csv",
        make() {
          if (!found) throw new Error("nothing has been counted yet");
          const {names, test, simulated} = found;
          return csvBlob(
            ["state", "share of time", "standard error", "autocorrelation time, steps", "share of encodings", "share of images"], // prettier-ignore
            test.states.map((s, k) => [names[k], s.share, s.error, s.tau, s.population, simulated[k]])
          );
        }
      }
    ]
  });
  return {element, dispose: () => void 0};
}

function visitsPlot({names, test, simulated}: LatentVisits): SVGSVGElement {
  const rows = test.states.map(({share, population, error}, k) => ({k, share: 100 * share, population: 100 * population, images: 100 * simulated[k], low: 100 * Math.max(0, share - 2 * error), high: 100 * (share + 2 * error)})); // prettier-ignore
  type Row = (typeof rows)[number];
  const across = (from: number, to: number) => ({x1: (r: Row) => r.k + from, x2: (r: Row) => r.k + to});
  const longest = Math.max(...names.map((n) => n.length));
  return described(
    Plot.plot({
      width: Math.max(roomFor(760), Math.min(760, 44 * names.length + 70)),
      height: 230 + 4 * longest,
      ...frame,
      marginBottom: 24 + 4.6 * longest,
      style: plotStyle,
      x: {
        domain: [0, names.length],
        label: null,
        ticks: names.map((_, k) => k + 0.5),
        tickFormat: (v: number) => names[Math.floor(v)] ?? "",
        tickRotate: -38,
        tickSize: 0
      },
      y: {label: "↑ %", grid: true},
      marks: [
        Plot.rectY(rows, {...across(0.12, 0.5), y: "share", fill: "var(--series-prior)"}),
        Plot.rectY(rows, {...across(0.5, 0.88), y: "population", fill: "var(--series-encodings)"}),
        Plot.ruleY(rows, {...across(0.06, 0.94), y: "images", stroke: "currentColor", strokeWidth: 1.5}),
        Plot.ruleX(rows, {x: (r: Row) => r.k + 0.31, y1: "low", y2: "high", stroke: "currentColor"}),
        Plot.ruleY([0])
      ]
    }),
    "Share of a walk's time in each state beside the share of the encodings, with error bars"
  );
}

/** What the test says. */
function visitsText({test, encodings}: LatentVisits, kind: WalkKind): string[] {
  const {statistic, degrees, p, effective, steps} = test;
  const taus = test.states.map((s) => s.tau);
  const value = p < 1e-4 ? "p < 0.0001" : `p = ${p.toFixed(p < 0.01 ? 4 : 2)}`;
  const verdict =
    p >= 0.05
      ? "Sampling error alone makes differences like these: the shares of time match the populations."
      : p >= 0.001
        ? "Sampling error alone makes differences this large less often than 1 time in 20: look at another seed before you believe in them."
        : `Sampling error alone hardly ever makes differences this large: the walk does not keep the populations${kind === "euler" ? ", as Euler's step makes its law too wide" : ""}.`; // prettier-ignore
  return [
    `χ² = ${statistic.toFixed(1)} at ${degrees} degrees of freedom, ${value}. ${verdict}`,
    `The states' autocorrelation times are ${Math.min(...taus).toFixed(1)} to ${Math.max(...taus).toFixed(1)} steps: ${steps.toLocaleString("en")} steps are worth ${Math.round(effective).toLocaleString("en")} independent draws, compared with ${encodings.toLocaleString("en")} encodings.`
  ];
}
