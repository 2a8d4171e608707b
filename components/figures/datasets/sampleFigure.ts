import {MOST_IMAGES} from "../../jobs/sampleZip.js";
import {bytesBlob, save} from "../download.js";
import {figure} from "../figure.js";
import {numberControl, runControl} from "../runControl.js";
import type {DatasetsState} from "./datasetsState.js";

/** Makes a zip of the first images of the selection, in the files that cryoDRGN and RELION read. */
export function sampleFigure(state: DatasetsState): HTMLElement {
  let n = 100;
  let valid = true;
  const control = runControl({
    label: "Make the zip",
    controls: [
      numberControl("Images, at most", {
        value: n,
        min: 1,
        max: MOST_IMAGES,
        change(value) {
          n = value;
          valid = true;
        },
        refuse: () => (valid = false)
      })
    ],
    async run({signal, progress}) {
      const {open, selection} = {open: state.open.value, selection: state.selection.value};
      if (open instanceof Error) throw open;
      if (!open || !selection) throw new Error("the set is not there yet");
      if (!valid)
        throw new Error(`the number of images must be from 1 to ${MOST_IMAGES.toLocaleString("en")}`);
      const {named: recipe, sigma, name} = open.small;
      const {columns, rows} = selection;
      if (rows.length === 0) throw new Error("no image passes the filters");
      const images = Int32Array.from(rows.subarray(0, n), (row) => columns.image[row]);
      const start = performance.now();
      const zip = await state.workers.run(
        "sampleZip",
        {recipe, sigma, images},
        {affinity: recipe.name, signal, onProgress: progress}
      );
      save(bytesBlob(zip), `${name}-sample.zip`);
      return `${images.length.toLocaleString("en")} images in ${((performance.now() - start) / 1000).toFixed(1)} s, ${(zip.length / 1e6).toFixed(1)} MB.`;
    }
  });
  return figure([control], {
    caption:
      "The first images of the selection, in the table's order, simulated in the background and zipped: particles.mrcs, particles.star, pose.pkl, ctf.pkl, state.npy, image.npy, recipe.json, simulation.json and a README.txt.",
    provenance: [{kind: "live", detail: "the images that npm run simulate makes, by the same code"}]
  });
}
