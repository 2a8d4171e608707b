/** F6-trace: the state along the chosen set's walk, and how long it takes to forget. */
import * as Plot from "@observablehq/plot";
import {computed, effect, signal} from "@preact/signals-core";
import {h, roomFor, svg} from "../dom.js";
import {csvBlob, svgBlob} from "../download.js";
import {figure} from "../figure.js";
import {legend} from "../lab/parts.js";
import {provenanceLabel} from "../provenance.js";
import {setNames, type SetName} from "../runs.js";
import {visible} from "../visible.js";
import {described, frame, plotStyle} from "./curves.js";
import {letters, setOf, type LangevinState} from "./state.js";
import {traceOf, traceText, type Trace} from "./trace.js";
import {madeText} from "./words.js";

export async function traceFigure(state: LangevinState, setName: SetName) {
  const {head, settings} = state;
  const set = setOf(state, setName);
  const data = await set.data();
  const width = roomFor(760);
  const holders = [h("div", {class: "walk-trace"}), h("div", {})];
  const keys = [
    legend(
      {name: "state of the nearest encoding", color: "--series-prior", kind: "dots"},
      {name: "off the data", color: "--series-live", kind: "dots"}
    ),
    legend(
      {name: "base coordinates, theory", color: "--series-gaussian", kind: "dashed"},
      {name: "base coordinates, measured", color: "--series-encodings"},
      {name: "state, measured", color: "--series-prior"}
    )
  ];
  const name = h("h3", {class: "walk-title"});
  const numbers = h("div", {class: "figure-numbers"});
  const status = h("p", {class: "scatter-status", role: "status", "data-state": "busy"}, "Waiting for the walk …"); // prettier-ignore
  const labels = h("div", {});
  let plots: SVGSVGElement[] = [];
  let now: Trace | undefined;
  const cursor = svg("path", {d: "", stroke: "var(--theme-foreground)", "stroke-width": 1.2, "stroke-dasharray": "3 3"}); // prettier-ignore
  let xOf: (t: number) => number = () => 0;

  const element = figure([name, keys[0], holders[0], keys[1], holders[1], status, numbers, labels], {
    id: "F6-trace",
    title: "The state along the walk, and its autocorrelation",
    set: set.run.name,
    sets: setNames,
    caption:
      "Above: the state against the walk's time; the dashed line is the head, a click moves it. Below: the correlation of what is now with what is a lag later, for the coordinates of the base Gaussian (all together) beside theory, and for the state. A walk shorter than some hundred autocorrelation times measures these only roughly.",
    provenance: [],
    trouble: () => set.trouble.peek(),
    files: [
      {label: "SVG", name: "walk-trace.svg", make: () => picture(0)()},
      {label: "Autocorrelation, SVG", name: "walk-autocorrelation.svg", make: () => picture(1)()},
      {
        label: "CSV",
        name: "walk-trace.csv",
        make() {
          if (!now) throw new Error("there is no walk yet");
          const {t, coordinate, off, lags, base, theory, state} = now;
          return csvBlob(
            ["step", "t", coordinate.label, "name", "off the data", "lag", "base", "theory", "state"],
            Array.from(t, (v, i) => {
              const k = coordinate.values[i];
              const far = i < lags.length ? [lags[i], base[i], theory[i], state[i]] : ["", "", "", ""];
              return [i, v, k, coordinate.names?.[k] ?? "", off[i] ? 1 : 0, ...far];
            })
          );
        }
      }
    ]
  });
  const seen = visible(element);

  /** A picture with the legend above it. */
  const picture = (i: number) => () => {
    if (plots.length === 0) throw new Error("there is no walk yet");
    return svgBlob(plots[i], {legend: keys[i]});
  };

  function draw(trace: Trace) {
    const {t, coordinate, off, lags, base, theory, state: remembered} = trace;
    const {names, values, label} = coordinate;
    const places = Array.from(t, (v, i) => ({t: v, value: values[i], off: off[i]}));
    const end = settings.value.steps * settings.value.dt;
    const upper = Plot.plot({
      width,
      height: names ? 60 + 22 * names.length : 200,
      ...frame,
      ...(names ? {marginLeft: Math.min(130, 14 + 7 * Math.max(...names.map((n) => n.length)))} : {}),
      style: plotStyle,
      x: {domain: [0, end], label: "t, time of the walk →"},
      y: names
        ? {domain: [-0.5, names.length - 0.5], reverse: true, ticks: names.map((_, k) => k), tickFormat: (k: number) => names[k] ?? "", label: null, grid: true} // prettier-ignore
        : {label: `↑ ${label}`, grid: true, ticks: 5},
      marks: [
        Plot.lineY(places, {x: "t", y: "value", stroke: "var(--series-prior)", strokeOpacity: 0.35, strokeWidth: 1, curve: names ? "step-after" : "linear"}), // prettier-ignore
        Plot.dot(
          places.filter((p) => !p.off),
          {x: "t", y: "value", r: 1.8, fill: "var(--series-prior)"}
        ),
        Plot.dot(
          places.filter((p) => p.off),
          {x: "t", y: "value", r: 3, fill: "var(--series-live)"}
        )
      ]
    });
    const curve = (y: Float64Array) => Array.from(lags, (lag, k) => ({lag, y: y[k]}));
    const lower = Plot.plot({
      width,
      height: 190,
      ...frame,
      style: plotStyle,
      x: {label: "lag, time →"},
      y: {label: "↑ autocorrelation", grid: true, ticks: 5},
      marks: [
        Plot.ruleY([0], {stroke: "var(--theme-foreground-fainter)"}),
        Plot.lineY(curve(theory), {x: "lag", y: "y", stroke: "var(--series-gaussian)", strokeWidth: 2, strokeDasharray: "5 4"}), // prettier-ignore
        Plot.lineY(curve(base), {x: "lag", y: "y", stroke: "var(--series-encodings)", strokeWidth: 1.8}),
        Plot.lineY(curve(remembered), {x: "lag", y: "y", stroke: "var(--series-prior)", strokeWidth: 1.8})
      ]
    });
    plots = [
      described(upper, `${label} of the decoded walk against time`),
      described(lower, "Autocorrelation of the base coordinates, in theory and measured, and of the state")
    ];
    const scale = upper.scale("x")!;
    xOf = (v) => scale.apply(v) as number;
    plots[0].append(cursor);
    holders.forEach((holder, i) => holder.replaceChildren(plots[i]));
  }

  holders[0].addEventListener("click", (event) => {
    if (plots.length === 0) return;
    const box = plots[0].getBoundingClientRect();
    const [x0, x1] = [xOf(0), xOf(settings.value.steps * settings.value.dt)];
    const part = (((event.clientX - box.left) / box.width) * width - x0) / (x1 - x0);
    state.playing.value = false;
    state.head.value = Math.round(Math.min(1, Math.max(0, part)) * settings.value.steps);
  });

  const trace = computed(() => (set.walk.value ? traceOf(set.walk.value, data) : undefined));
  const drawn = signal(0);
  let queued = 0;
  const later = () => {
    queued = 0;
    const next = trace.peek();
    if (!next) return;
    now = next;
    draw(next);
    numbers.replaceChildren(...traceText(next).map((words) => h("p", {}, words)));
    labels.replaceChildren(provenanceLabel({kind: "live", detail: madeText(set.walk.peek()!)}, data.source));
    drawn.value++;
    element.dataset.draws = String(drawn.peek());
  };
  const stops = [
    effect(() => {
      name.textContent = `(${letters[set.name]}) ${set.title.value}`;
    }),
    effect(() => {
      // while a walk comes in, it is drawn now and then: what is seen is what takes the time
      if (!set.walk.value || (!seen.shown.value && drawn.peek() > 0 && set.busy.value)) return;
      queued ||= window.setTimeout(later, set.busy.value ? 150 : 0);
    }),
    effect(() => {
      void drawn.value;
      const x = xOf(Math.min(head.value, settings.value.steps) * settings.value.dt);
      const height = Number(plots[0]?.getAttribute("height") ?? 0);
      cursor.setAttribute("d", height > 0 ? `M${x.toFixed(1)},18V${height - 38}` : "");
    }),
    effect(() => {
      status.dataset.state = set.busy.value ? "busy" : "done";
      status.textContent = set.trouble.value || (set.busy.value ? "The walk is being computed …" : "");
      status.hidden = status.textContent === "";
    })
  ];
  return {
    element,
    dispose() {
      for (const stop of stops) stop();
      window.clearTimeout(queued);
      seen.dispose();
    }
  };
}
