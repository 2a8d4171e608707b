/** The work behind the page: paths first, then maps along them, then densities, at last the path of least free energy with all of these. Another A or B, and what still runs of the last ones stops. */
import {computed, effect, untracked} from "@preact/signals-core";
import type {PathKind} from "../../analysis/interpolation.js";
import {PATH_TOLERANCE} from "../../analysis/pathDensity.js";
import {random} from "../../compute/random.js";
import type {NamedBytes} from "../../jobs/files.js";
import {logDensities} from "../freeEnergies.js";
import {urlState} from "../urlState.js";
import {CLICK, FOLLOW} from "../worker.js";
import {latentAt} from "./along.js";
import {inTurn, mapPoints} from "./mapPoints.js";
import {
  isPath,
  pathKinds,
  stages,
  type Ends,
  type InterpolationData,
  type InterpolationState,
  type SeenMap,
  type Stage
} from "./state.js";

/** Neighbours on average that the graph is tried with: cryoDRGN's, then more. */
const TRIED = [5, 7, 10, 14, 20, 28, 40];

/** Points of a path whose density is computed, encodings that it is compared with, and the seed that these are drawn by. */
export const [DENSITIES, ENCODINGS, SEED] = [25, 48, 1];

/** Encodings whose free energy is computed for the path over them, at most. */
const ENERGIES = 500;
export const energyCount = (): number => Math.round(urlState.number("energies", ENERGIES, 50, 5000));

/** Starts the work whenever the ends or the graph change. Returns what ends it. */
export function followEnds(state: InterpolationState, data: InterpolationData): () => void {
  let controller = new AbortController();
  // those of encodings stay, whatever A and B are, and are computed on while these change
  const whole = new AbortController();
  let known: Promise<Energies> | undefined;
  const energies = (prior: NamedBytes) => {
    known ??= energiesOf(state, data, prior, whole.signal).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
  let asked: Asked | undefined;
  const stop = effect(() => {
    const ends = state.ends.value;
    const neighbours = state.neighbours.value;
    controller.abort();
    const {signal} = (controller = new AbortController());
    asked = ends && {ends, neighbours, signal, energies};
    if (asked) untracked(() => void work(state, data, asked!));
  });
  // The path of least free energy takes long, and is there for who shows it.
  const wanted = computed(() => !state.hidden.value.has("leastEnergy"));
  const stopWanted = effect(() => {
    if (!wanted.value) return;
    untracked(() => {
      if (asked && !state.busy.value && !state.paths.value.leastEnergy)
        void run(state, data, asked, ["energies"]);
    });
  });
  return () => {
    stop();
    stopWanted();
    controller.abort();
    whole.abort();
  };
}

function work(state: InterpolationState, data: InterpolationData, asked: Asked): Promise<void> {
  state.paths.value = {};
  state.maps.value = {};
  state.densities.value = {};
  state.trouble.value = {};
  return run(state, data, asked, stages);
}

async function run(
  state: InterpolationState,
  data: InterpolationData,
  asked: Asked,
  names: readonly Stage[]
): Promise<void> {
  const {signal} = asked;
  const stage: Record<Stage, typeof computePaths> = {
    paths: computePaths,
    maps: (...all) =>
      computeMaps(...all, [state.kind.value, ...pathKinds.filter((k) => k !== state.kind.value)]),
    densities: (...all) => computeDensities(...all, pathKinds),
    energies: computeLeastEnergy
  };
  for (const name of names) {
    if (signal.aborted) return;
    if (name === "energies" && state.hidden.value.has("leastEnergy")) continue;
    state.busy.value = name;
    try {
      await stage[name](state, data, asked);
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
  /** Free energies of encodings, computed once. */
  energies(prior: NamedBytes): Promise<Energies>;
}

/** Log densities of some rows of the encodings. */
interface Energies {
  rows: Int32Array;
  logDensity: Float64Array;
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
  {run, workers, paths, maps}: InterpolationState,
  {vae, recipe, box}: InterpolationData,
  {signal}: Asked,
  kinds: readonly PathKind[]
): Promise<void> {
  // prettier-ignore
  if (!vae) throw new Error(`${run.name} has no autoencoder to decode with`);
  for (const now of kinds) {
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
  {signal}: Asked,
  kinds: readonly PathKind[]
): Promise<void> {
  // prettier-ignore
  if (!prior) throw new Error(`${run.name} has no diffusion prior, which gives the density`);
  const options = {affinity: `${run.name}, paths`, signal};
  for (const kind of kinds) {
    const path = paths.value[kind];
    if (!isPath(path)) continue;
    const ys = Array.from({length: DENSITIES}, (_, i) => path.y[Math.round((i * (path.y.length - 1)) / (DENSITIES - 1))]); // prettier-ignore
    const rows = new Float64Array(ys.length * d);
    ys.forEach((y, i) => rows.set(latentAt(path, y), i * d));
    await workers.run("latentDensity", {prior, z: rows}, {...options, onPartial: add(kind, ys)});
  }
  if (encodingDensities.value.length > 0) return; // those of the encodings stay, whatever A and B are
  const rows = rowsOf(z, d, someRows(n, ENCODINGS));
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

/** The path over encodings of known free energy, which are computed once for a set; then its maps and densities. */
async function computeLeastEnergy(
  state: InterpolationState,
  data: InterpolationData,
  asked: Asked
): Promise<void> {
  const {run, workers, paths} = state;
  const {prior, z: latents, d, motion, states, vae} = data;
  const kind = "leastEnergy";
  const energies = prior && (await asked.energies(prior));
  if (asked.signal.aborted) return;
  state.energiesSoFar.value = "looking for the way";
  await workers.run(
    "latentPaths",
    {prior, latents, d, motion, states, ...asked.ends, kinds: [kind], energies},
    {
      affinity: `${run.name}, energies 0`,
      signal: asked.signal,
      onPartial: (path) => (paths.value = {...paths.value, [kind]: path})
    }
  );
  if (vae) await computeMaps(state, data, asked, [kind]);
  if (prior) await computeDensities(state, data, asked, [kind]);
}

/** Log densities of some encodings. */
async function energiesOf(
  {run, workers, energiesSoFar}: InterpolationState,
  {d, n, z}: InterpolationData,
  prior: NamedBytes,
  signal: AbortSignal
): Promise<Energies> {
  const rows = someRows(n, energyCount());
  energiesSoFar.value = "free energies of encodings";
  const question = {prior, z: rowsOf(z, d, rows), d, tolerance: PATH_TOLERANCE};
  const logDensity = await logDensities(workers, question, {
    affinity: `${run.name}, energies`,
    signal,
    onPart: (_, done) => (energiesSoFar.value = `free energies of ${done} of ${rows.length} encodings`)
  });
  return {rows, logDensity};
}

/** Some of n rows, drawn by the seed. */
const someRows = (n: number, most: number): Int32Array =>
  random(SEED)
    .shuffle(Int32Array.from({length: n}, (_, i) => i))
    .slice(0, most);

/** The latents of these rows [rows, d]. */
function rowsOf(z: Float32Array, d: number, rows: Int32Array): Float64Array {
  const out = new Float64Array(rows.length * d);
  rows.forEach((row, i) => out.set(z.subarray(row * d, (row + 1) * d), i * d));
  return out;
}
