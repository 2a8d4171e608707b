import {computed, type ReadonlySignal} from "@preact/signals-core";
import {roomFor} from "../dom.js";
import type {LabPage} from "../lab/labPage.js";
import {liveFigure} from "../lab/liveFigure.js";
import {plane} from "../lab/plane.js";
import {dragPoint} from "./dragPoint.js";
import {learnedPlane, samplesPlane} from "./learnedViews.js";
import type {LearningRun} from "./learningRun.js";
import {zoomOf} from "./noisyPlane.js";
import {NOT_YET, sigmaPlayer, WIDTH} from "./shared.js";
import {placesOf} from "./twoAnswers.js";
import type {DenoiserState} from "./state.js";

const size = () => {
  const width = roomFor(WIDTH);
  return {width, height: Math.round(0.94 * width)};
};

/** D1-field: what the network answers, over what the exact denoiser does. */
export function learnedFieldFigure(
  {own, keep, strip}: LabPage<DenoiserState>,
  {field, evaluation, law, train}: LearningRun,
  provenance: ReadonlySignal<string>
): HTMLElement {
  const {x, y, sigma, zoom} = own;
  const painter = plane(size());
  keep(
    dragPoint(painter, {
      x,
      y,
      d: computed(() => law.value?.dimension ?? 1),
      zoom: computed(() => zoomOf({sigma: sigma.value, zoom: zoom.value})),
      name: "The answers of the network and of the exact denoiser"
    })
  );
  const control = keep(sigmaPlayer(own));
  return keep(
    liveFigure({
      id: "D1-field",
      title: "Learned over exact",
      prepare: train,
      painter,
      values: computed(() => field.value.value && learnedPlane(field.value.value.view, field.value.value.D)),
      trouble: computed(() => (evaluation.value ? field.error.value : NOT_YET)),
      caption: "Blue: the exact denoiser. Red: the network, at its last evaluation. Drag x to read both.",
      controls: [control.element],
      provenance,
      rows() {
        const {view, D} = field.value.value!;
        const d = view.law.dimension;
        const places = placesOf(view);
        const names = (name: string) => (d === 1 ? [name] : [`${name}_1`, `${name}_2`]);
        const of = (v: Float64Array, i: number) => Array.from(v.subarray(i * d, (i + 1) * d));
        return {
          columns: ["sigma", ...names("x"), ...names("D_theta")],
          rows: Array.from({length: D.length / d}, (_, i) => [view.sigma, ...of(places, i), ...of(D, i)])
        };
      },
      source: () =>
        "const view = {law, sigma, point, zoom};\nconst places = placesOf(view);\nconst D = await learned(places, constantSigma(places.length / d, sigma));\ndisplay(painted(plane({width: 480, height: 460}), learnedPlane(view, D)));",
      strip
    })
  ).element;
}

/** D1-samples: samples of the network over the law. */
export function samplesFigure(
  {keep, strip}: LabPage<DenoiserState>,
  {evaluation, law, seen, train}: LearningRun,
  provenance: ReadonlySignal<string>
): HTMLElement {
  const digits = (v: number) => Number(v.toPrecision(2));
  return keep(
    liveFigure({
      id: "D1-samples",
      title: "Its samples, by the probability-flow ODE",
      prepare: train,
      painter: plane(size()),
      values: computed(() => {
        const z = evaluation.value?.z;
        return law.value && z?.length ? samplesPlane(law.value, z) : undefined;
      }),
      trouble: computed(() => {
        if (!evaluation.value) return NOT_YET;
        return evaluation.value.z.length
          ? ""
          : "This objective draws a single noise level: there is no way from noise to data to sample along.";
      }),
      caption: computed(() => {
        const last = seen.value?.history.at(-1);
        if (!seen.value?.distanceFloor || !last) return "";
        const [low, high] = seen.value.objective.levels.range;
        const floor = seen.value.distanceFloor;
        return `1,000 samples from σ = ${digits(high)} down to ${digits(low)}, the levels that were trained on; red over the law's density, blue. Sliced W₂ to the law: ${last.distance.toPrecision(3)}; of as many points of the law itself: ${digits(floor.mean)} ± ${digits(floor.deviation)}.`;
      }),
      provenance,
      rows() {
        const {z} = evaluation.value!;
        const d = law.value!.dimension;
        return {
          columns: d === 1 ? ["x"] : ["x_1", "x_2"],
          rows: Array.from({length: z.length / d}, (_, i) => Array.from(z.subarray(i * d, (i + 1) * d)))
        };
      },
      source: () => "painted(\n  plane({width: 480, height: 460}),\n  samplesPlane(law, training.z)\n)",
      strip
    })
  ).element;
}
