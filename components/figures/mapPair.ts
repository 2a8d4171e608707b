import type {Pool} from "../compute/pool.js";
import {describeState, type Motion} from "../cryoem/motion.js";
import {writeMrc} from "../formats/mrc.js";
import type {NotebookJobs} from "../jobs/jobs.js";
import type {LatentMap} from "../jobs/latentMap.js";
import {h} from "./dom.js";
import {bytesBlob, type Download} from "./download.js";
import {mapViewer, type ViewedMap} from "./mapViewer.js";
import type {TrainedRun} from "./shippedRun.js";
import {CLICK, FOLLOW} from "./worker.js";

/** Boxes a map is decoded at: a coarse one to see at once, then the model's own. */
const [COARSE, FINE] = [32, 64];

/** Maps that are shown side by side, without a latent. */
export interface PairOfMaps {
  maps: (ViewedMap | string | null)[];
  status: string;
}

export interface MapPair {
  /** The viewer, and a line on what it shows whose `data-state` is `done` when the finer map is there. */
  elements: HTMLElement[];
  /** The decoded map and the true one as .mrc, and the picture. */
  files: Download[];
  /**
   * Decodes a latent, at a coarse box and then a fine one, and shows it beside the true map nearest to it, or that of a state where one is
   * given.
   */
  decode(z: number[], label: string, color: string, state?: number): Promise<void>;
  /** Shows what comes of other work, unless something else is asked for before. */
  show(what: Promise<PairOfMaps>): Promise<void>;
  /** Says why there is nothing to show. */
  say(text: string): void;
  setLevel(level: number): void;
  dispose(): void;
}

/** A latent's map beside the true map nearest to it. They turn together. */
export async function mapPair(
  {run, workers}: {run: TrainedRun; workers: Pool<NotebookJobs>},
  {level, onLevel}: {level: number; onLevel(level: number): void}
): Promise<MapPair> {
  const [vae, {has}] = await Promise.all([run.vae(), run.about()]);
  const recipe = has.includes("recipe.json") ? await run.recipe() : undefined;
  const viewer = mapViewer({
    columns: 2,
    height: 300,
    level,
    description: "Isosurfaces: the decoded map on the left, the nearest true map on the right",
    onLevel
  });
  const status = h("p", {class: "scatter-status", role: "status", "data-state": "idle"});
  let shown: LatentMap | undefined;
  let before = new AbortController();

  const present = (map: LatentMap, label: string, color: string, of: string) => {
    shown = map;
    const {nearest, trueMap} = map;
    const common = {D: map.box, voxelSize: map.voxelSize};
    viewer.show([
      {...common, label, map: map.smooth, color},
      nearest && trueMap && recipe
        ? {
            ...common,
            label: `True: state ${nearest.state}, ${describeState((recipe.json as {motion: Motion}).motion, nearest.state)}`,
            map: trueMap,
            color: "--map-true"
          }
        : "No true map: the images are real."
    ]);
    const size = `Box ${map.box}, ${map.voxelSize.toFixed(1)} Å a voxel.`;
    status.textContent = nearest
      ? `Correlation with ${of}: ${nearest.moving.toFixed(4)} where the states differ, ${nearest.whole.toFixed(4)} over the whole map. ${size}`
      : size;
  };
  /** Runs work in place of what runs now; a failure is said. */
  async function instead(what: string, work: (signal: AbortSignal) => Promise<void>) {
    before.abort(); // with another point chosen, nobody waits for this one's fine map
    const {signal} = (before = new AbortController());
    status.textContent = "Decoding …";
    status.dataset.state = "busy";
    try {
      await work(signal);
      if (!signal.aborted) status.dataset.state = "done";
    } catch (error) {
      if (signal.aborted) return;
      viewer.show([`${what}: ${(error as Error).message}`, null]);
      status.textContent = "";
      status.dataset.state = "failed";
    }
  }

  const mrc = (map: Float32Array, {box, voxelSize}: LatentMap) =>
    bytesBlob(writeMrc({nx: box, ny: box, nz: box, pixelSize: voxelSize, data: map, isStack: false}));
  const current = () => {
    if (!shown) throw new Error("no decoded map is shown");
    return shown;
  };
  const truth = () => {
    const {trueMap} = current();
    if (!trueMap) throw new Error("there is no true map of real images");
    return trueMap;
  };
  return {
    elements: [viewer.element, status],
    files: [
      {label: "Decoded, .mrc", name: "decoded.mrc", make: () => mrc(current().map, current())},
      {label: "True, .mrc", name: "true.mrc", make: () => mrc(truth(), current())},
      {label: "PNG", name: "maps.png", make: () => viewer.png()}
    ],
    decode: (z, label, color, state) =>
      instead("This point can't be decoded", async (signal) => {
        const input = {vae, recipe, z, state};
        const of = state === undefined ? "the nearest true map" : "the true map of its state";
        // Coarse and fine maps have a thread each that has the true maps, or the finer grid, at hand.
        const coarse = await workers.run(
          "latentMap",
          {...input, boxes: [COARSE]},
          {priority: CLICK, affinity: `${run.name}, coarse`, signal}
        );
        present(coarse, label, color, of);
        const fine = await workers.run(
          "latentMap",
          {...input, boxes: [FINE], nearest: coarse.nearest},
          {priority: FOLLOW, affinity: `${run.name}, fine`, signal}
        );
        present(fine, label, color, of);
      }),
    show: (what) =>
      instead("This map can't be shown", async (signal) => {
        const {maps, status: text} = await what;
        if (signal.aborted) return;
        shown = undefined;
        viewer.show(maps);
        status.textContent = text;
      }),
    say(text) {
      before.abort();
      shown = undefined;
      viewer.show([text, null]);
      status.textContent = "";
      status.dataset.state = "idle";
    },
    setLevel: (level) => viewer.setLevel(level),
    dispose() {
      before.abort();
      viewer.dispose();
    }
  };
}
