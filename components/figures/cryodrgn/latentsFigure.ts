/** F2-latents: encodings in their first two principal components, coloured by state, and the particle among them. */
import {effect} from "@preact/signals-core";
import {writeNpy} from "../../formats/npy.js";
import {h, roomFor} from "../dom.js";
import {bytesBlob, csvBlob} from "../download.js";
import {figure} from "../figure.js";
import {inPlane} from "../priorState.js";
import {setNames} from "../runs.js";
import {scatter} from "../scatter.js";
import {cloudOf, keyOf} from "./cloud.js";
import type {CryodrgnState} from "./state.js";

export async function latentsFigure(state: CryodrgnState): Promise<{element: HTMLElement; dispose(): void}> {
  const {run, particle, row} = state;
  const data = await state.latents();
  const {d, n, z, plane, axes, states, motion, source} = data;
  const total = axes.variances.reduce((a, b) => a + b, 0);
  const percent = (k: number) => `${Math.round((100 * axes.variances[k]) / total)}%`;
  const cloud = cloudOf(data, plane);
  const particleSet = cloud.rows.length;
  const width = roomFor(680);
  const plot = scatter({
    width,
    height: Math.round(Math.max(320, 0.7 * width)),
    description: `Encodings in their first two principal components${motion ? ", coloured by their true state" : ""}; a ring marks what is decoded`, // prettier-ignore
    xLabel: `PC 1 (${percent(0)} of the variance)`,
    yLabel: `PC 2 (${percent(1)})`,
    sets: cloud.sets,
    onPick: (set, index) => (row.value = cloud.rows[set]?.[index])
  });
  const stop = effect(() => {
    const found = particle.value;
    plot.update(particleSet, found ? inPlane(axes, found.mu) : new Float32Array(0));
    plot.mark(row.value === undefined && !found ? undefined : cloud.place(row.value));
  });
  const particleButton = h("button", {type: "button", class: "quiet", onclick: () => (row.value = undefined)}, "Decode the particle again"); // prettier-ignore
  const stopButton = effect(() => {
    particleButton.hidden = row.value === undefined || !particle.value;
  });
  const names = Array.from({length: d}, (_, k) => `z${k}`);
  return {
    element: figure([plot.element, keyOf(motion), particleButton], {
      id: "F2-latents",
      title: "The latent space in its first two principal components",
      set: run.name,
      sets: setNames,
      caption: `${n.toLocaleString("en")} encodings (posterior means), of images that the prior's training held out; the VAE has seen them. ${motion ? "Colour is the true state, which the VAE was never told." : "The images are real: there is no true state to colour by."}`, // prettier-ignore
      provenance: [source],
      files: [
        {label: "PNG", name: "encodings.png", make: () => plot.png()},
        {label: "SVG", name: "encodings.svg", make: () => plot.svg()},
        {
          label: "CSV",
          name: "encodings.csv",
          make: () =>
            csvBlob(
              ["index", "state", "PC1", "PC2", ...names],
              Array.from({length: n}, (_, i) => [i, states?.[i] ?? "", plane[2 * i], plane[2 * i + 1], ...z.subarray(i * d, (i + 1) * d)]) // prettier-ignore
            )
        },
        {label: ".npy", name: "encodings.npy", make: () => bytesBlob(writeNpy({shape: [n, d], data: z}))}
      ]
    }),
    dispose() {
      stop();
      stopButton();
      plot.dispose();
    }
  };
}
