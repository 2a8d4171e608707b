/** What the figures of page `interpolation` share: the encodings, which two of them the paths join, and what was computed of the paths so far. */
import {signal, type Signal} from "@preact/signals-core";
import type {PathKind} from "../../analysis/interpolation.js";
import {farRows, middleOfState, statePairs} from "../../analysis/pathEnds.js";
import {projectPca} from "../../analysis/pca.js";
import type {Pool} from "../../compute/pool.js";
import type {NamedBytes} from "../../jobs/files.js";
import type {NotebookJobs} from "../../jobs/jobs.js";
import type {LatentPath, NoPath} from "../../jobs/latentPaths.js";
import type {PathMap} from "../../jobs/pathMaps.js";
import type {RunMember} from "../../jobs/runAbout.js";
import {shownEncodings, type ShownEncodings} from "../encodings.js";
import type {TrainedRun} from "../shippedRun.js";
import {urlState} from "../urlState.js";

/** Encodings that are shown and that the graph is over, at most. */
const MOST = 10_000;

/** The kinds of paths in the order of legends: the talk's first. */
export const pathKinds: PathKind[] = ["encoding", "linear", "spherical", "graph", "leastEnergy"];

/** The path that is computed where it is shown: it takes half a minute. */
export const usuallyHidden: PathKind = "leastEnergy";

/** CSS variables of the paths' colours. */
export const pathColors: Record<PathKind, string> = {
  encoding: "--series-prior",
  linear: "--path-linear",
  spherical: "--series-live",
  graph: "--series-encodings",
  leastEnergy: "--path-least"
};

/** Rows of A and B. */
export interface Ends {
  a: number;
  b: number;
}

/** A decoded map of a path. */
export interface SeenMap extends PathMap {
  y: number;
}

/** Values at some points of a path. */
export interface Along {
  y: number[];
  values: number[];
}

export interface InterpolationData extends ShownEncodings {
  /** Without one there are no paths through the encoding, or no maps. */
  prior?: NamedBytes;
  vae?: NamedBytes;
  /** Correlations of encodings' maps with their nearest true maps, where the evaluation has them. */
  encodingMaps?: number[];
  /** Box that these were decoded at; that of the paths' maps. */
  box: number;
  /** Why a file that the run should have could not be read. */
  problems: Partial<Record<RunMember, string>>;
  /** Ends to choose from, the first of them those at first. */
  pairs: (Ends & {name: string})[];
}

export type Paths = Partial<Record<PathKind, LatentPath | NoPath>>;

export interface InterpolationState {
  run: TrainedRun;
  workers: Pool<NotebookJobs>;
  data(): Promise<InterpolationData>;
  /** Undefined until the encodings are there. */
  ends: Signal<Ends | undefined>;
  /** The path whose maps are shown. */
  kind: Signal<PathKind>;
  /** Where on it. */
  y: Signal<number>;
  /** What curves are drawn against, and the slider and the row of maps go by. */
  against: Signal<"y" | "length">;
  hidden: Signal<ReadonlySet<PathKind>>;
  /** Neighbours on average in the graph; 0 for as many as it takes. */
  neighbours: Signal<number>;
  paths: Signal<Paths>;
  maps: Signal<Partial<Record<PathKind, SeenMap[]>>>;
  densities: Signal<Partial<Record<PathKind, Along>>>;
  encodingDensities: Signal<number[]>;
  /** How far the free energies of encodings are, in words: the path of least free energy waits for them. */
  energiesSoFar: Signal<string>;
  /** What is being computed now, and what could not be. The path of least free energy comes with the last, `energies`. */
  busy: Signal<"" | Stage>;
  trouble: Signal<Partial<Record<Stage, string>>>;
}

/** What is computed one after another. */
export type Stage = "paths" | "maps" | "densities" | "energies";
export const stages: Stage[] = ["paths", "maps", "densities", "energies"];

export const isPath = (path: LatentPath | NoPath | undefined): path is LatentPath =>
  path !== undefined && "z" in path;

export function interpolationState(run: TrainedRun, workers: Pool<NotebookJobs>): InterpolationState {
  let data: Promise<InterpolationData> | undefined;
  const kind = urlState.text("path", "encoding", pathKinds) as PathKind;
  const hidden = urlState.text("hide", kind === usuallyHidden ? "" : usuallyHidden).split(",");
  return {
    run,
    workers,
    data: () => (data ??= load(run)),
    ends: signal(undefined),
    kind: signal(kind),
    y: signal(urlState.number("y", 0.5, 0, 1)),
    against: signal(urlState.text("against", "y", ["y", "length"]) as "y" | "length"),
    hidden: signal(new Set(pathKinds.filter((kind) => hidden.includes(kind)))),
    neighbours: signal(Math.round(urlState.number("neighbours", 0, 2, 40))),
    paths: signal({}),
    maps: signal({}),
    densities: signal({}),
    encodingDensities: signal([]),
    energiesSoFar: signal(""),
    busy: signal(""),
    trouble: signal({})
  };
}

async function load(run: TrainedRun): Promise<InterpolationData> {
  const [{has}, encodings] = await Promise.all([run.about(), shownEncodings(run, MOST)]);
  const {z, d, axes, states, motion} = encodings;
  const problems: InterpolationData["problems"] = {};
  const optional = <T>(file: RunMember, read: () => Promise<T>) =>
    has.includes(file)
      ? read().catch((error: unknown) => void (problems[file] = (error as Error).message))
      : undefined;
  const [, prior, vae, evaluation] = await Promise.all([
    optional("recipe.json", run.recipe), // for what it says where it can't be read
    optional("prior.safetensors", run.prior),
    optional("vae.safetensors", run.vae),
    optional("evaluation.json", run.evaluation)
  ]);
  const pairs =
    states && motion
      ? statePairs(motion).flatMap(({name, a, b}) => {
          const [from, to] = [a, b].map((state) => middleOfState(z, d, states, motion, state));
          return from === undefined || to === undefined || from === to ? [] : [{name, a: from, b: to}];
        })
      : [];
  if (pairs.length === 0)
    pairs.push({name: "ends of the first component", ...farRows(z, d, projectPca(axes, z, 1))});
  const maps = evaluation?.maps;
  return {
    ...encodings,
    prior,
    vae,
    encodingMaps: maps && Array.from(maps.encodings.moving),
    box: maps?.box ?? 32,
    problems,
    pairs
  };
}
