import {computed, effect, signal} from "@preact/signals-core";
import type {Surface, SurfaceInput} from "../../jobs/surface.js";
import {relionAngles} from "../../cryoem/poses.js";
import {rotationAbout, stateCount} from "../../cryoem/motion.js";
import {h, onTheme} from "../dom.js";
import {rangeControl} from "../runControl.js";
import {CLICK} from "../worker.js";
import {arcball, multiply} from "./arcball.js";
import {follow} from "../follow.js";
import type {Formation} from "./graph.js";
import type {Panel, Workers} from "./panel.js";
import {assign} from "./parameters.js";
import {poseScene} from "./poseScene.js";
import {sliders} from "./slider.js";
import {visible} from "../visible.js";

const help = "Drag to turn it, beyond its rim to roll it; or use the arrow keys, Page Up and Page Down.";

/** Radians of a key stroke. */
const STROKE = Math.PI / 36;

/** V: its surface, seen along the beam, in the pose of the particle. Turning it turns the particle. */
export function volumePanel(formation: Formation, workers: Workers): Panel & {turn(by: Float64Array): void} {
  const {settings, specimen, positions, weights, frame, rotation} = formation;
  const level = signal(3);
  const canvas = h("canvas", {
    class: "pose-canvas",
    tabindex: "0",
    role: "img",
    "aria-label": `The volume V, seen along the beam. ${help}`,
    title: help
  });
  const note = h("p", {class: "panel-empty"}, "…");
  const holder = h("div", {class: "panel-picture"}, canvas, note);
  const scene = poseScene(canvas, "--map-true");
  const seen = visible(holder);

  const question = computed<SurfaceInput | undefined>(() => {
    const of = specimen.value;
    if (!of || !seen.shown.value || !scene) return undefined;
    if (of.kind === "map") return {...of.view, level: level.value};
    return {
      positions: positions.value!,
      weights: weights.value!,
      resolution: of.resolution,
      level: level.value
    };
  });
  const surface = follow<SurfaceInput, Surface>(question, (input, signal) =>
    workers.run("surface", input, {priority: CLICK, affinity: "surface", signal})
  );
  const turn = (by: Float64Array) => {
    const [rot, tilt, psi] = relionAngles(multiply(by, rotation.peek()));
    assign(settings, {rot, tilt, psi});
  };
  arcball(canvas, turn);
  const keys: Record<string, Float64Array> = {
    ArrowLeft: rotationAbout([0, 1, 0], STROKE),
    ArrowRight: rotationAbout([0, 1, 0], -STROKE),
    ArrowUp: rotationAbout([1, 0, 0], -STROKE),
    ArrowDown: rotationAbout([1, 0, 0], STROKE),
    PageUp: rotationAbout([0, 0, 1], -STROKE),
    PageDown: rotationAbout([0, 0, 1], STROKE)
  };
  canvas.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    turn(keys[event.key]);
  });

  const stops = [
    effect(() => {
      const text = !scene
        ? "This browser has no WebGL: turn the projection instead."
        : surface.error.value || (specimen.value ? "" : "no volume is loaded");
      note.textContent = text;
      note.hidden = text === "" && surface.value.value !== undefined;
      canvas.hidden = text !== "";
      holder.dataset.state = surface.busy.value ? "busy" : "done";
    }),
    effect(() => surface.value.value && scene?.show(surface.value.value)),
    effect(() => {
      if (frame.value) scene?.frame(frame.value.D * frame.value.pixelSize);
    }),
    effect(() => scene?.turn(rotation.value)),
    onTheme(() => scene?.recolor())
  ];
  const states = computed(() =>
    specimen.value?.kind === "structure"
      ? (specimen.value.motion ? stateCount(specimen.value.motion) : 1) - 1
      : 0
  );
  const controls = sliders(settings, ["state", "rot", "tilt", "psi"], {state: states});
  const contour = rangeControl("Contour level", {
    value: level.peek(),
    min: 0.5,
    max: 8,
    step: 0.1,
    show: (v) => `${v.toFixed(1)} σ`,
    change: (v) => (level.value = v)
  });
  return {
    pictures: [holder],
    controls: [...controls.elements, contour],
    turn,
    dispose() {
      for (const stop of stops) stop();
      controls.dispose();
      surface.dispose();
      seen.dispose();
      scene?.dispose();
    }
  };
}
