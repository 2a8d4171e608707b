/** E8: the same without scaling, beside the page's own schedule, and that both are one process up to s(t). */
import {computed, type ReadonlySignal} from "@preact/signals-core";
import {h} from "../dom.js";
import {boundRange} from "../lab/boundControls.js";
import {lines} from "../lab/lines.js";
import {plane} from "../lab/plane.js";
import {scheduleControls} from "../lab/scheduleControls.js";
import {explodingKinds} from "./exploding.js";
import {short} from "./fit.js";
import {row} from "../lab/parts.js";
import {madeWith, type Parts} from "./parts.js";
import {COMPARED, type Runs} from "./runs.js";
import {differenceLines, samePlane} from "./sameProcess.js";
import {seenText} from "./seenText.js";
import {timeAxis} from "../lab/timeAxis.js";
import {waysPlane} from "./waysPlane.js";
import {endWords, processBoxes, waysSource} from "./waysFigures.js";

/** Chooses the second schedule. */
export function explodingControls(parts: Parts): HTMLElement {
  const {page} = parts;
  const {exploding} = page.own;
  const controls = page.keep(scheduleControls(exploding, {height: 170, only: explodingKinds}));
  return h(
    "div",
    {class: "own-controls", role: "group", "aria-label": "The second schedule"},
    controls.element,
    h("div", {class: "run"}, ...processBoxes(parts))
  );
}

export function explodingFigures(parts: Parts): HTMLElement {
  const {page, runs, figure, size, boxes} = parts;
  const {lab, own} = page;
  const one = (
    run: Runs["ways"],
    {id, title, trouble, schedule, caption, words}: {
      id: string;
      title: string;
      trouble: ReadonlySignal<string>;
      schedule: "schedule" | "exploding";
      caption: string;
      words: ReadonlySignal<string>;
    } // prettier-ignore
  ) =>
    figure({
      id,
      title,
      painter: plane(size),
      legend: boxes,
      values: computed(() => {
        const [ways, view, heat] = [run.value.value, run.view.value, run.heat.value];
        if (!ways || !view || !heat) return undefined;
        return waysPlane(ways, {view, show: own.shown.value, paths: own.paths.value, t: timeAxis(ways.schedule).at(own.u.value), heat}); // prettier-ignore
      }),
      trouble: computed(() => lab.lawTrouble.value || trouble.value || run.error.value),
      caption,
      status: page.keep(seenText(words)).element,
      provenance: madeWith(own),
      source: () => `${waysSource(own, schedule)}
const view = viewOf("${own.viewName.peek()}", ${schedule}, law);
display(painted(plane({width: ${size.width}, height: ${size.height}}), waysPlane(ways, {view, show: ${JSON.stringify(own.shown.peek())}, paths: ${own.paths.peek()}, t: timeAxis(${schedule}).at(${own.u.peek()})})));`
    });
  return row(
    one(runs.waysExploding, {
      id: "E8",
      title: "SMLD: noise is added, nothing shrinks",
      trouble: page.own.exploding.scheduleTrouble,
      schedule: "exploding",
      caption:
        "The second schedule, s = 1. Where x grows with σ, what is drawn is divided by √(1 + σ²), so that data and noise fit on one axis; choose “x as it is” above to see how far the noise goes.",
      words: computed(() => endWords(runs.endsExploding.value.value, lab.count.value))
    }),
    one(runs.ways, {
      id: "E8-vp",
      title: "The page’s own schedule",
      trouble: lab.scheduleTrouble,
      schedule: "schedule",
      caption:
        "The same data and the same noise, scaled to this schedule’s size, with its own time. Only the clock and the scale differ.",
      words: computed(() => endWords(runs.ends.value.value, lab.count.value))
    })
  );
}

export function sameFigures({page, runs, figure, size}: Parts): HTMLElement {
  const {lab, own} = page;
  const {same, sameErrors, sameTrouble} = runs;
  const provenance = computed(() => `seed ${lab.seed.value}, ${COMPARED} points, exact denoiser`);
  const text = page.keep(
    seenText(
      computed(() => {
        const now = same.value.value;
        return now
          ? `Greatest RMS difference in ${own.sameSteps.value} steps, in deviations of x / s: ODE ${short(now.difference.ode)}, forward SDE ${short(now.difference.sde)}.`
          : "";
      })
    )
  );
  const input = `const some = Float64Array.from({length: ${COMPARED} * d}, (_, i) => data[i % data.length]);`;
  return row(
    figure({
      id: "E8-same",
      title: "Both at times of equal σ",
      painter: plane(size),
      values: computed(() => {
        const now = same.value.value;
        return now && samePlane(now, {ode: own.show.ode.value, sde: own.show.forward.value}, own.paths.value);
      }),
      trouble: computed(() => sameTrouble.value || same.error.value),
      caption:
        "x / s against the noise level: broad grey lines are the second schedule’s, thin coloured ones the page’s own. They would be the same lines if the steps were small enough.",
      controls: [page.keep(boundRange("Steps", own.sameSteps, {min: 4, max: 80, step: 1}))],
      status: text.element,
      provenance,
      rows: () => {
        const {sigma, ode, law} = same.value.value!;
        const d = law.dimension;
        const falling = sigma.slice().reverse();
        return {
          columns: ["sigma", "point", "x/s of the second schedule", "x/s of the page's"],
          rows: Array.from(
            falling,
            (level, i) =>
            Array.from({length: COMPARED}, (_, j) => [level, j + 1, ode[0].points[i][j * d], ode[1].points[i][j * d]]) // prettier-ignore
          ).flat()
        };
      },
      source: () => `${input}
const same = await sameProcess({law, denoiser, schedules: [exploding, schedule], data: some, seed, steps: ${own.sameSteps.peek()}});
display(painted(plane({width: ${size.width}, height: ${size.height}}), samePlane(same, {ode: ${own.show.ode.peek()}, sde: ${own.show.forward.peek()}}, ${own.paths.peek()})));`
    }),
    figure({
      id: "E8-error",
      title: "What differs is the error of the steps",
      painter: lines(size),
      values: computed(
        () => sameErrors.value.value && differenceLines(sameErrors.value.value, own.sameSteps.value)
      ),
      trouble: computed(() => sameTrouble.value || sameErrors.error.value),
      caption:
        "The difference between the two against the number of steps. It falls with the order of each method, 2 for Heun’s on the ODE and 1 for Euler’s on the SDE: in the limit there is one process.",
      provenance,
      rows: () => {
        const {steps, ode, sde} = sameErrors.value.value!;
        return {columns: ["steps", "ODE", "forward SDE"], rows: steps.map((n, i) => [n, ode[i], sde[i]])};
      },
      source: () => `${input}
const found = await differences({law, denoiser, schedules: [exploding, schedule], data: some, seed});
display(painted(lines({width: ${size.width}, height: ${size.height}}), differenceLines(found, ${own.sameSteps.peek()})));`
    })
  );
}
