/** E7: SDE and probability-flow ODE over the same marginals, the vector fields, the laws, and the way to noise and back. */
import {computed} from "@preact/signals-core";
import {ksBound} from "../../analysis/distribution.js";
import {h} from "../dom.js";
import {boundCheck, boundRange, boundSelect} from "../lab/boundControls.js";
import {lines} from "../lab/lines.js";
import {plane} from "../lab/plane.js";
import {agreementLines, distances, type EndLaw} from "./agreement.js";
import {pointsAt} from "./bothWays.js";
import {fields, type Field} from "./field.js";
import {fieldPlane} from "./fieldPlane.js";
import {short} from "./fit.js";
import {madeWith, type Parts} from "./parts.js";
import {CARRIED} from "./runs.js";
import {seenText} from "./seenText.js";
import type {ScoreSde} from "./state.js";
import {roundTripLines, roundTripPlane} from "./thereAndBack.js";
import {processes, waysPlane, type Process} from "./waysPlane.js";

/** Points with a trail, of each process. */
const TRAILS = 24;

const names = Object.keys(processes) as Process[];

/** A box for each process, with its colour. */
export const processBoxes = ({page}: Parts) =>
  names.map((name) => {
    const box = page.keep(boundCheck(processes[name].name, page.own.show[name]));
    box.append(h("span", {class: "line-swatch", style: `background:var(${processes[name].color})`}));
    return box;
  });

/** The lines of a cell that makes all three processes. */
export const waysSource = ({steps, start}: ScoreSde, schedule = "schedule") =>
  `const times = samplingTimes(${schedule}, ${steps.peek()});
const rising = times.slice().reverse();
const forward = await track(forwardSde(), {denoiser, schedule: ${schedule}, times: rising, n: count, x: addNoise(${schedule}, rising[0], data, random(seed, 1)), rng: random(seed, 2)});
const x = ${start.peek() === "ends" ? "forward.x" : `startingNoise(${schedule}, times[0], {n: count, d, rng: random(seed, 3)})`};
const sde = await track(eulerMaruyama, {denoiser, schedule: ${schedule}, times, x, n: count, rng: random(seed, 4)});
const ode = await track(heun, {denoiser, schedule: ${schedule}, times, x, n: count, rng: random(seed, 4)});
const ways = {law, schedule: ${schedule}, n: count, forward, sde, ode};`;

/** The numbers that say whether both backward processes end at the law. */
export const endWords = (found: EndLaw | undefined, n: number) =>
  found
    ? `Sliced W₂ of the ${n} end points to fresh data: reverse SDE ${short(found.sde)}, ODE ${short(found.ode)}; two fresh draws of the law are ${short(found.floor)} apart.`
    : "";

/** Controls of all figures with paths. */
export const waysControls = (parts: Parts) =>
  h(
    "div",
    {class: "run"},
    ...processBoxes(parts),
    parts.page.keep(boundRange("Paths", parts.page.own.paths, {min: 1, max: 60, step: 1})),
    parts.page.keep(boundRange("Steps", parts.page.own.steps, {min: 4, max: 200, step: 1}))
  );

export function waysFigure({page, runs, figure, size, boxes}: Parts): HTMLElement {
  const {lab, own} = page;
  const {value, view, heat, error} = runs.ways;
  const text = page.keep(seenText(computed(() => endWords(runs.ends.value.value, lab.count.value))));
  return figure({
    id: "E7",
    title: "One family of marginals, three processes",
    painter: plane(size),
    legend: boxes,
    values: computed(() => {
      const [ways, how, ground] = [value.value, view.value, heat.value];
      if (!ways || !how || !ground) return undefined;
      return waysPlane(ways, {view: how, show: own.shown.value, paths: own.paths.value, t: own.axis.value?.at(own.u.value) ?? 0, heat: ground}); // prettier-ignore
    }),
    trouble: computed(() => lab.trouble.value || error.value),
    caption:
      "Paths of the first coordinate over its exact density. The reverse SDE and the ODE begin at the same noise, on the right, and end as data on the left; the forward SDE runs the other way.",
    controls: [
      page.keep(
        boundSelect("Begin at", own.start, [
          ["noise", "Gaussian noise"],
          ["ends", "the forward paths’ ends"]
        ])
      )
    ],
    status: text.element,
    provenance: madeWith(own),
    rows: () => {
      const ways = value.value!;
      const d = ways.law.dimension;
      const count = Math.min(own.paths.value, ways.n);
      return {
        columns: ["process", "path", "t", ...Array.from({length: d}, (_, c) => `x${c + 1}`)],
        rows: names.flatMap((name) =>
          Array.from({length: count}, (_, j) =>
            Array.from(ways[name].times, (t, i) => [
              processes[name].name,
              j + 1,
              t,
              ...ways[name].points[i].subarray(j * d, (j + 1) * d)
            ])
          ).flat()
        )
      };
    },
    source: () => `${waysSource(own)}
const view = viewOf("${own.viewName.peek()}", schedule, law);
display(painted(plane({width: ${size.width}, height: ${size.height}}), waysPlane(ways, {view, show: ${JSON.stringify(own.shown.peek())}, paths: ${own.paths.peek()}, t: time})));`
  });
}

export function fieldFigure({page, runs, figure, size, boxes}: Parts): HTMLElement {
  const {lab, own} = page;
  const {value, view, error} = runs.ways;
  const {width} = size;
  return figure({
    id: "E7-field",
    title: "The plane at one time",
    painter: plane({width, height: Math.min(width + 12, 480)}),
    legend: boxes,
    values: computed(() => {
      const [ways, how, denoiser] = [value.value, view.value, lab.denoiser.value];
      if (!ways || !how || !denoiser) return undefined;
      return fieldPlane(ways, {denoiser, field: own.field.value, view: how, show: own.shown.value, trails: TRAILS, t: own.axis.value?.at(own.u.value) ?? 0}); // prettier-ignore
    }),
    trouble: computed(() => lab.trouble.value || error.value),
    caption: computed(() =>
      lab.d.value === 2
        ? "Grey: the exact density. Arrows: the field chosen above, in the direction of sampling; the longest arrow always has the same length. Dots: the points of each process at this time, some with the way they came."
        : "Grey: the exact density. Arrows: the field chosen above, in the direction of sampling. Dots: the points of each process at this time, a row each, spread out in height so that they can be told apart. Choose data in 2-D to see a plane."
    ),
    controls: [
      page.keep(
        boundSelect("Field", own.field, [...(Object.entries(fields) as [Field, string][]), ["none", "none"]])
      )
    ],
    provenance: madeWith(own),
    rows: () => {
      const ways = value.value!;
      const d = ways.law.dimension;
      return {
        columns: ["process", ...Array.from({length: d}, (_, c) => `x${c + 1}`)],
        rows: own.shown.value.flatMap((name) => {
          const x = pointsAt(ways[name], ways.schedule, own.time.value);
          return Array.from({length: ways.n}, (_, j) => [processes[name].name, ...x.subarray(j * d, (j + 1) * d)]); // prettier-ignore
        })
      };
    },
    source: () => `${waysSource(own)}
const view = viewOf("${own.viewName.peek()}", schedule, law);
display(painted(plane({width: ${width}, height: ${Math.min(width + 12, 480)}}), fieldPlane(ways, {denoiser, field: "${own.field.peek()}", view, show: ${JSON.stringify(own.shown.peek())}, trails: ${TRAILS}, t: time})));`
  });
}

export function lawFigure({page: {lab, own}, runs, figure, size}: Parts): HTMLElement {
  const {value, error} = runs.ways;
  const found = computed(() => value.value && agreementLines(value.value, 0, own.shown.value));
  return figure({
    id: "E7-law",
    title: "Do they have the same law?",
    painter: lines({...size, height: 260}),
    values: computed(() => {
      const [now, t] = [found.value, own.time.value];
      return now && {...now, rules: [now.rules![0], {x: t, dash: "3 3"}]};
    }),
    trouble: computed(() => lab.trouble.value || error.value),
    caption: computed(
      () =>
        `Greatest distance between the distribution function of the points’ first coordinate and the exact one (Kolmogorov and Smirnov), at each time. Below the dashed line, ${short(ksBound(lab.count.value))} for ${lab.count.value} points, are 19 of 20 samples of the exact law itself.`
    ),
    provenance: madeWith(own),
    rows: () => ({
      columns: ["process", "t", "KS distance"],
      rows: names.flatMap((name) => {
        const {t, distance} = distances(value.value!, name);
        return t.map((at, i) => [processes[name].name, at, distance[i]]);
      })
    }),
    source: () => `${waysSource(own)}
display(painted(lines({width: ${size.width}, height: 260}), agreementLines(ways, time, ${JSON.stringify(own.shown.peek())})));`
  });
}

export function tripFigure({page, runs, figure, size}: Parts): HTMLElement {
  const {lab, own} = page;
  const {value, view, error} = runs.trip;
  const text = page.keep(
    seenText(
      computed(() => {
        const now = value.value;
        return now
          ? `RMS distance of ${CARRIED} points to themselves after ${own.encodeSteps.value} steps there and ${own.encodeSteps.value} back: ${short(now.error)}, in the units of the data; ${4 * own.encodeSteps.value} denoiser calls each.`
          : "";
      })
    )
  );
  return figure({
    id: "E7-encode",
    title: "Encode: data to noise, and back",
    painter: plane(size),
    values: computed(() => {
      const [now, how] = [value.value, view.value];
      return now && how && roundTripPlane(now, how, own.time.value);
    }),
    trouble: computed(() => lab.trouble.value || error.value),
    caption:
      "The ODE run forwards carries each point of the data (blue, on the left) to one point of noise (magenta, on the right): its encoding. Run backwards from there (orange, thin) it ends where it began, but for the error of the steps.",
    controls: [page.keep(boundRange("Steps", own.encodeSteps, {min: 2, max: 64, step: 1}))],
    status: text.element,
    provenance: computed(() => `seed ${lab.seed.value}, ${CARRIED} points, Heun’s method, exact denoiser`),
    rows: () => {
      const {up, down, law} = value.value!;
      const d = law.dimension;
      return {
        columns: ["point", "coordinate", "data", "noise", "back"],
        rows: Array.from(up.points[0], (v, i) => [Math.floor(i / d) + 1, (i % d) + 1, v, up.x[i], down.x[i]])
      };
    },
    source: () => `const some = Float64Array.from({length: ${CARRIED} * d}, (_, i) => data[i % data.length]);
const trip = await thereAndBack({law, denoiser, schedule, data: some, steps: ${own.encodeSteps.peek()}});
const view = viewOf("${own.viewName.peek()}", schedule, law);
display(painted(plane({width: ${size.width}, height: ${size.height}}), roundTripPlane(trip, view, time)));`
  });
}

export function tripErrorFigure({page: {lab, own}, runs, figure, size}: Parts): HTMLElement {
  const {value, error} = runs.tripErrors;
  return figure({
    id: "E7-encode-error",
    title: "Its error against steps",
    painter: lines(size),
    values: computed(() => value.value && roundTripLines(value.value, own.encodeSteps.value)),
    trouble: computed(() => lab.trouble.value || error.value),
    caption:
      "Heun’s method has order 2, and so has the error of the noise that is reached (in deviations of the noise). The way back makes nearly the same error with the other sign: what is left after both falls faster.",
    provenance: computed(() => `seed ${lab.seed.value}, ${CARRIED} points, Heun’s method, exact denoiser`),
    rows: ({series}) => ({
      columns: ["steps", "noise reached", "there and back"],
      rows: Array.from(series[0].x, (n, i) => [n, series[0].y[i], series[1].y[i]])
    }),
    source: () => `const some = Float64Array.from({length: ${CARRIED} * d}, (_, i) => data[i % data.length]);
const errors = await roundTripErrors({law, denoiser, schedule, data: some});
display(painted(lines({width: ${size.width}, height: ${size.height}}), roundTripLines(errors, ${own.encodeSteps.peek()})));`
  });
}
