import {computed, effect} from "@preact/signals-core";
import {moments} from "../../cryoem/imageSteps.js";
import {h} from "../dom.js";
import type {Formation} from "./graph.js";
import type {Panel} from "./panel.js";
import {sliders} from "./slider.js";
import {imageView, type View} from "./view.js";

/** CTF * (P V): the projection through the microscope, before noise. */
export function cleanPanel(formation: Formation): Panel {
  const view = picture(formation, "clean", "The projection through the contrast transfer function");
  return {pictures: [view.element], dispose: view.dispose};
}

/** N: white noise of the level that the SNR asks for. */
export function noisePanel(formation: Formation): Panel {
  const {settings, noise, noiseLevel, frame, loaded} = formation;
  // Drawn at one contrast: its level shows in the particle beside it.
  const view = imageView(
    computed(() =>
      noise.value && frame.value && !loaded.value
        ? {values: noise.value, D: frame.value.D, range: [-3, 3]}
        : undefined
    ),
    {
      label: "White noise",
      empty: computed(() =>
        loaded.value ? "The noise of a measured particle can't be told from its signal." : "…"
      )
    }
  );
  const controls = sliders(settings, ["logSnr"]);
  const button = h("button", {type: "button", class: "quiet"}, "New noise");
  button.addEventListener("click", () => (settings.seed.value = (settings.seed.value + 1) % 2 ** 31));
  const status = h("p", {class: "scatter-status"}, "\u00a0");
  const stop = effect(() => {
    status.textContent = loaded.value
      ? "\u00a0"
      : `σ = ${noiseLevel.value.toPrecision(3)}; seed ${settings.seed.value}`;
  });
  return {
    pictures: [view.element],
    controls: [...controls.elements, h("div", {class: "control"}, button)],
    status,
    dispose() {
      stop();
      view.dispose();
      controls.dispose();
    }
  };
}

/** X: what the detector records. */
export function particlePanel(formation: Formation): Panel & {canvas: HTMLCanvasElement} {
  const {particle, clean, frame, loaded} = formation;
  const view = picture(
    formation,
    "particle",
    "The particle: projection, contrast transfer function and noise"
  );
  const status = h("p", {class: "scatter-status"}, "\u00a0");
  const stop = effect(() => {
    if (!particle.value || !frame.value) return;
    const {D, pixelSize} = frame.value;
    const parts = [`${D} × ${D} pixels of ${pixelSize.toPrecision(3)} Å`];
    if (loaded.value) {
      parts.unshift(`Image ${loaded.value.index + 1}`);
      if (clean.value) parts.push(agreement(correlation(particle.value, clean.value)));
    }
    status.textContent = parts.join("; ");
  });
  return {
    pictures: [view.element],
    status,
    canvas: view.canvas,
    dispose() {
      stop();
      view.dispose();
    }
  };
}

/** The particle with the phases that the CTF has turned over turned back. */
export function flippedPanel(formation: Formation): Panel {
  const view = picture(formation, "flipped", "The phase-flipped particle");
  return {pictures: [view.element], dispose: view.dispose};
}

function picture(formation: Formation, name: "clean" | "particle" | "flipped", label: string): View {
  return imageView(
    computed(() => {
      const values = formation[name].value;
      return values && formation.frame.value && {values, D: formation.frame.value.D};
    }),
    {
      label,
      empty: computed(() =>
        formation.loaded.value ? "Load a map of the same box too." : "no volume is loaded"
      )
    }
  );
}

function correlation(a: Float32Array, b: Float32Array): number {
  const [p, q] = [moments(a), moments(b)];
  let ab = 0;
  for (let i = 0; i < a.length; ++i) ab += (a[i] - p.mean) * (b[i] - q.mean);
  return ab / a.length / Math.sqrt(p.variance * q.variance);
}

/** Many programs exchange dark and bright before they reconstruct, and so their maps correlate negatively with the stack. */
const agreement = (r: number): string =>
  `correlation with the map's image ${r.toFixed(3).replace("-", "−")}${r < -0.05 ? ": bright and dark are exchanged between the two" : ""}`;
