import type {Comparison} from "../analysis/compare.js";
import {projectPca, type Pca} from "../analysis/pca.js";
import type {Pool} from "../compute/pool.js";
import type {Kind} from "../jobs/evaluatePrior.js";
import type {NamedBytes} from "../jobs/files.js";
import type {NotebookJobs} from "../jobs/jobs.js";
import type {Provenance} from "./provenance.js";
import type {HeldOut, TrainedRun} from "./shippedRun.js";
import type {Store} from "./store.js";

/** A latent of one of the sets. */
export interface Chosen {
  kind: Kind;
  index: number;
}

/** Samples drawn just now in this browser, and how they compared. */
export interface Live {
  /** What drew them, to stand in a label: `seed 5`; `trained here, preset quick, seed 1`. */
  name: string;
  /** [n, d]. */
  z: Float64Array;
  comparison?: Comparison;
}

export interface PriorState {
  run: TrainedRun;
  workers: Pool<NotebookJobs>;
  seed: Store<number>;
  chosen: Store<Chosen>;
  live: Store<Live | undefined>;
  /** What is shown for each set: [n, d] in the latents' units. */
  latents(): Promise<Latents>;
  /** Takes a prior that was trained in the page. */
  trained?(prior: NamedBytes): void;
}

export interface Latents {
  heldOut: HeldOut;
  encodings: Float32Array;
  prior: Float32Array;
  gaussian: Float32Array;
  /** Seed of the samples of N(0, I). */
  gaussianSeed: number;
  /** Where the samples of the prior came from, where there are any before some are drawn. */
  priorSource?: Provenance;
  d: number;
  axes: Pca;
}

export const kinds: Kind[] = ["encodings", "prior", "gaussian"];
export const kindName: Record<Kind, string> = {
  encodings: "Encodings",
  prior: "Diffusion prior",
  gaussian: "N(0, I)"
};
export const kindColor: Record<Kind, string> = {
  encodings: "--series-encodings",
  prior: "--series-prior",
  gaussian: "--series-gaussian"
};

/** Coordinates in the encodings' first two principal components [n, 2]. */
export const inPlane = (axes: Pca, z: ArrayLike<number>): Float32Array =>
  Float32Array.from(projectPca(axes, z, 2));
