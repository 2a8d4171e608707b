import {stateQuantiles} from "../../cryoem/stateQuantiles.js";
import type {Motion} from "../../cryoem/motion.js";
import type {Kind} from "../../jobs/evaluatePrior.js";
import {gaussianLatents} from "../../jobs/gaussianLatents.js";
import type {PathMap} from "../../jobs/pathMaps.js";
import type {Nearest} from "../../jobs/trueMaps.js";
import {kindColor, kindName} from "../priorState.js";
import type {Provenance} from "../provenance.js";
import type {TrainedRun} from "../shippedRun.js";

/** Maps of a row, as in the talk's figure. */
export const COUNT = 20;

/** A map of a row: a true one of a state, or a decoded one of a latent. */
export interface Cell {
  row: Row;
  /** Its place in the row as it was drawn. */
  index: number;
  state?: number;
  /** [d]. */
  z?: Float32Array;
  /** The finest map so far. */
  map?: PathMap;
  /** The true map nearest to it, where the truth is known. */
  nearest?: Nearest;
}

export type Letter = "A" | "B" | "C";

/** Twenty maps of one origin. */
export interface Row {
  letter: Letter;
  kind: "truth" | Kind;
  title: string;
  /** CSS variable. */
  color: string;
  cells: Cell[];
  source?: Provenance;
  /** Whether its latents are points of page `prior` as that opens, and the seed that makes them so where it has to draw them first. */
  onPrior?: {kind: Kind; seed?: number};
  /** Why there is nothing to show; empty where there is. */
  trouble: string;
}

type Filled = Pick<Row, "source" | "onPrior"> & {z?: ArrayLike<number>; d?: number; states?: Int32Array};

/** A row with what `fill` finds, or with the reason why there is nothing. */
async function row(letter: Letter, kind: Row["kind"], fill: () => Filled | Promise<Filled>): Promise<Row> {
  const made: Row = {
    letter,
    kind,
    title: kind === "truth" ? "Ground truth" : kindName[kind],
    color: kind === "truth" ? "--map-true" : kindColor[kind],
    cells: [],
    trouble: ""
  };
  try {
    const {z, d = 0, states, source, onPrior} = await fill();
    const n = states?.length ?? Math.min(COUNT, z!.length / d);
    const latent = (i: number) => Float32Array.from({length: d}, (_, k) => z![i * d + k]);
    made.cells = Array.from({length: n}, (_, index) => ({
      row: made,
      index,
      ...(states ? {state: states[index]} : {z: latent(index)})
    }));
    return Object.assign(made, {source, onPrior});
  } catch (error) {
    return {...made, trouble: (error as Error).message};
  }
}

/** What there is to compare with: true maps of states as often as they come; of a run on real images, maps of its encodings. */
export async function firstRow(run: TrainedRun): Promise<Row> {
  const {has} = await run.about();
  if (!has.includes("recipe.json"))
    return row("A", "encodings", async () => {
      const {z, d} = await run.heldOut();
      const source: Provenance = {kind: "shipped", detail: "encodings that the prior's training held out"};
      return {z, d, source, onPrior: {kind: "encodings"}};
    });
  return row("A", "truth", async () => {
    const {json} = await run.recipe();
    const {name, motion} = json as {name: string; motion: Motion};
    const source: Provenance = {kind: "live", detail: `true maps of the recipe ${name}`};
    return {states: stateQuantiles(motion, COUNT), source};
  });
}

/** The seed that the shipped samples were drawn with, and N(0, I) beside them; 1 where nothing was evaluated. */
export async function shippedSeed(run: TrainedRun): Promise<number> {
  const {has} = await run.about();
  return has.includes("evaluation.json") ? (await run.evaluation()).seed : 1;
}

/** The first samples of those that ship. */
export const shippedPriorRow = (run: TrainedRun): Promise<Row> =>
  row("B", "prior", async () => {
    const [z, {zdim: d}, seed] = await Promise.all([run.samples(), run.about(), shippedSeed(run)]);
    return {
      z,
      d,
      source: {kind: "shipped", detail: `prior samples: npm run evaluate, seed ${seed}`},
      onPrior: {kind: "prior"}
    };
  });

/** Samples that are drawn now. */
export const drawnPriorRow = (
  seed: number,
  d: number,
  draw: () => Promise<ArrayLike<number>>
): Promise<Row> =>
  row("B", "prior", async () => ({
    z: await draw(),
    d,
    source: {kind: "live", detail: `prior samples: seed ${seed}`},
    onPrior: {kind: "prior", seed}
  }));

/** N(0, I) of a seed; without one, of that of the shipped samples. */
export const gaussianRow = (run: TrainedRun, seed?: number): Promise<Row> =>
  row("C", "gaussian", async () => {
    const {zdim: d} = await run.about();
    const shipped = await shippedSeed(run);
    const used = seed ?? shipped;
    return {
      z: Float32Array.from(gaussianLatents(COUNT, d, used)),
      d,
      source: {kind: "live", detail: `N(0, I): seed ${used}`},
      onPrior: used === shipped ? {kind: "gaussian"} : undefined
    };
  });

export type Order = "drawn" | "state";

/** The cells of a row in the order in which they are shown. */
export const ordered = (cells: readonly Cell[], order: Order): Cell[] =>
  order === "drawn"
    ? [...cells]
    : [...cells].sort(
        (a, b) => (a.nearest?.state ?? Infinity) - (b.nearest?.state ?? Infinity) || a.index - b.index
      );
