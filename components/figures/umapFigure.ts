import type {Kind} from "../jobs/evaluatePrior.js";
import {csvBlob} from "./download.js";
import {h, roomFor} from "./dom.js";
import {figure} from "./figure.js";
import {kindColor, kindName, kinds, type PriorState} from "./priorState.js";
import {provenanceLabel} from "./provenance.js";
import {setNames} from "./runs.js";
import {scatter, type Scatter} from "./scatter.js";
import {umapRun} from "./umapRun.js";

/** F4 once more: the three sets laid out together by UMAP, in a background thread, on demand. */
export function umapFigure({run: shipped, latents, live, chosen, workers}: PriorState): HTMLElement {
  const holder = h("div", {});
  const label = h(
    "div",
    {},
    provenanceLabel({kind: "live", detail: "laid out in this browser when asked for"})
  );
  let plot: Scatter | undefined;
  let laid: Kind[] = []; // kinds that there are points of: a reader's run may have no prior yet
  let shown: {n: number; picture: Float32Array} | undefined;

  const part = (picture: Float32Array, n: number, k: number) => picture.subarray(2 * n * k, 2 * n * (k + 1));
  /** Draws a picture; with `anew`, on axes that fit it. */
  function show(picture: Float32Array, n: number, anew: boolean) {
    if (plot && !anew) return laid.forEach((_, k) => plot!.update(k, part(picture, n, k)));
    plot?.dispose();
    const width = roomFor(680);
    plot = scatter({
      width,
      height: Math.round(Math.max(320, 0.7 * width)),
      description: `Latents laid out by UMAP: ${laid.map((kind) => kindName[kind]).join(", ")}`,
      xLabel: "UMAP 1",
      yLabel: "UMAP 2",
      sets: laid.map((kind, k) => ({
        name: kindName[kind],
        color: kindColor[kind],
        points: part(picture, n, k)
      })),
      onPick: (set, index) => chosen.set({kind: laid[set], index})
    });
    holder.replaceChildren(plot.element);
  }

  const run = umapRun({
    workers,
    label: "Points of each set",
    usual: 1000,
    async points(wanted) {
      const all = await latents();
      const {d} = all;
      const prior = live.value ? Float32Array.from(live.value.z) : all.prior;
      const sets: Record<Kind, Float32Array> = {encodings: all.encodings, prior, gaussian: all.gaussian};
      laid = kinds.filter((kind) => sets[kind].length > 0);
      const n = Math.min(wanted, ...laid.map((kind) => sets[kind].length / d));
      const x = new Float32Array(laid.length * n * d);
      laid.forEach((kind, k) => x.set(sets[kind].subarray(0, n * d), k * n * d));
      const from = laid.includes("prior") ? `, prior samples: ${live.value?.name ?? "those that ship"}` : "";
      return {x, d, what: `${n} points of each set${from}`};
    },
    show: (picture, anew) => show(picture, picture.length / 2 / laid.length, anew),
    done(picture, detail) {
      shown = {n: picture.length / 2 / laid.length, picture};
      label.replaceChildren(provenanceLabel({kind: "live", detail}));
    }
  });
  return figure([run, holder, label], {
    id: "F4-umap",
    title: "The same laid out by UMAP, in all dimensions",
    set: shipped.name,
    sets: setNames,
    caption:
      "As many encodings, samples of the prior and samples of N(0, I) laid out together by UMAP, which keeps neighbours together: a cloud of its own is a set of points that have no neighbours among the others.",
    prepare: () => run.start(),
    trouble: () => (plot ? "" : "nothing is laid out yet"),
    provenance: [],
    files: [
      {
        label: "SVG",
        name: "latents-umap.svg",
        make: () => plot?.svg() ?? Promise.reject(new Error("nothing is laid out yet"))
      },
      {
        label: "PNG",
        name: "latents-umap.png",
        make: () => plot?.png() ?? Promise.reject(new Error("nothing is laid out yet"))
      },
      {
        label: "CSV",
        name: "latents-umap.csv",
        make: () => csvBlob(["set", "index", "UMAP1", "UMAP2"], rows())
      }
    ]
  });

  function* rows(): Generator<(string | number)[]> {
    if (!shown) throw new Error("nothing is laid out yet");
    const {n, picture} = shown;
    for (const [k, kind] of laid.entries())
      for (let i = 0, at = 2 * n * k; i < n; ++i, at += 2)
        yield [kindName[kind], i, picture[at], picture[at + 1]];
  }
}
