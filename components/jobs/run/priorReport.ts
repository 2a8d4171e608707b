import type {Comparison} from "../../analysis/compare.js";
import {projectPca, type Pca} from "../../analysis/pca.js";
import type {PriorConfig} from "../../diffusion/network.js";
import type {TrainingEnd} from "../../diffusion/patience.js";
import type {PriorTraining} from "../../diffusion/training.js";
import {writeGrayPng} from "../../formats/png.js";
import type {RunLine} from "./assemble.js";
import {lossesPlot, planePlot} from "./reportPlots.js";
import type {RunReport} from "./report.js";

export interface PriorReportInput {
  latents: {name: string; n: number; d: number; axes: Pca};
  lines: readonly RunLine[];
  /** As the prior's file has it. */
  metadata: Record<string, unknown>;
  config: PriorConfig;
  /** Encodings that training held out, and samples, [., d]. */
  heldOut: ArrayLike<number>;
  samples: ArrayLike<number>;
  /** How the samples were drawn, in a line. */
  sampling: string;
  comparison?: {prior: Comparison; gaussian: Comparison};
  /** Projections of maps of samples [box, box]. */
  maps?: {title: string; image: ArrayLike<number>; box: number; voxelSize: number}[];
  written?: [string, string][];
  provenance: [string, string][];
}

/** A report on a prior from what is known of it. */
export function priorReport(input: PriorReportInput): RunReport {
  const {latents, lines, metadata, config, heldOut, samples, sampling, comparison, maps = []} = input;
  const {name, n, d, axes} = latents;
  const {preset, training, losses = [], end, seconds} = metadata as {preset?: string; training?: PriorTraining; losses?: {step: number; trained: number; heldOut: number}[]; end?: TrainingEnd; seconds?: number}; // prettier-ignore
  const number = (v: number) => v.toLocaleString("en");
  const total = axes.variances.reduce((a, b) => a + b, 0);
  const component = (k: number) =>
    `PC ${k + 1} (${Math.round((100 * (axes.variances[k] ?? 0)) / total)}% of the variance)`;
  const inPlane = (z: ArrayLike<number>) => (d > 1 ? projectPca(axes, z, 2) : Float64Array.from({length: 2 * z.length}, (_, i) => (i % 2 ? 0 : z[i >> 1]))); // prettier-ignore
  const settings: RunReport["settings"] = [
    ["Latents", `${name}: ${number(n)}, |z| = ${d}`],
    ["Network", `${config.layers} hidden layers x ${config.width}`],
    ["Sampling", sampling]
  ];
  if (training)
    settings.splice(
      1,
      0,
      ["Training", `${preset ? `preset ${preset}, ` : ""}seed ${training.seed}, ${number(training.steps)} steps of ${training.batchSize}, Adam at ${training.learningRate.rate}${training.patience ? `, patience ${training.patience}` : ""}`], // prettier-ignore
      ["Held out", `${Math.round(100 * training.heldOutFraction)}% of the latents, never seen in training`]
    );
  if (end) settings.push(["Ended", `after ${number(end.steps)} steps; weights of step ${number(end.kept)} are kept`]); // prettier-ignore
  if (seconds !== undefined) settings.push(["Time", `${Math.round(seconds)} s of training`]);
  const figures: RunReport["figures"] = [];
  const curve = lossesPlot(losses);
  if (curve) figures.push({title: "Training", caption: "Losses at each evaluation; with the noise levels and weights of EDM.", picture: curve}); // prettier-ignore
  figures.push({
    title: "Samples over the encodings",
    caption:
      "Encodings that training held out and samples of the prior, in the first two principal components of all encodings.",
    picture: planePlot([{name: "encodings", color: "#2f6fa8", points: inPlane(heldOut)}, {name: "samples of the prior", color: "#cf5b17", points: inPlane(samples)}], [component(0), d > 1 ? component(1) : ""]) // prettier-ignore
  });
  return {
    title: name,
    files: [...lines],
    settings,
    figures,
    comparison,
    maps: maps.map(({title, image, box}) => ({title, picture: `data:image/png;base64,${base64(writeGrayPng(image, box, box))}`})), // prettier-ignore
    voxelSize: maps[0]?.voxelSize,
    written: input.written ?? [],
    provenance: input.provenance
  };
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
