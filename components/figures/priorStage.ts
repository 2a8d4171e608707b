import type {FlowSamples} from "../jobs/flowSamples.js";
import {h} from "./dom.js";
import type {PipelineState} from "./pipelinePage.js";
import {inPlane} from "./priorState.js";
import {provenanceLabel} from "./provenance.js";
import {rangeControl, runControl} from "./runControl.js";
import {scatter} from "./scatter.js";

const N = 150;
const STOPS = 24;

/** Samples on their way from noise to data by the probability-flow ODE; the last one drawn goes on to the map. */
export async function priorStage({run, workers, plane, sample}: PipelineState): Promise<HTMLElement> {
  const [{axes, z, d}, prior] = await Promise.all([plane(), run.prior()]);
  const plot = scatter({
    description: "Samples of the prior on their way from noise to data, over the encodings",
    xLabel: "PC 1",
    yLabel: "PC 2",
    width: 400,
    height: 270,
    compact: true,
    sets: [
      {name: "encodings", points: inPlane(axes, z), color: "--theme-foreground-fainter"},
      {name: "samples", points: new Float32Array(0), color: "--series-prior", size: 2}
    ],
    onPick: (set, index) => {
      if (set === 1) choose(index);
    }
  });
  const label = h("div", {});
  let flow: FlowSamples | undefined;
  let stop = STOPS;
  let chosen = 0;
  let seed = 0;
  const at = (k: number) => flow!.z.subarray(k * N * d, (k + 1) * N * d);
  const draw = () => {
    if (!flow) return;
    plot.update(1, inPlane(axes, at(stop)));
    const path = Float64Array.from(
      {length: (stop + 1) * d},
      (_, i) => at(Math.floor(i / d))[chosen * d + (i % d)]
    );
    plot.trace(inPlane(axes, path));
    plot.mark({set: 1, index: chosen});
  };
  function choose(index: number) {
    if (!flow) return;
    chosen = index;
    draw();
    sample.set(Float32Array.from(at(STOPS).slice(chosen * d, (chosen + 1) * d)));
  }
  const slider = rangeControl("σ", {
    value: STOPS,
    min: 0,
    max: STOPS,
    show: (k) => (flow ? flow.sigma[k].toPrecision(2) : k === STOPS ? "0" : ""),
    change(k) {
      stop = k;
      draw();
    }
  });
  const make = async (context: {signal?: AbortSignal; progress?(done: number, total: number): void}) => {
    const drawn = await workers.run(
      "flowSamples",
      {prior, n: N, seed: seed + 1, stops: STOPS},
      {affinity: run.name, signal: context.signal, onProgress: context.progress}
    );
    flow = drawn;
    ++seed;
    slider.set((stop = STOPS));
    choose(seed % N);
    label.replaceChildren(provenanceLabel({kind: "live", detail: `${N} samples, seed ${seed}`}));
    return "";
  };
  const control = runControl({label: "Sample", run: make});
  void make({}).catch((error: unknown) => {
    label.textContent = `Sampling failed: ${(error as Error).message}`;
  });
  return h("div", {}, plot.element, slider, control, label);
}
