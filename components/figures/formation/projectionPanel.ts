import {computed} from "@preact/signals-core";
import {arcball} from "./arcball.js";
import type {Formation} from "./graph.js";
import type {Panel} from "./panel.js";
import {parameters} from "./parameters.js";
import {sliders} from "./slider.js";
import {imageView} from "./view.js";

/** P V: what the beam sees. It can be turned like the volume. */
export function projectionPanel(
  {settings, specimen, projection, frame, loaded}: Formation,
  turn: (by: Float64Array) => void
): Panel {
  const empty = computed(() =>
    loaded.value
      ? "Load a map of the same box too, to see its projection in this particle's pose."
      : "no volume is loaded"
  );
  const view = imageView(
    computed(() => projection.value && {values: projection.value, D: frame.value!.D}),
    {label: "Projection of the volume along the beam", empty}
  );
  view.canvas.classList.add("turns");
  arcball(view.canvas, turn);
  const controls = sliders(settings, ["shiftX", "shiftY", "field"], {
    // 0 hides it, where the box is given.
    field: computed(() => (loaded.value || specimen.value?.kind !== "structure" ? 0 : parameters.field.max))
  });
  return {
    pictures: [view.element],
    controls: controls.elements,
    dispose() {
      view.dispose();
      controls.dispose();
    }
  };
}
