/** The work behind the page: paths first, then maps along them, then densities. Another A or B, and what still runs of the last ones stops. */
import {effect, untracked} from "@preact/signals-core";
import type {PathKind} from "../../analysis/interpolation.js";
import {random} from "../../compute/random.js";
import {CLICK, FOLLOW} from "../worker.js";
import {latentAt} from "./along.js";
import {inTurn, mapPoints} from "./mapPoints.js";
import {
  isPath,
  pathKinds,
  type Ends,
  type InterpolationData,
  type InterpolationState,
  type SeenMap
} from "./state.js";

/** Neighbours on average that the graph is tried with: cryoDRGN's, then more. */
const TRIED = [5, 7, 10, 14, 20, 28, 40];

/** Points of a path whose density is computed, encodings that it is compared with, and the seed that these are drawn by. */
export const [DENSITIES, ENCODINGS, SEED] = [17, 48, 1];

/** Starts the work whenever the ends or the graph change. Returns what ends it. */
export function followEnds(state: InterpolationState, data: InterpolationData): () => void {
  let controller = new AbortController();
  const stop = effect(() => {
    const ends = state.ends.value;
    const neighbours = state.neighbours.value;
    controller.abort();
    const {signal} = (controller = new AbortController());
    if (ends) untracked(() => void work(state, data, ends, neighbours, signal));
  });
  return () => {
    stop();
    controller.abort();
  };
}

async function work(
  state: InterpolationState,
  data: InterpolationData,
  ends: Ends,
  neighbours: number,
  signal: AbortSignal
): Promise<void> {
  state.paths.value = {};
  state.maps.value = {};
  state.densities.value = {};
  state.trouble.value = {};
  const stages = {paths: computePaths, maps: computeMaps, densities: computeDensities};
  for (const [name, stage] of Object.entries(stages) as [keyof typeof stages, typeof computePaths][]) {
    if (signal.aborted) return;
    state.busy.value = name;
    try {
      await stage(state, data, {ends, neighbours, signal});
    } catch (error) {
      if (signal.aborted) return;
      state.trouble.value = {...state.trouble.value, [name]: (error as Error).message};
    }
  }
  if (!signal.aborted) state.busy.value = "";
}

interface Asked {
  ends: Ends;
  neighbours: number;
  signal: AbortSignal;
}

async function computePaths(
  {run, workers, paths}: InterpolationState,
  data: InterpolationData,
  {ends, neighbours, signal}: Asked
): Promise<void> {
  // prettier-ignore
  const {prior, z: latents, d, motion, states} = data;
  await workers.run(
    "latentPaths",
    {prior, latents, d, motion, states, ...ends, averageNeighbours: neighbours > 0 ? [neighbours] : TRIED},
    {
      priority: CLICK,
      affinity: `${run.name}, paths`,
      signal,
      onPartial: (path) => (paths.value = {...paths.value, [path.kind]: path})
    }
  );
}

async function computeMaps(
  {run, workers, paths, maps, kind}: InterpolationState,
  {vae, recipe, box}: InterpolationData,
  {signal}: Asked
): Promise<void> {
  // prettier-ignore
  if (!vae) throw new Error(`${run.name} has no autoencoder to decode with`);
  for (const now of [kind.value, ...pathKinds.filter((k) => k !== kind.value)]) {
    const path = paths.value[now];
    if (!isPath(path)) continue;
    const ys = mapPoints(path);
    const {order, z} = inTurn(path, ys);
    await workers.run(
      "pathMaps",
      {vae, recipe, z, box},
      {
        priority: FOLLOW,
        affinity: `${run.name}, coarse`,
        signal,
        onPartial(map) {
          const seen: SeenMap = {...map, y: ys[order[map.index]]};
          const before = maps.value[now] ?? [];
          maps.value = {...maps.value, [now]: [...before, seen].sort((p, q) => p.y - q.y)};
        }
      }
    );
  }
}

async function computeDensities(
  {run, workers, paths, densities, encodingDensities}: InterpolationState,
  {prior, d, n, z}: InterpolationData,
  {signal}: Asked
): Promise<void> {
  // prettier-ignore
  if (!prior) throw new Error(`${run.name} has no diffusion prior, which gives the density`);
  const options = {affinity: `${run.name}, paths`, signal};
  for (const kind of pathKinds) {
    const path = paths.value[kind];
    if (!isPath(path)) continue;
    const ys = Array.from({length: DENSITIES}, (_, i) => path.y[Math.round((i * (path.y.length - 1)) / (DENSITIES - 1))]); // prettier-ignore
    const rows = new Float64Array(ys.length * d);
    ys.forEach((y, i) => rows.set(latentAt(path, y), i * d));
    await workers.run("latentDensity", {prior, z: rows}, {...options, onPartial: add(kind, ys)});
  }
  if (encodingDensities.value.length > 0) return; // those of the encodings stay, whatever A and B are
  const chosen = random(SEED)
    .shuffle(Int32Array.from({length: n}, (_, i) => i))
    .subarray(0, ENCODINGS);
  const rows = new Float64Array(chosen.length * d);
  chosen.forEach((row, i) => rows.set(z.subarray(row * d, (row + 1) * d), i * d));
  encodingDensities.value = Array.from(await workers.run("latentDensity", {prior, z: rows}, options));

  function add(kind: PathKind, ys: readonly number[]) {
    return ({first, logDensity}: {first: number; logDensity: Float64Array}) => {
      const {y, values} = densities.value[kind] ?? {y: [], values: []};
      const more = ys.slice(first, first + logDensity.length);
      densities.value = {
        ...densities.value,
        [kind]: {y: [...y, ...more], values: [...values, ...logDensity]}
      };
    };
  }
}
