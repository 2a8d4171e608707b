import type {Pool} from "../../compute/pool.js";
import {writeMrc} from "../../formats/mrc.js";
import type {NotebookJobs} from "../../jobs/jobs.js";
import type {DecodedMap} from "../../jobs/wholeMap.js";
import {boxesOf, decodeMap, openDecoderOf, secondsFor} from "../decodeMap.js";
import {decodeStatus} from "../decodeStatus.js";
import {h} from "../dom.js";
import {bytesBlob} from "../download.js";
import {figure} from "../figure.js";
import {latentsText} from "../latentFiles.js";
import {mapViewer} from "../mapViewer.js";
import {selectControl} from "../runControl.js";
import type {TrainedRun} from "../shippedRun.js";
import type {Store} from "../store.js";
import {urlState} from "../urlState.js";
import {CLICK, FOLLOW} from "../worker.js";
import type {ShownPoint} from "./shownPoint.js";

/** Box that a new point is seen at first, and the finest that is decoded unasked where the model's own takes longer than PATIENCE seconds. */
const [COARSE, FINE, PATIENCE] = [32, 64, 5];

export interface ReaderMapOptions {
  run: TrainedRun;
  workers: Pool<NotebookJobs>;
  /** The latent that is shown, wherever it comes from. */
  point: Store<ShownPoint | undefined>;
  /** First contour level, standard deviations above the mean (2). */
  level?: number;
}

/** The map of a latent at a box of the reader's choice: a coarse one at once, then a finer one, which can be cancelled. */
export async function readerMapFigure({
  run,
  workers,
  point,
  level = 2
}: ReaderMapOptions): Promise<{element: HTMLElement; dispose(): void}> {
  const life = new AbortController();
  const [vae, source] = await Promise.all([run.vae(), run.source()]);
  const decoder = await openDecoderOf(workers, vae, life.signal);
  const {boxSize, pixelSize} = decoder.vae.config;
  const boxes = boxesOf(decoder);
  const patient = secondsFor(decoder, boxSize) <= PATIENCE ? boxSize : Math.min(FINE, boxSize);
  let box = Number(urlState.text("map-box", String(patient), boxes.map(String)));

  const viewer = mapViewer({
    height: 360,
    level: urlState.number("level", level, 0.5, 8),
    description: "Isosurface of the decoded map",
    onLevel: (value) => urlState.set({level: value})
  });
  const status = decodeStatus();
  const values = h("p", {class: "note-small latent-values"});
  const choice = selectControl("Box", {
    value: String(box),
    options: boxes.map((b) => [String(b), `${b} (${angstroms(b)} Å a voxel)`] as const),
    change(value) {
      box = Number(value);
      urlState.set({"map-box": box === patient ? undefined : box});
      if (point.value) void show(point.value);
    }
  });
  function angstroms(b: number): string {
    const voxel = (pixelSize * boxSize) / b;
    return voxel.toFixed(voxel < 2 ? 2 : 1);
  }

  let shown: {map: DecodedMap; of: ShownPoint} | undefined;
  let work = new AbortController();
  const present = (map: DecodedMap, of: ShownPoint) => {
    shown = {map, of};
    viewer.show([{...map.drawn, label: of.what, color: of.color}]);
  };

  /** Decodes at one box, as the status says; false where it was cancelled or another point was asked for. */
  async function decodeAt(b: number, of: ShownPoint): Promise<boolean> {
    const {signal} = (work = new AbortController());
    const text = `Box ${b}, ${angstroms(b)} Å a voxel`;
    let cancelled = false;
    const mine = work;
    status.busy(`Decoding at box ${b}`, () => {
      cancelled = true;
      mine.abort();
    });
    const began = performance.now();
    try {
      const map = await decodeMap(
        workers,
        decoder,
        {z: of.z, box: b},
        {
          signal,
          priority: b <= COARSE ? CLICK : FOLLOW,
          progress: (done) => signal.aborted || status.progress(done)
        }
      );
      if (signal.aborted) return false;
      present(map, of);
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      status.done(`${text}, decoded in ${seconds} s.`);
      return true;
    } catch (error) {
      if (cancelled) {
        const there = shown?.of === of ? ` What is shown has box ${shown.map.box}.` : "";
        status.stopped(`Cancelled.${there}`, () => void decodeAt(b, of));
      } else if (!signal.aborted) {
        shown = undefined;
        viewer.show([`This latent can't be decoded: ${(error as Error).message}`]);
        status.failed("");
      }
      return false;
    }
  }
  async function show(of: ShownPoint) {
    work.abort(); // nobody waits for the last point's map any more
    values.textContent = `z = (${Array.from(of.z, (v) => Number(v.toPrecision(4)).toString()).join(", ")})`;
    if (shown?.of === of && shown.map.box === box)
      return status.done(`Box ${box}, ${angstroms(box)} Å a voxel.`);
    const there = shown?.of === of && shown.map.box >= COARSE;
    if (box > COARSE && !there && !(await decodeAt(COARSE, of))) return;
    await decodeAt(box, of);
  }

  const current = () => {
    if (!shown) throw new Error("no map is shown");
    return shown;
  };
  const element = figure([viewer.element, h("div", {class: "map-box"}, choice, status.element), values], {
    title: "The map of a latent",
    caption: `Smoothed by a Gaussian of 0.8 voxel to be drawn${boxSize > 128 ? ", and averaged to at most 128 voxels a side" : ""}; the .mrc has the map as decoded.`, // prettier-ignore
    provenance: [{kind: "live", detail: "decoded now, with the VAE"}, source],
    files: [
      {
        label: ".mrc",
        name: "decoded.mrc",
        make() {
          const {box: n, voxelSize, map: data} = current().map;
          return bytesBlob(writeMrc({nx: n, ny: n, nz: n, pixelSize: voxelSize, data, isStack: false}));
        }
      },
      {
        label: "z_values.txt",
        name: "z_values.txt",
        make: () => latentsText(current().of.z, current().of.z.length)
      },
      {label: "PNG", name: "map.png", make: () => viewer.png()}
    ]
  });
  const unsubscribe = point.subscribe((of) => {
    if (of) return void show(of);
    work.abort();
    shown = undefined;
    values.textContent = "";
    viewer.show(["No latent is chosen."]);
    status.done("");
  });
  return {
    element,
    dispose() {
      unsubscribe();
      life.abort();
      work.abort();
      viewer.dispose();
    }
  };
}
