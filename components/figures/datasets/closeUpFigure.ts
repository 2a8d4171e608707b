import {describeState, stateCount} from "../../cryoem/motion.js";
import {drawImage} from "../../cryoem/image.js";
import {writeMrc} from "../../formats/mrc.js";
import type {ParticleViews, View} from "../../jobs/particleViews.js";
import {h} from "../dom.js";
import {bytesBlob} from "../download.js";
import {figure} from "../figure.js";
import {grayImage} from "../image.js";
import {mapViewer} from "../mapViewer.js";
import {CLICK} from "../worker.js";
import type {DatasetsState, OpenSet} from "./datasetsState.js";
import {RESOLUTION} from "./tileImages.js";

/** Å; what the map of the state is drawn at. */
const MAP_RESOLUTION = 12;

const captions: Record<View, string> = {
  particle: "image X",
  lowPass: `low-pass filtered, ${RESOLUTION} Å`,
  clean: "without the noise",
  projection: "projection P V",
  ctf: "CTF, up to Nyquist"
};

/** One image, large: in all its views, with the map of its state as it stood when the image was taken, and its numbers. */
export function closeUpFigure(state: DatasetsState): {element: HTMLElement; dispose(): void} {
  const {workers, chosen, open, selection} = state;
  const images = h("div", {class: "views"});
  const viewer = mapViewer({
    height: 300,
    level: 3,
    front: true,
    description: "The map of the image's state, turned to the image's pose"
  });
  const numbers = h("dl", {class: "truth"});
  const status = h("span", {role: "status"}, "");
  let shown: {views: ParticleViews; pixelSize: number} | undefined;
  let before = new AbortController();
  let drawn = "";

  async function draw() {
    const now = open.value;
    if (now instanceof Error) {
      status.textContent = now.message;
      element.dataset.state = "failed";
    }
    if (!now || now instanceof Error) return;
    const {small, table} = now;
    const image = chosen.value;
    if (image >= table.image.length) {
      if (!now.whole) return; // it may be among those to come
      status.textContent = `There is no image ${image} in ${small.name}.`;
      element.dataset.state = "failed";
      return;
    }
    const key = `${small.name} ${image}`;
    if (key === drawn) return;
    drawn = key;
    before.abort();
    const {signal} = (before = new AbortController());
    numbers.replaceChildren(...truth(now, image));
    element.dataset.state = "busy";
    try {
      const {named: recipe, sigma} = small;
      const R = drawImage(small.recipe, table.state[image], image).rotation;
      const options = {priority: CLICK, affinity: recipe.name, signal};
      // Rows of an image run downwards, and it is seen along its own z: half a turn about x makes that the viewer's y and z.
      const rotation = Float64Array.from(R, (r, i) => (i < 3 ? r : -r));
      const posed = workers.run(
        "structureMap",
        {recipe, state: table.state[image], resolution: MAP_RESOLUTION, rotation},
        {...options, affinity: `${recipe.name}, map`}
      );
      posed.catch(() => undefined); // heard below, unless the views fail first
      await workers.run(
        "particleViews",
        {recipe, sigma, images: [image], views: ["particle", "lowPass", "clean", "projection", "ctf"], resolution: RESOLUTION}, // prettier-ignore
        {
          ...options,
          onPartial(views) {
            if (signal.aborted) return;
            shown = {views, pixelSize: small.recipe.pixelSize};
            images.replaceChildren(...panels(views));
          }
        }
      );
      const map = await posed;
      viewer.show([
        {
          label: `Map of state ${table.state[image]} at ${MAP_RESOLUTION} Å, seen as the image sees it`,
          map: map.map,
          D: map.box,
          voxelSize: map.voxelSize,
          color: "--map-true"
        }
      ]);
      viewer.reset();
      status.textContent = "";
      element.dataset.state = "done";
    } catch (error) {
      if (signal.aborted) return;
      status.textContent = `The image can't be made: ${(error as Error).message}`;
      element.dataset.state = "failed";
      drawn = "";
    }
  }

  const step = (by: number) => {
    const now = selection.value;
    if (!now?.rows.length) return;
    const {columns, rows} = now;
    const at = rows.findIndex((row) => columns.image[row] === chosen.value);
    const next = at < 0 ? 0 : (at + by + rows.length) % rows.length;
    chosen.set(columns.image[rows[next]]);
  };
  const button = (label: string, by: number) => {
    const made = h("button", {type: "button", class: "quiet"}, label);
    made.addEventListener("click", () => step(by));
    return made;
  };
  const need = () => {
    if (!shown) throw new Error("nothing is shown yet");
    return shown;
  };
  const element = figure(
    [
      h("div", {class: "run"}, button("‹ Image before", -1), button("Next image ›", 1), status),
      h("div", {class: "side-by-side"}, h("div", {}, images, numbers), viewer.element)
    ],
    {
      caption:
        "The map is that of the state, in the pose of the image: seen along the beam, it has the outline of the projection (the image's shift left aside). Turn it to see what the projection does not tell; Home brings the pose back. Protein is dark in the image, for the microscope is out of focus. Before and next go through the selection in the table's order.",
      provenance: [
        {kind: "live", detail: "simulated now: the image of that number, at the whole set's noise level"}
      ],
      files: [
        {
          label: "Image, .mrc",
          name: "particle.mrc",
          make() {
            const {views, pixelSize} = need();
            const {D} = views;
            return bytesBlob(
              writeMrc({nx: D, ny: D, nz: 1, pixelSize, data: views.views.particle!, isStack: true})
            );
          }
        },
        {label: "Map, PNG", name: "pose.png", make: () => viewer.png()}
      ]
    }
  );
  element.classList.add("close-up");
  element.dataset.state = "busy";
  open.subscribe(() => void draw());
  chosen.subscribe(() => void draw());
  return {
    element,
    dispose() {
      before.abort();
      viewer.dispose();
    }
  };
}

function panels({D, views}: ParticleViews): HTMLElement[] {
  return (Object.entries(views) as [View, Float32Array][]).map(([view, pixels], i) => {
    const options = {size: i ? 160 : 320, label: captions[view]};
    const range: [number, number] = [-1, 1];
    const image = grayImage(pixels, D, view === "ctf" ? {...options, range} : options);
    return h("figure", {class: i ? "" : "main"}, image, h("figcaption", {}, captions[view]));
  });
}

/** What is true of an image, in words and numbers. */
function truth({small, table}: OpenSet, i: number): HTMLElement[] {
  const {recipe, sigma} = small;
  const number = (v: number, digits: number) => v.toFixed(digits).replace("-", "−");
  const µm = (v: number) => number(v / 1e4, 3);
  const rows: [string, string][] = [
    ["Image", `${i} of ${recipe.name}; ${String(i + 1).padStart(6, "0")}@particles.mrcs in RELION's count`],
    [
      "State",
      `${table.state[i]} of 0–${stateCount(recipe.motion) - 1}, ${describeState(recipe.motion, table.state[i]).replace(/-(?=\d)/, "−")}`
    ],
    ["rot, tilt, psi", [table.rot, table.tilt, table.psi].map((a) => `${number(a[i], 1)}°`).join(", ")],
    ["Shift x, y", [table.shiftX, table.shiftY].map((a) => `${number(a[i], 1)} Å`).join(", ")],
    ["Defocus U, V", `${µm(table.defocusU[i])}, ${µm(table.defocusV[i])} µm`],
    ["Noise", `standard deviation ${number(sigma, 1)}, SNR ${recipe.snr} over the whole set`]
  ];
  return rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]);
}
