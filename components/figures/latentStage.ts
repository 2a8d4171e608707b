import {interpolateViridis} from "d3";
import {h} from "./dom.js";
import type {PipelineState} from "./pipelinePage.js";
import {inPlane} from "./priorState.js";
import {provenanceLabel} from "./provenance.js";
import {scatter} from "./scatter.js";

/** Encodings of many images, coloured by their true state, and where the image of the box before falls. */
export async function latentStage({run, plane, encoding, structure}: PipelineState): Promise<HTMLElement> {
  const [{axes, z, state}, source] = await Promise.all([plane(), run.source()]);
  const last = Math.max(1, state?.reduce((a, b) => Math.max(a, b), 0) ?? 0);
  const plot = scatter({
    description:
      "Encodings in their first two principal components, coloured by state; a ring marks the image shown",
    xLabel: "PC 1",
    yLabel: "PC 2",
    width: 290,
    height: 260,
    compact: true,
    sets: [
      {name: "encodings", points: inPlane(axes, z), color: "--series-encodings", colors: state && Array.from(state, (s) => interpolateViridis(s / last))}, // prettier-ignore
      {name: "this image", points: new Float32Array(0), color: "--series-live"}
    ]
  });
  const status = h("p", {class: "scatter-status", "data-encoding": ""}, "\u00a0");
  encoding.subscribe((now) => {
    plot.update(1, now ? inPlane(axes, now) : new Float32Array(0));
    plot.mark(now ? {set: 1, index: 0} : undefined);
    status.textContent = now
      ? `z of the image (state ${structure.value.state}): ${Array.from(now.slice(0, 3), (v) => v.toFixed(2)).join(", ")}, …`
      : "\u00a0";
  });
  const key = state && h("div", {class: "color-key"}, "state 0", h("span", {class: "ramp"}), `state ${last}`);
  return h("div", {}, plot.element, key, status, provenanceLabel(source));
}
