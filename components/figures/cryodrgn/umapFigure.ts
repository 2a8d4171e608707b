/** F2-umap: the same encodings laid out by UMAP, with the particle among them, in a background thread, on demand. */
import {effect} from "@preact/signals-core";
import {h, roomFor} from "../dom.js";
import {csvBlob} from "../download.js";
import {figure} from "../figure.js";
import {provenanceLabel} from "../provenance.js";
import {setNames} from "../runs.js";
import {scatter, type Scatter} from "../scatter.js";
import {umapRun} from "../umapRun.js";
import {cloudOf, keyOf, type Cloud} from "./cloud.js";
import type {CryodrgnState} from "./state.js";

export async function umapFigure(state: CryodrgnState): Promise<{element: HTMLElement; dispose(): void}> {
  const {run, workers, particle, row} = state;
  const data = await state.latents();
  const {d, n, z, states, motion, source} = data;
  const holder = h("div", {});
  const label = h("div", {}, provenanceLabel({kind: "live", detail: "laid out in this browser when asked for"})); // prettier-ignore
  let plot: Scatter | undefined;
  let cloud: Cloud | undefined;
  let shown: {m: number; picture: Float32Array} | undefined;
  let embedded: Float32Array | undefined; // the particle that is in the picture

  function show(picture: Float32Array, m: number, anew: boolean) {
    cloud = cloudOf(data, picture.subarray(0, 2 * m), picture.subarray(2 * m));
    if (plot && !anew) return cloud.sets.forEach(({points}, k) => plot!.update(k, points));
    plot?.dispose();
    const width = roomFor(680);
    plot = scatter({
      width,
      height: Math.round(Math.max(320, 0.7 * width)),
      description: `Encodings laid out by UMAP${motion ? ", coloured by their true state" : ""}`,
      xLabel: "UMAP 1",
      yLabel: "UMAP 2",
      sets: cloud.sets,
      onPick: (set, index) => (row.value = cloud!.rows[set]?.[index])
    });
    holder.replaceChildren(plot.element);
    mark();
  }
  /** The particle's ring is true only while it is the one that was laid out. */
  function mark() {
    const there = row.value !== undefined || (embedded !== undefined && particle.value?.mu === embedded);
    plot?.mark(there ? cloud!.place(row.value) : undefined);
  }
  const stop = effect(() => {
    void [row.value, particle.value];
    mark();
  });

  const runner = umapRun({
    workers,
    label: "Encodings",
    usual: 2000,
    points(wanted) {
      const m = Math.min(wanted, n);
      embedded = particle.value?.mu;
      const x = new Float32Array((m + (embedded ? 1 : 0)) * d);
      x.set(z.subarray(0, m * d));
      if (embedded) x.set(embedded, m * d);
      return {x, d, what: `${m.toLocaleString("en")} encodings${embedded ? " and the particle" : ""}`};
    },
    show: (picture, anew) => show(picture, rowsOf(picture), anew),
    done(picture, detail) {
      shown = {m: rowsOf(picture), picture};
      label.replaceChildren(provenanceLabel({kind: "live", detail}, source));
    }
  });
  /** Encodings in a picture, whose last point may be the particle. */
  const rowsOf = (picture: Float32Array) => picture.length / 2 - (embedded ? 1 : 0);
  const need = <T>(what: T | undefined): T => {
    if (what === undefined) throw new Error("nothing is laid out yet");
    return what;
  };
  return {
    element: figure([runner, holder, keyOf(motion), label], {
      id: "F2-umap",
      title: "The latent space laid out by UMAP",
      set: run.name,
      sets: setNames,
      prepare: () => runner.start(),
      trouble: () => (shown ? "" : "nothing is laid out yet"),
      provenance: [],
      caption: "UMAP draws all dimensions at once: near points stay near, and distances between what is far apart mean little.", // prettier-ignore
      files: [
        {label: "SVG", name: "encodings-umap.svg", make: () => need(plot).svg()},
        {label: "PNG", name: "encodings-umap.png", make: () => need(plot).png()},
        {
          label: "CSV",
          name: "encodings-umap.csv",
          make() {
            const {m, picture} = need(shown);
            return csvBlob(
              ["index", "state", "UMAP1", "UMAP2"],
              Array.from({length: m}, (_, i) => [i, states?.[i] ?? "", picture[2 * i], picture[2 * i + 1]])
            );
          }
        }
      ]
    }),
    dispose() {
      stop();
      plot?.dispose();
    }
  };
}
