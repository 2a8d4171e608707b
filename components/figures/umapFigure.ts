import type {Kind} from "../jobs/evaluatePrior.js";
import {csvBlob} from "./download.js";
import {h, roomFor} from "./dom.js";
import {figure} from "./figure.js";
import {kindColor, kindName, kinds, type PriorState} from "./priorState.js";
import {provenanceLabel} from "./provenance.js";
import {numberControl, runControl} from "./runControl.js";
import {scatter, type Scatter} from "./scatter.js";
import {urlState} from "./urlState.js";

/** UMAP's own defaults, which the figure keeps. */
const [NEIGHBOURS, MIN_DISTANCE] = [15, 0.1];

/** F4 once more: the three sets laid out together by UMAP, in a background thread, on demand. */
export function umapFigure({latents, live, chosen, workers}: PriorState): HTMLElement {
  const settings = {
    umapN: urlState.number("umapN", 1500, 100, 5000),
    umapSeed: urlState.number("umapSeed", 1, 0, 2 ** 31 - 1)
  };
  const control = (
    label: string,
    key: keyof typeof settings,
    range: {min: number; max: number; step?: number}
  ) =>
    numberControl(label, {
      value: settings[key],
      ...range,
      change(value) {
        settings[key] = value;
        urlState.set({[key]: value});
      }
    });
  const holder = h("div", {});
  const label = h(
    "div",
    {},
    provenanceLabel({kind: "live", detail: "laid out in this browser when asked for"})
  );
  let plot: Scatter | undefined;
  let shown: {n: number; picture: Float32Array} | undefined;

  const part = (picture: Float32Array, n: number, k: number) => picture.subarray(2 * n * k, 2 * n * (k + 1));
  /** Draws a picture; with `anew`, on axes that fit it. */
  function show(picture: Float32Array, n: number, anew: boolean) {
    if (plot && !anew) return kinds.forEach((_, k) => plot!.update(k, part(picture, n, k)));
    plot?.dispose();
    const width = roomFor(680);
    plot = scatter({
      width,
      height: Math.round(Math.max(320, 0.7 * width)),
      description: `Latents laid out by UMAP: ${kinds.map((kind) => kindName[kind]).join(", ")}`,
      xLabel: "UMAP 1",
      yLabel: "UMAP 2",
      sets: kinds.map((kind, k) => ({
        name: kindName[kind],
        color: kindColor[kind],
        points: part(picture, n, k)
      })),
      onPick: (set, index) => chosen.set({kind: kinds[set], index})
    });
    holder.replaceChildren(plot.element);
  }

  const run = runControl({
    label: "Lay out",
    controls: [
      control("Points of each set", "umapN", {min: 100, max: 5000, step: 100}),
      control("Seed", "umapSeed", {min: 0, max: 2 ** 31 - 1})
    ],
    async run({signal, progress}) {
      const all = await latents();
      const {d} = all;
      const prior = live.value ? Float32Array.from(live.value.z) : all.prior;
      const sets: Record<Kind, Float32Array> = {encodings: all.encodings, prior, gaussian: all.gaussian};
      const n = Math.min(settings.umapN, ...kinds.map((kind) => sets[kind].length / d));
      const {umapSeed: seed} = settings;
      const from = live.value?.name ?? "those that ship";
      const x = new Float32Array(3 * n * d);
      kinds.forEach((kind, k) => x.set(sets[kind].subarray(0, n * d), k * n * d));
      const start = performance.now();
      let first = true;
      const picture = await workers.run(
        "embed",
        {x, d, neighbours: NEIGHBOURS, minDistance: MIN_DISTANCE, seed},
        {
          signal,
          onProgress: progress,
          onPartial(on) {
            show(on, n, first);
            first = false;
          }
        }
      );
      show(picture, n, true);
      shown = {n, picture};
      label.replaceChildren(
        provenanceLabel({
          kind: "live",
          detail: `UMAP (umap-js), ${NEIGHBOURS} neighbours, minimum distance ${MIN_DISTANCE}, seed ${seed}, ${n} points of each set, prior samples: ${from}`
        })
      );
      return `${(3 * n).toLocaleString("en")} points in ${((performance.now() - start) / 1000).toFixed(1)} s.`;
    }
  });
  return figure([run, holder, label], {
    provenance: [],
    files: [
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
    for (const [k, kind] of kinds.entries())
      for (let i = 0, at = 2 * n * k; i < n; ++i, at += 2)
        yield [kindName[kind], i, picture[at], picture[at + 1]];
  }
}
