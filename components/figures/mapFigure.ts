import {hingeDegrees, type Motion} from "../cryoem/motion.js";
import {writeMrc} from "../formats/mrc.js";
import type {LatentMap} from "../jobs/latentMap.js";
import {h} from "./dom.js";
import {bytesBlob} from "./download.js";
import {figure} from "./figure.js";
import {mapViewer} from "./mapViewer.js";
import {kindColor, kindName, type Chosen, type PriorState} from "./priorState.js";
import {urlState} from "./urlState.js";
import {CLICK, FOLLOW} from "./worker.js";

/** Boxes a map is decoded at: a coarse one to see at once, then the model's own. */
const [COARSE, FINE] = [32, 64];

/** The map of the chosen point, and the true map nearest to it, turning together. */
export async function mapFigure({run, workers, latents, chosen, live}: PriorState): Promise<HTMLElement> {
  const [all, vae, recipe, source] = await Promise.all([latents(), run.vae(), run.recipe(), run.source()]);
  const {motion} = recipe.json as {motion: Motion};
  const level = urlState.number("level", 2, 0.5, 8);
  const viewer = mapViewer({
    columns: 2,
    height: 300,
    level,
    description: "Isosurfaces: the decoded map on the left, the nearest true map on the right",
    onLevel: (value) => urlState.set({level: value})
  });
  const status = h("p", {class: "scatter-status", role: "status", "data-state": "idle"});
  let shown: LatentMap | undefined;
  let before = new AbortController();

  const degrees = (state: number) => hingeDegrees(motion, state).toFixed(1);
  const show = (map: LatentMap, {kind, index}: Chosen) => {
    shown = map;
    const {state, moving, whole} = map.nearest;
    const common = {D: map.box, voxelSize: map.voxelSize};
    viewer.show([
      {
        ...common,
        label: `Decoded: ${kindName[kind]}, number ${index}`,
        map: map.smooth,
        color: kindColor[kind]
      },
      {...common, label: `True: state ${state}, ${degrees(state)}°`, map: map.trueMap, color: "--map-true"}
    ]);
    status.textContent = `Correlation with the nearest true map: ${moving.toFixed(4)} where the states differ, ${whole.toFixed(4)} over the whole map. Box ${map.box}, ${map.voxelSize.toFixed(0)} Å a voxel.`;
  };
  async function decode(point: Chosen) {
    before.abort(); // with another point chosen, nobody waits for this one's fine map
    const {signal} = (before = new AbortController());
    const set = point.kind === "prior" && live.value ? live.value.z : all[point.kind];
    const z = Array.from(set.slice(point.index * all.d, (point.index + 1) * all.d));
    if (z.length !== all.d) return viewer.show([`There is no point ${point.index} in this set.`, null]);
    status.textContent = "Decoding …";
    status.dataset.state = "busy";
    try {
      const input = {vae, recipe, z};
      // Coarse and fine maps have a thread each that has the true maps, or the finer grid, at hand.
      const coarse = await workers.run(
        "latentMap",
        {...input, boxes: [COARSE]},
        {priority: CLICK, affinity: `${run.name}, coarse`, signal}
      );
      show(coarse, point);
      const fine = await workers.run(
        "latentMap",
        {...input, boxes: [FINE], nearest: coarse.nearest},
        {priority: FOLLOW, affinity: `${run.name}, fine`, signal}
      );
      show(fine, point);
      status.dataset.state = "done";
    } catch (error) {
      if (signal.aborted) return;
      viewer.show([`This point can't be decoded: ${(error as Error).message}`, null]);
      status.textContent = "";
      status.dataset.state = "failed";
    }
  }
  chosen.subscribe((point) => void decode(point));

  const mrc = (map: Float32Array, {box, voxelSize}: LatentMap) =>
    bytesBlob(writeMrc({nx: box, ny: box, nz: box, pixelSize: voxelSize, data: map, isStack: false}));
  const current = () => {
    if (!shown) throw new Error("no map yet");
    return shown;
  };
  return figure([viewer.element, status], {
    caption:
      "Both maps are smoothed by a Gaussian of 0.8 voxel before they are drawn and compared: a decoded map ends sharply at its highest frequency and a true one does not. The download of the decoded map is not smoothed.",
    provenance: [{kind: "live", detail: "decoded and compared now, with the VAE"}, source],
    files: [
      {label: "Decoded, .mrc", name: "decoded.mrc", make: () => mrc(current().map, current())},
      {label: "True, .mrc", name: "true.mrc", make: () => mrc(current().trueMap, current())},
      {label: "PNG", name: "maps.png", make: () => viewer.png()}
    ]
  });
}
