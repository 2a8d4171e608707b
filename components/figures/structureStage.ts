import {stateCount, type Motion} from "../cryoem/motion.js";
import {h} from "./dom.js";
import {mapViewer} from "./mapViewer.js";
import type {PipelineState} from "./pipelinePage.js";
import {provenanceLabel} from "./provenance.js";
import {rangeControl} from "./runControl.js";
import {CLICK} from "./worker.js";

/** Å; what the structure is drawn at. The images, at 6 Å a pixel, show less. */
const RESOLUTION = 12;

/** The structure as a map, in the state the slider asks for. */
export async function structureStage({run, workers, structure}: PipelineState): Promise<HTMLElement> {
  const recipe = await run.recipe();
  const {motion} = recipe.json as {motion: Motion};
  const last = stateCount(motion) - 1;
  const viewer = mapViewer({
    height: 210,
    level: 3,
    description: "The structure's density map",
    compact: true
  });
  const status = h("p", {class: "scatter-status"}, "\u00a0");
  let before = new AbortController();
  const draw = async (state: number) => {
    before.abort();
    const {signal} = (before = new AbortController());
    try {
      const map = await workers.run(
        "structureMap",
        {recipe, state, resolution: RESOLUTION},
        {priority: CLICK, affinity: recipe.name, signal}
      );
      viewer.show([{label: "", map: map.map, D: map.box, voxelSize: map.voxelSize, color: "--map-true"}]);
      status.textContent = `${map.scatterers.toLocaleString("en")} residues; ${map.about}; drawn at ${RESOLUTION} Å`;
    } catch (error) {
      if (!signal.aborted) status.textContent = `This state can't be drawn: ${(error as Error).message}`;
    }
  };
  const slider = rangeControl("State", {
    value: Math.min(last, structure.value.state),
    min: 0,
    max: last,
    show: (v) => `${v} of ${last}`,
    change: (state) => structure.set({...structure.value, state})
  });
  let drawn = -1;
  structure.subscribe(({state}) => {
    if (state !== drawn) void draw((drawn = Math.min(last, state)));
  });
  const {name} = recipe.json as {name: string};
  return h(
    "div",
    {},
    viewer.element,
    slider,
    status,
    provenanceLabel({kind: "live", detail: `recipe ${name}`})
  );
}
