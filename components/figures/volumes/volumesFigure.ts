import {h, onTheme} from "../dom.js";
import {pngBlob} from "../download.js";
import {figure} from "../figure.js";
import {grayImage} from "../image.js";
import {projection} from "../mapStatistics.js";
import {provenanceLabel} from "../provenance.js";
import {rangeControl, selectControl} from "../runControl.js";
import {setNames} from "../runs.js";
import {urlState} from "../urlState.js";
import {gridCsv, gridLatents, gridMaps} from "./gridFiles.js";
import {gridPicture} from "./gridPicture.js";
import {gridScene} from "./gridScene.js";
import {gridView} from "./gridView.js";
import {refineControl} from "./refineControl.js";
import {COMPARED} from "./rowMaps.js";
import type {Cell, Order} from "./rows.js";
import {sampleControl} from "./sampleControl.js";
import {surfaceQueue} from "./surfaceQueue.js";
import {LEVEL, type VolumesState} from "./volumesState.js";
import {volumesWork} from "./volumesWork.js";

/** F5: isosurfaces of true maps, of samples of the diffusion prior and of N(0, I), which turn together. */
export async function volumesFigure(state: VolumesState): Promise<{element: HTMLElement; dispose(): void}> {
  const {run, workers, level, rows, chosen} = state;
  const [{motion}, source] = await Promise.all([state.files(), run.source()]);
  let order: Order = urlState.text("order", "drawn", ["drawn", "state"]) === "state" ? "state" : "drawn";
  const view = gridView(motion, ({row: {letter}, index}) => chosen.set({letter, index}));
  const scene = gridScene(view.element, view.canvas);
  const every = (): Cell[] => rows.value.flatMap(({cells}) => cells);

  let steady = false; // once all are there, nothing but the reader moves the camera
  const surfaces = surfaceQueue(
    workers,
    () => level.value,
    (cell, surface) => {
      const place = view.place(cell);
      if (!place || !scene) return;
      scene.set(place, surface, cell.row.color);
      // The first row decides how near the camera stands: maps of N(0, I) may reach anywhere.
      const leader = rows.value.find(({trouble}) => !trouble);
      if (surface && cell.row === leader && !steady) scene.fit(surface);
    }
  );
  const draw = (cell: Cell) => {
    if (!cell.map) return;
    if (scene) return surfaces.want(cell);
    const {smooth, box} = cell.map;
    view.place(cell)?.replaceChildren(grayImage(projection(smooth, box), box));
  };
  const mark = () => {
    const {letter, index} = chosen.value;
    view.mark(every().find((cell) => cell.row.letter === letter && cell.index === index));
  };
  const lay = () => {
    view.lay(rows.value, order);
    scene?.moved();
    mark();
  };

  const work = await volumesWork(state, (cell) => {
    draw(cell);
    view.update(cell);
  });
  const refine = refineControl(work);
  const sample = sampleControl({
    async load(seed, context) {
      refine.halt();
      await work.load(seed, context);
      lay(); // the nearest states are known now, by which they may be ordered
      await surfaces.idle();
      steady = true;
      refine.begin();
      return every().length;
    }
  });
  const slider = rangeControl("Contour level", {
    ...LEVEL,
    value: level.value,
    step: 0.1,
    show: (value) => `${value.toFixed(1)} σ`,
    change: (value) => level.set(value)
  });
  const ordering = selectControl("Order", {
    value: order,
    options: [
      ["drawn", "as drawn"],
      ["state", "by nearest state"]
    ],
    change(value) {
      order = value;
      urlState.set({order: order === "drawn" ? undefined : order});
      lay();
    }
  });
  const reset = h("button", {type: "button", class: "quiet", onclick: () => scene?.reset()}, "First view");
  const controls = scene
    ? h("div", {class: "run"}, slider, motion && ordering, reset)
    : h("p", {class: "note-small"}, "This browser has no WebGL: the maps are shown as projections instead.");

  const labels = h("div", {});
  const ends = [
    rows.subscribe((now) => {
      lay();
      every().forEach(draw);
      const sources = now.flatMap((row) => (row.source ? [row.source] : []));
      const decoded = {kind: "live" as const, detail: "maps made and compared now"};
      labels.replaceChildren(provenanceLabel(source, ...sources, decoded));
    }),
    chosen.subscribe(mark),
    level.subscribe((value) => {
      slider.set(value);
      if (scene) surfaces.want(...every());
    }),
    onTheme(() => scene?.recolor())
  ];
  const first = sample.start().finally(() => state.ready.set(true));

  const below = motion
    ? ` Below each map are the state of the true map nearest to it and the correlation of the two over the voxels in which the states differ, at ${COMPARED} voxels a side as on page prior; a true map's own is 1.`
    : " There is no truth to compare with: the images are real.";
  const element = figure([sample.element, controls, view.element, refine.element, labels], {
    id: "F5",
    title: "Isosurfaces of true maps, of samples of the diffusion prior and of N(0, I)",
    set: run.name,
    sets: setNames,
    caption: `Isosurfaces of ${motion ? "the true maps of twenty states" : "the maps of twenty encodings"} (A), of twenty samples of the diffusion prior (B) and of twenty of N(0, I) (C), all at one scale, from one side, and at a contour level of as many standard deviations above each map's mean.${below}`,
    provenance: [],
    files: [
      {
        label: "PNG",
        name: "volumes.png",
        async make() {
          await surfaces.idle();
          return pngBlob(gridPicture(rows.value, order, motion, view.place, scene));
        }
      },
      {label: "CSV", name: "volumes.csv", make: () => gridCsv(rows.value, motion)},
      {label: "Latents, .npy", name: "latents.npy", make: () => gridLatents(rows.value)},
      {label: "Maps, .mrc in a .zip", name: "maps.zip", make: () => gridMaps(rows.value)}
    ],
    async prepare() {
      await first;
      refine.halt(); // finer ones can't be told from these at the size of a picture's cells
      await surfaces.idle();
    },
    trouble: () => rows.value.map(({trouble}) => trouble).find(Boolean) ?? ""
  });
  return {
    element,
    dispose() {
      for (const end of ends) end();
      refine.halt();
      surfaces.dispose();
      scene?.dispose();
    }
  };
}
