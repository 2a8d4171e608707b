/** The free energy F = -log p(z) of a draw of encodings, by the prior's probability-flow ODE, over their first two principal components. */
import {PATH_TOLERANCE} from "../../analysis/pathDensity.js";
import {quantile} from "../../analysis/quantiles.js";
import {random} from "../../compute/random.js";
import {readPrior} from "../../diffusion/priorFile.js";
import type {NamedBytes} from "../../jobs/files.js";
import {h, roomFor} from "../dom.js";
import {csvBlob, pngBlob, svgBlob} from "../download.js";
import {figure} from "../figure.js";
import {logDensities} from "../freeEnergies.js";
import {inPlane, type Latents, type PriorState} from "../priorState.js";
import {provenanceLabel} from "../provenance.js";
import {numberControl, runControl} from "../runControl.js";
import {urlState} from "../urlState.js";
import {vectorOf} from "../vectorForm.js";
import {energyPlane, type EnergyPlane} from "./energyPlane.js";

/** What is known of a draw so far: rows of the encodings that are shown, and F of each, nats in the latents' units. */
interface Draw {
  rows: Int32Array;
  energies: Float64Array;
}

const first = {energyN: 1000, energySeed: 1};

/** A button that computes free energies in background threads, and their map. A new Compute takes the prior that there is by then. */
export function freeEnergyFigure(state: PriorState): {element: HTMLElement; dispose(): void} {
  const {run, workers, chosen} = state;
  const settings = {
    energyN: Math.round(urlState.number("energyN", first.energyN, 10, 20_000)),
    energySeed: Math.round(urlState.number("energySeed", first.energySeed, 0, 2 ** 31 - 1))
  };
  const holder = h("div", {class: "scatter-stage"});
  const status = h("p", {class: "scatter-status", "aria-live": "polite"}, "\u00a0");
  const words = h("div", {class: "figure-numbers"});
  const labels = h("div", {});
  let plane: EnergyPlane | undefined;
  let shown: (Draw & {all: Latents; points: Float32Array; lowest: number}) | undefined;
  const closed = new AbortController();

  const field = (label: string, key: keyof typeof settings, [min, max, step]: [number, number, number]) =>
    numberControl(label, {
      value: settings[key],
      min,
      max,
      step,
      change(value) {
        settings[key] = value;
        urlState.set({[key]: value === first[key] ? undefined : value});
      }
    });

  function planeOf({axes, encodings}: Latents): EnergyPlane {
    const total = axes.variances.reduce((a, b) => a + b, 0);
    const percent = (k: number) => `${Math.round((100 * axes.variances[k]) / total)}%`;
    const width = roomFor(680);
    return energyPlane({
      width,
      height: Math.round(Math.max(340, 0.74 * width)),
      labels: [`PC 1 (${percent(0)} of the variance)`, `PC 2 (${percent(1)})`],
      all: inPlane(axes, encodings),
      onHover: (index) => say(index ?? indexOfChosen(), index === undefined ? "Chosen: " : ""),
      onPick(index) {
        if (shown) chosen.set({kind: "encodings", index: shown.rows[index]});
      }
    });
  }

  /** Shows what is known of a draw: `known` of its rows, in their order. */
  function show({rows, energies}: Draw, all: Latents) {
    const lowest = energies.reduce((a, b) => Math.min(a, b), Infinity);
    const points = inPlane(all.axes, latentsOf(all, rows));
    shown = {rows, energies, all, points, lowest};
    plane!.show({points, energies: energies.map((F) => F - lowest)});
    plane!.mark(indexOfChosen());
    say(indexOfChosen(), "Chosen: ");
    words.replaceChildren(...statistics(energies, lowest, all.d));
  }

  const indexOfChosen = () => {
    if (!shown || chosen.value.kind !== "encodings") return undefined;
    const index = shown.rows.indexOf(chosen.value.index);
    return index < 0 ? undefined : index;
  };
  function say(index: number | undefined, verb: string) {
    if (!shown || index === undefined) return void (status.textContent = "\u00a0");
    const {rows, energies, lowest} = shown;
    status.textContent = `${verb}encoding ${rows[index]}: F = ${signed(energies[index])} nats, ${(energies[index] - lowest).toFixed(2)} above the lowest`;
  }

  const control = runControl({
    label: "Compute",
    controls: [field("Encodings", "energyN", [10, 20_000, 10]), field("Seed", "energySeed", [0, 2 ** 31 - 1, 1])], // prettier-ignore
    async run({signal: cancelled, progress}) {
      const signal = AbortSignal.any([cancelled, closed.signal]);
      const prior = await priorOf(state);
      if (!prior) return "There is no prior yet: train one, or open a prior.safetensors with the run.";
      const all = await state.latents();
      signal.throwIfAborted();
      const {energyN, energySeed} = settings;
      const n = Math.min(energyN, all.encodings.length / all.d);
      const rows = random(energySeed, STREAM).shuffle(Int32Array.from({length: all.encodings.length / all.d}, (_, i) => i)).slice(0, n); // prettier-ignore
      if (!plane) holder.replaceChildren((plane = planeOf(all)).canvas);
      labels.replaceChildren(provenanceLabel(await run.source(), {kind: "live", detail: `log p by the probability-flow ODE with the exact divergence, tolerance ${PATH_TOLERANCE}; ${n.toLocaleString("en")} encodings, seed ${energySeed}; prior: ${prior.words}`})); // prettier-ignore
      const start = performance.now();
      const energies = new Float64Array(n).fill(NaN);
      let drawn = -Infinity;
      progress(0, n);
      const question = {prior: prior.file, z: Float64Array.from(latentsOf(all, rows)), d: all.d, tolerance: PATH_TOLERANCE}; // prettier-ignore
      await logDensities(workers, question, {
        affinity: `${run.name}, free energies`,
        signal,
        onPart({first, logDensity}, done) {
          logDensity.forEach((l, i) => (energies[first + i] = -l));
          progress(done, n);
          if (done < n && performance.now() - drawn < REDRAW) return;
          drawn = performance.now();
          const known = Array.from(energies.keys()).filter((i) => !Number.isNaN(energies[i]));
          show({rows: Int32Array.from(known, (i) => rows[i]), energies: Float64Array.from(known, (i) => energies[i])}, all); // prettier-ignore
        }
      });
      const few = n < energyN ? " (all that are shown above)" : "";
      return `${n.toLocaleString("en")} encodings${few} in ${((performance.now() - start) / 1000).toFixed(1)} s.`;
    }
  });
  const stop = chosen.subscribe(() => {
    plane?.mark(indexOfChosen());
    say(indexOfChosen(), "Chosen: ");
  });
  const drawnOr = <T>(make: (canvas: HTMLCanvasElement) => T): T => {
    if (!plane || !shown) throw new Error("no free energy is known yet: press Compute");
    return make(plane.canvas);
  };
  const element = figure([control, holder, status, words, labels], {
    caption:
      "Each point is an encoding, coloured by its free energy; behind them, hexagons have the colour of the lowest in each. What is in one place here may be far apart in the other dimensions.",
    provenance: [],
    files: [
      {label: "PNG", name: "free-energy.png", make: () => drawnOr((canvas) => pngBlob(canvas))},
      {label: "SVG", name: "free-energy.svg", make: () => drawnOr((canvas) => svgBlob(vectorOf(canvas)!))},
      {label: "CSV", name: "free-energy.csv", make: () => drawnOr(table)}
    ]
  });
  element.classList.add("free-energy");

  function table(): Blob {
    const {rows, energies, points, lowest, all} = shown!;
    const columns = ["encoding", "F, nats", "F above the lowest, nats", "PC1", "PC2", ...Array.from({length: all.d}, (_, c) => `z${c}`)]; // prettier-ignore
    const z = latentsOf(all, rows);
    return csvBlob(columns, Array.from(rows, (row, i) => [row, energies[i], energies[i] - lowest, points[2 * i], points[2 * i + 1], ...z.subarray(i * all.d, (i + 1) * all.d)])); // prettier-ignore
  }

  void priorOf(state).then((prior) => {
    if (!prior && !shown) status.textContent = "There is no prior yet, and so no free energy: train one, or open a prior.safetensors with the run."; // prettier-ignore
  }, () => {}); // prettier-ignore
  return {
    element,
    dispose() {
      stop();
      plane?.dispose();
      closed.abort();
    }
  };
}

/** Parts the seed of these draws from its other uses. */
const STREAM = 0x4645;

/** Milliseconds between two pictures while energies come. */
const REDRAW = 300;

/** The prior that there is now, and how it was trained, in words; undefined where there is none. @throws what reading one that should be there says */
async function priorOf({run}: PriorState): Promise<{file: NamedBytes; words: string} | undefined> {
  const {has} = await run.about();
  const file = await run.prior().catch((error: unknown) => {
    if (has.includes("prior.safetensors")) throw error;
    return undefined;
  });
  if (!file) return undefined;
  const {preset, training} = readPrior(file.bytes, file.name).metadata as {preset?: string; training?: {seed?: number; steps?: number}}; // prettier-ignore
  const words = [
    file.name,
    preset !== undefined && `preset ${preset}`,
    training?.steps !== undefined && `${training.steps.toLocaleString("en")} steps`,
    training?.seed !== undefined && `seed ${training.seed}`
  ];
  return {file, words: words.filter(Boolean).join(", ")};
}

/** The latents of these rows of the encodings that are shown [rows, d]. */
function latentsOf({encodings, d}: Latents, rows: Int32Array): Float32Array {
  const out = new Float32Array(rows.length * d);
  rows.forEach((row, i) => out.set(encodings.subarray(row * d, (row + 1) * d), i * d));
  return out;
}

/** How free energies are spread, and what they are. */
function statistics(energies: Float64Array, lowest: number, d: number): HTMLElement[] {
  const above = energies.map((F) => F - lowest).sort();
  const at = (q: number) => quantile(above, q).toFixed(1);
  return [
    h("p", {}, `Of ${energies.length.toLocaleString("en")} encodings the lowest F is ${signed(lowest)} nats. The median is ${at(0.5)} above it, the middle 90% are between ${at(0.05)} and ${at(0.95)}, the highest is ${at(1)} above. A single normal law of ${d} dimensions would spread F by a deviation of ${Math.sqrt(d / 2).toFixed(1)} nats, whatever its width.`), // prettier-ignore
    h("p", {}, "F is that of a density, so it depends on the coordinates: stretch the latents, and differences of F change. They are energies in units of kT only if equal volumes of latents stand for equal volumes of states, which an autoencoder does not promise.") // prettier-ignore
  ];
}

const signed = (v: number): string => v.toFixed(2).replace("-", "−");
