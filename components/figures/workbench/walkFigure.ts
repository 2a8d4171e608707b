import type {WalkKind} from "../../samplers/ornsteinUhlenbeck.js";
import type {WalkPart} from "../../jobs/latentWalk.js";
import {h, roomFor} from "../dom.js";
import {csvBlob} from "../download.js";
import {figure} from "../figure.js";
import {latentsNpy, latentsPkl, latentsText} from "../latentFiles.js";
import {inPlane, type PriorState} from "../priorState.js";
import {provenanceLabel} from "../provenance.js";
import {numberControl, rangeControl, runControl, selectControl} from "../runControl.js";
import {scatter} from "../scatter.js";
import type {Look} from "./look/state.js";

/** Encodings that the walk is compared with, at most. */
const MOST = 5000;

/** A quantile of the distance to the encodings, among their own, above which a place is off the data. */
const OFF = 0.99;

/** A walk of the prior from the latent that is shown, over the encodings; each of its places can be seen as a map. */
export async function walkFigure(
  state: PriorState,
  look: Look
): Promise<{element: HTMLElement; dispose(): void}> {
  const {run, workers} = state;
  const all = await state.latents();
  const {d, axes} = all;
  const latents = all.heldOut.z.slice(0, MOST * d);
  const settings = {
    dt: 0.1,
    kind: "exact" as WalkKind,
    seed: 1,
    steps: 200,
    from: "shown" as "shown" | "anywhere"
  };
  const width = roomFor(680);
  const plot = scatter({
    width,
    height: Math.round(Math.max(300, 0.6 * width)),
    description: "A walk over the encodings in their first two principal components",
    xLabel: "PC 1",
    yLabel: "PC 2",
    sets: [
      {name: "Encodings", color: "--series-encodings", points: inPlane(axes, latents)},
      {name: "The walk", color: "--series-prior", points: new Float32Array(0), size: 1.8}
    ],
    onPick: (set, index) => set === 1 && show(index)
  });
  let z = new Float64Array(0);
  let quantile: number[] = [];
  const label = h("div", {});
  const warning = h("p", {class: "note-small", role: "status"});
  const slider = rangeControl("Step", {
    value: 0,
    min: 0,
    max: settings.steps,
    show: (step) => String(step),
    change: show
  });

  function show(step: number) {
    const place = z.slice(step * d, (step + 1) * d);
    if (place.length < d) return;
    slider.set(step);
    plot.mark({set: 1, index: step});
    look.row.set(undefined);
    const off = quantile[step] > OFF ? ", off the data" : "";
    look.point.set({z: place, what: `Step ${step} of the walk${off}`, color: "--series-prior"});
  }
  function take(part: WalkPart) {
    const grown = new Float64Array(z.length + part.z.length);
    grown.set(z);
    grown.set(part.z, z.length);
    z = grown;
    quantile = [...quantile, ...part.quantile];
    const points = inPlane(axes, z);
    plot.update(1, points);
    plot.trace(points);
  }
  const control = runControl({
    label: "Walk",
    controls: [
      selectControl("From", {value: settings.from, options: [["shown", "the latent shown above"], ["anywhere", "a draw of the prior"]], change: (from: typeof settings.from) => (settings.from = from)}), // prettier-ignore
      numberControl("Time step", {value: settings.dt, min: 0.01, max: 3.9, step: 0.01, change: (dt) => (settings.dt = dt)}), // prettier-ignore
      numberControl("Steps", {value: settings.steps, min: 20, max: 2000, change: (steps) => (settings.steps = steps)}), // prettier-ignore
      selectControl("Step by", {value: settings.kind, options: [["exact", "the exact law"], ["euler", "Euler, as in the talk"]], change: (kind: WalkKind) => (settings.kind = kind)}), // prettier-ignore
      numberControl("Seed", {value: settings.seed, min: 0, max: 2 ** 31 - 1, change: (seed) => (settings.seed = seed)}) // prettier-ignore
    ],
    async run({signal, progress}) {
      const {dt, kind, seed, steps, from} = settings;
      const prior = await run.prior();
      const start = from === "shown" ? look.point.value : undefined;
      z = new Float64Array(0);
      quantile = [];
      slider.querySelector("input")!.max = String(steps);
      await workers.run(
        "latentWalk",
        {prior, dt, kind, seed, steps, latents, d, start: start && Array.from(start.z)},
        {affinity: `${run.name}, paths`, signal, onProgress: progress, onPartial: take}
      );
      const off = quantile.filter((q) => q > OFF).length;
      warning.textContent = `${off} of ${quantile.length} places lie farther from the encodings than 99% of these from each other${off > 0.05 * quantile.length ? ": the walk leaves the data there, and so do its maps" : ""}.`; // prettier-ignore
      label.replaceChildren(provenanceLabel({kind: "live", detail: `${start ? `from ${start.what}` : "from a draw"}, dt ${dt}, ${kind}, seed ${seed}, ${prior.name}`})); // prettier-ignore
      return `${quantile.length} places. Move the slider to see their maps above.`;
    }
  });
  const walked = () => {
    if (z.length === 0) throw new Error("there is no walk yet");
    return z;
  };
  const columns = ["step", "distance quantile", ...Array.from({length: d}, (_, k) => `z${k}`)];
  return {
    element: figure([control, plot.element, slider, warning, label], {
      provenance: [],
      files: [
        {label: "PNG", name: "walk.png", make: () => plot.png()},
        {label: "SVG", name: "walk.svg", make: () => plot.svg()},
        {label: "z .npy", name: "walk.npy", make: () => latentsNpy(walked(), d)},
        {label: "z .pkl", name: "walk.pkl", make: () => latentsPkl(walked(), d)},
        {label: "z_values.txt", name: "z_values.txt", make: () => latentsText(walked(), d)},
        {label: "CSV", name: "walk.csv", make: () => csvBlob(columns, Array.from(quantile, (q, i) => [i, q, ...walked().subarray(i * d, (i + 1) * d)]))} // prettier-ignore
      ]
    }),
    dispose: plot.dispose
  };
}
