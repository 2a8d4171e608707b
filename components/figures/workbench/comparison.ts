import type {Comparison} from "../../analysis/compare.js";
import {gaussianLatents} from "../../jobs/gaussianLatents.js";
import {samplesAffinity} from "../compareLive.js";
import {h} from "../dom.js";
import {csvBlob} from "../download.js";
import {figure} from "../figure.js";
import {metricColumns, metricRows, metricTable, type MetricRow} from "../metricTable.js";
import type {PriorState} from "../priorState.js";
import {provenanceLabel} from "../provenance.js";

/** Numbers of the prior's samples and of N(0, I) against the same encodings. */
export interface Compared {
  prior: Comparison;
  gaussian: Comparison;
}

/** How far live samples of a reader's prior are from the encodings, beside as many samples of N(0, I). */
export function comparison(state: PriorState): {
  element: HTMLElement;
  /** What is shown now, where both rows are there. */
  compared(): Compared | undefined;
  dispose(): void;
} {
  const {run, workers, live} = state;
  const holder = h("div", {}, h("p", {class: "note-small"}, "Train a prior, or sample the one that was opened: the numbers come here.")); // prettier-ignore
  let rows: MetricRow[] = [];
  let current = new AbortController();
  const gaussians = new Map<string, Comparison>();
  const show = (name: string, found: Comparison, gaussian: Comparison | undefined) => {
    rows = [{name: `Diffusion prior (${name})`, comparison: found}];
    if (gaussian) rows.push({name: "Standard Gaussian N(0, I)", comparison: gaussian});
    const detail = `${found.n} against ${found.n} over ${found.draws} draws; N(0, I): seed 1`;
    holder.replaceChildren(metricTable(rows, found), provenanceLabel({kind: "live", detail}));
  };
  const stop = live.subscribe((now) => {
    if (!now?.comparison) return;
    const {name, comparison: found, z} = now;
    current.abort();
    const {signal} = (current = new AbortController());
    const key = `${found.n} ${found.draws}`;
    show(name, found, gaussians.get(key));
    if (gaussians.has(key)) return;
    void (async () => {
      const {z: kept, d} = await run.heldOut();
      const n = z.length / d;
      const [a, b] = [kept, await run.others()].map((x) => Float64Array.from(x.subarray(0, 2 * n * d)));
      const samples = Float64Array.from(gaussianLatents(n, d, 1));
      const input = {encodings: a, others: b, samples, d, draws: found.draws, seed: 1};
      const gaussian = await workers.run("compare", input, {affinity: samplesAffinity(state), signal});
      gaussians.set(key, gaussian);
      show(name, found, gaussian);
    })().catch((error: unknown) => {
      if (!signal.aborted) holder.append(h("p", {class: "note-small problem"}, (error as Error).message));
    });
  });
  const files = [
    {label: "CSV", name: "comparison.csv", make: () => csvBlob(metricColumns, metricRows(rows))}
  ];
  return {
    compared() {
      const [prior, gaussian] = rows.map((row) => row.comparison);
      return prior && gaussian ? {prior, gaussian} : undefined;
    },
    element: figure([holder], {provenance: [], files}),
    dispose() {
      stop();
      current.abort();
    }
  };
}
