import {computed, effect} from "@preact/signals-core";
import {imageError} from "../../cryoem/imageError.js";
import {imageSteps} from "../../cryoem/imageSteps.js";
import {sliceProjector, type MapSpectrum} from "../../cryoem/mapProjector.js";
import {centredHalf, halfFrequency} from "../../cryoem/powerSpectrum.js";
import type {StructureSpectrumInput} from "../../jobs/scene.js";
import {h} from "../dom.js";
import {FOLLOW} from "../worker.js";
import {follow} from "../follow.js";
import type {Formation} from "./graph.js";
import type {Panel, Workers} from "./panel.js";
import {imageView, type Picture} from "./view.js";
import {visible} from "../visible.js";

/** Box of a structure's 3-D transform: half of its images' frequencies, and done in a blink. */
const BOX = 64;

/** Milliseconds that a state must rest before its volume is transformed: while a slider moves, its pictures come first. */
const REST = 150;

/**
 * The central-slice theorem: the transform of the projection beside the slice of the volume's 3-D transform, and the projection
 * that this slice gives.
 */
export function slicePanel(formation: Formation, workers: Workers): Panel {
  const {specimen, positions, weights, sigma, frame, rotation, spectrum, projection} = formation;
  const holder = h("div", {class: "panel-pictures nested"});
  const seen = visible(holder);
  const box = computed(() => Math.min(BOX, frame.value?.D ?? BOX));
  const question = computed<StructureSpectrumInput | undefined>(() => {
    const of = specimen.value;
    if (of?.kind !== "structure" || !frame.value || !seen.shown.value) return undefined;
    const pixelSize = (frame.value.D * frame.value.pixelSize) / box.value;
    return {
      positions: positions.value!,
      weights: weights.value!,
      sigma: sigma.value,
      D: box.value,
      pixelSize
    };
  });
  const made = follow<StructureSpectrumInput, MapSpectrum>(
    question,
    (input, signal) =>
      workers.run("structureSpectrum", input, {priority: FOLLOW, affinity: "structureSpectrum", signal}),
    {rest: REST}
  );
  const slices = computed(() => made.value.value && sliceProjector(made.value.value));
  /** A map's projection is made from its slice, and has it as its transform: nothing is to be computed again. */
  const isMap = computed(() => specimen.value?.kind === "map");
  const slice = computed<Half | undefined>(() => {
    if (isMap.value) return spectrum.value && frame.value && {values: spectrum.value, D: frame.value.D};
    if (!slices.value) return undefined;
    const {D} = slices.value;
    const values = new Float64Array(D * (D + 2));
    slices.value.halfSlice(values, rotation.value);
    return {values, D};
  });
  /** The transform of the exact projection, on the slice's frequencies. */
  const transform = computed<Half | undefined>(() => {
    const D = slice.value?.D;
    if (isMap.value || !spectrum.value || !frame.value || D === undefined || D > frame.value.D)
      return undefined;
    return {values: croppedHalf(spectrum.value, frame.value.D, D), D};
  });
  const fromSlice = computed(() => {
    if (!frame.value || (!isMap.value && !slices.value)) return undefined;
    if (isMap.value) return projection.value && {values: projection.value, D: frame.value.D};
    const {D, project} = slices.value!;
    const values = new Float64Array(D * D);
    const size = (frame.value.D * frame.value.pixelSize) / D;
    const {shiftX, shiftY} = formation.settings;
    project(values, rotation.value, shiftX.value / size, shiftY.value / size);
    return {values, D};
  });
  const ofSlice = computed(() => slice.value && amplitudesOf(slice.value));
  const ofTransform = computed(() => transform.value && amplitudesOf(transform.value));
  const steps = computed(() => transform.value && imageSteps(transform.value.D));
  /** Of the exact projection at the slice's box, over its maximum. */
  const difference = computed(() => {
    if (made.stale.value || !transform.value || !fromSlice.value || !steps.value) return undefined;
    const {values: sliced} = fromSlice.value;
    const exact = steps.value.image(transform.value.values);
    const most = exact.reduce((a, b) => Math.max(a, b), 0) || 1;
    return {values: exact.map((v, i) => (v - sliced[i]) / most), D: transform.value.D};
  });
  const exactOnly = "A map has no other projection than that from its slice.";
  const views = [
    imageView(
      computed(() => ofTransform.value && picture(ofTransform.value, transform.value!.D)),
      {
        empty: computed(() => (isMap.value ? exactOnly : "…")),
        label: "Amplitudes of the projection's 2-D Fourier transform, logarithmic"
      }
    ),
    imageView(
      computed(() => ofSlice.value && picture(ofSlice.value, slice.value!.D)),
      {
        label: "Amplitudes of the central slice of the volume's 3-D Fourier transform, logarithmic"
      }
    ),
    imageView(fromSlice, {label: "The projection made from the central slice"}),
    imageView(
      computed(() => difference.value && {...difference.value, range: [-0.01, 0.01]}),
      {
        empty: computed(() => (isMap.value ? exactOnly : "…")),
        label:
          "The exact projection less that from the slice, black to white one hundredth of its maximum on both sides"
      }
    )
  ];
  const captions = ["|F₂(P V)|", "|F₃(V)|, slice", "F₂⁻¹ of the slice", "P V − that, ± 1 %"];
  views.forEach(({element}, i) => holder.append(h("figure", {}, element, h("figcaption", {}, captions[i]))));
  const status = h("p", {class: "scatter-status", "data-state": "loading"}, "\u00a0");
  const stops = [
    effect(() => {
      status.dataset.state = made.busy.value ? "busy" : "done";
      if (made.error.value) return void (status.textContent = made.error.value);
      const of = specimen.value;
      if (of?.kind === "map")
        return void (status.textContent = `Interpolated in a transform padded from ${of.D} to ${of.spectrum.padded}.`);
      if (made.stale.value) return void (status.textContent = "…");
      if (!seen.shown.value || !slices.value) return;
      const [a, b] = [ofTransform.value, ofSlice.value];
      if (!a || !b) return;
      const {padded, D} = slices.value;
      const {relativeL2} = imageError(b, a);
      status.textContent = `Amplitudes differ by ${(100 * relativeL2).toPrecision(2)} % (interpolated in a transform padded from ${D} to ${padded})`;
    })
  ];
  return {
    pictures: [holder],
    status,
    dispose() {
      for (const stop of stops) stop();
      for (const view of views) view.dispose();
      made.dispose();
      seen.dispose();
    }
  };
}

interface Half {
  /** [D, D/2 + 1], interleaved complex. */
  values: Float64Array;
  D: number;
}

/** Amplitudes [D, D/2 + 1] inside the circle of radius D/2: a slice has nothing beyond. */
function amplitudesOf({values, D}: Half): Float64Array {
  const out = new Float64Array(values.length / 2);
  for (let k = 0; k < out.length; ++k) {
    const [kx, ky] = halfFrequency(k, D);
    if (kx * kx + ky * ky < (D * D) / 4) out[k] = Math.sqrt(values[2 * k] ** 2 + values[2 * k + 1] ** 2);
  }
  return out;
}

/** Amplitudes as a picture over five decades, frequency 0 in the middle. */
function picture(amplitudes: Float64Array, D: number): Picture {
  let most = 0;
  for (const a of amplitudes) most = Math.max(most, a);
  const logs = amplitudes.map((a) => Math.log10(Math.max(1e-5, a / (most || 1))));
  return {values: centredHalf(logs, D), D, range: [-5, 0]};
}

/** The low frequencies of a half spectrum: those of a box `to` inside the circle of radius to/2, where slices are known. */
function croppedHalf(values: Float64Array, from: number, to: number): Float64Array {
  const out = new Float64Array(to * (to + 2));
  for (let ky = 1 - to / 2; ky < to / 2; ++ky) {
    const count = 2 * Math.ceil(Math.sqrt(to ** 2 / 4 - ky * ky));
    const row = ((ky + from) % from) * (from + 2);
    out.set(values.subarray(row, row + count), ((ky + to) % to) * (to + 2));
  }
  return out;
}
