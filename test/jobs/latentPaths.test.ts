import {describe, expect, test} from "vitest";
import {readFileSync} from "node:fs";
import {quiet} from "../../components/compute/job.js";
import type {WorkerContext} from "../../components/compute/protocol.js";
import {random} from "../../components/compute/random.js";
import type {Motion} from "../../components/cryoem/motion.js";
import {defaultPrior, initialPrior} from "../../components/diffusion/prior.js";
import {writePrior} from "../../components/diffusion/priorFile.js";
import {latentDensity, type SomeDensities} from "../../components/jobs/latentDensity.js";
import {latentPaths, type LatentPath, type LatentPathsInput, type NoPath} from "../../components/jobs/latentPaths.js"; // prettier-ignore
import {pathMaps, type PathMap} from "../../components/jobs/pathMaps.js";
import {latentMap} from "../../components/jobs/latentMap.js";
import {defaultVae} from "../../components/vae/config.js";
import {writeVae} from "../../components/vae/file.js";
import {initialVae} from "../../components/vae/model.js";

const d = 3;
/** A prior whose output is zero: its law is the standardisation's normal one. */
const standardisation = {mean: Float64Array.of(1, -2, 0), deviation: Float64Array.of(2, 1, 0.5)};
const weights = initialPrior({...defaultPrior, zdim: d, layers: 1, width: 16}, standardisation, random(2));
weights.parameters.fill(0);
const prior = {name: "prior", bytes: writePrior(weights, {})};
const arc: Motion = {type: "arc", states: 10, step: 0.1};

/** Encodings of that law, with states by their first coordinate. */
const n = 400;
const latents = Float32Array.from(random(3).fillNormal(new Float64Array(n * d)), (v, i) => standardisation.mean[i % d] + standardisation.deviation[i % d] * v); // prettier-ignore
const order = Array.from({length: n}, (_, i) => i).sort((i, j) => latents[i * d] - latents[j * d]);
const states = new Int32Array(n);
order.forEach((row, rank) => (states[row] = Math.floor((10 * rank) / n)));

/** Runs the job as a worker does: what was sent is given away. */
async function paths(more: Partial<LatentPathsInput> = {}): Promise<(LatentPath | NoPath)[]> {
  const sent: (LatentPath | NoPath)[] = [];
  const context: WorkerContext<LatentPath | NoPath> = {...quiet, partial: (part) => sent.push(structuredClone(part, {transfer: part.kind && "y" in part ? [part.y.buffer, part.z.buffer] as ArrayBuffer[] : []}))}; // prettier-ignore
  await latentPaths({prior, latents, d, motion: arc, states, a: order[20], b: order[380], averageNeighbours: [5, 10, 20], ...more}, context); // prettier-ignore
  return sent;
}
const there = (found: (LatentPath | NoPath)[], kind: string) => {
  const path = found.find((p) => p.kind === kind)!;
  if (!("z" in path)) throw new Error(path.why);
  return path;
};
const row = (z: ArrayLike<number>, i: number) => Array.from({length: d}, (_, c) => z[i * d + c]);

describe("paths between two encodings", () => {
  test("all begin at A and end at B, with rising y, and follow the state from A's to B's", async () => {
    const found = await paths();
    expect(found.map(({kind}) => kind).sort()).toEqual(["encoding", "graph", "linear", "spherical"]);
    for (const kind of ["encoding", "graph", "linear", "spherical"]) {
      const {y, z, length, coordinate, vote, quantile} = there(found, kind);
      const m = y.length;
      expect([y[0], y[m - 1]]).toEqual([0, 1]);
      for (let i = 1; i < m; ++i) expect(y[i]).toBeGreaterThan(y[i - 1]);
      row(z, 0).forEach((v, c) => expect(v).toBeCloseTo(latents[order[20] * d + c], 1));
      row(z, m - 1).forEach((v, c) => expect(v).toBeCloseTo(latents[order[380] * d + c], 1));
      for (const values of [length, coordinate.values, coordinate.against.derivative, vote!, quantile])
        expect(values).toHaveLength(m);
      expect(coordinate.values[m - 1] - coordinate.values[0]).toBeGreaterThan(30);
      expect(vote![0]).toBeLessThan(3);
      expect(vote![m - 1]).toBeGreaterThan(6);
    }
  });

  test("of a normal law, the path that is straight in the encoding is straight in z", async () => {
    const {y, z} = there(await paths(), "encoding");
    for (let i = 0; i < y.length; ++i)
      row(z, i).forEach((v, c) => expect(v).toBeCloseTo((1 - y[i]) * latents[order[20] * d + c] + y[i] * latents[order[380] * d + c], 1)); // prettier-ignore
  });

  test("the graph's path takes cryoDRGN's number of neighbours where that is enough, and says where it is not", async () => {
    const graph = there(await paths({averageNeighbours: [5, 10, 20]}), "graph");
    expect([5, 10, 20]).toContain(graph.averageNeighbours);
    const clusters = latents.map((v, i) => v + (states[Math.floor(i / d)] > 4 ? 100 : 0));
    const [path] = (await paths({latents: clusters, averageNeighbours: [5]})).filter(
      (p) => p.kind === "graph"
    );
    expect((path as NoPath).why).toBe("The graph does not lead from A to B with 5 neighbours on average: try more."); // prettier-ignore
  });

  test("a run without a prior and without states has the paths that need neither", async () => {
    const found = await paths({prior: undefined, motion: undefined, states: undefined});
    const {coordinate, length, vote} = there(found, "linear");
    expect(coordinate.values).toEqual(length);
    expect(vote).toBeUndefined();
    expect(there(found, "graph").rows!.length).toBeGreaterThan(1);
    expect(found.filter((p) => "why" in p).map(({kind}) => kind)).toEqual(["encoding", "spherical"]);
  });

  test("the path of least free energy of a normal law passes nearer to its middle than the straight one, and no higher", async () => {
    const [a, b] = [order[20], order[380]];
    const F = (z: ArrayLike<number>, i: number) => row(z, i).reduce((sum, v, c) => sum + ((v - standardisation.mean[c]) / standardisation.deviation[c]) ** 2 / 2, 0); // prettier-ignore
    const rows = order.filter((_, i) => i % 2 === 0);
    const logDensity = rows.map((r) => -F(latents, r));
    const found = await paths({kinds: ["linear", "leastEnergy"], energies: {rows, logDensity}});
    expect(found.map(({kind}) => kind)).toEqual(["linear", "leastEnergy"]);
    const path = there(found, "leastEnergy");
    const straight = there(found, "linear");
    expect(path.least).toMatchObject({encodings: 200});
    expect([path.rows![0], path.rows!.at(-1)]).toEqual([a, b]);
    const along = (z: ArrayLike<number>) => Array.from({length: 121}, (_, i) => F(z, i));
    expect(Math.max(...along(path.z))).toBeLessThan(Math.max(...along(straight.z)) + 0.1);
    const mean = (values: number[]) => values.reduce((sum, v) => sum + Math.exp(v), 0) / values.length;
    expect(mean(along(path.z))).toBeLessThan(mean(along(straight.z)));
    path.rows!.forEach((r) => expect(rows.includes(r) || r === a || r === b).toBe(true));
  });

  test("without a prior or free energies there is no path of least free energy, and it says why", async () => {
    const kinds = ["leastEnergy"] as const;
    const [none] = await paths({kinds, prior: undefined, energies: {rows: [1], logDensity: [0]}});
    expect((none as NoPath).why).toContain("no diffusion prior");
    const [bare] = await paths({kinds});
    expect((bare as NoPath).why).toBe("No free energies of encodings are known yet.");
    await expect(paths({kinds, energies: {rows: [1, 2, 3], logDensity: [0, NaN, 0]}})).rejects.toThrow(
      "energies: found NaN"
    );
  });

  test("classes of an assembly: the part of B's class goes from 0 to 1", async () => {
    const classes = ["a", "b", "c"].map((name) => ({name, parts: [], population: 1}));
    const three = states.map((s) => Math.floor(s / 4));
    const {coordinate} = there(await paths({motion: {type: "assembly", classes}, states: three}), "linear");
    expect(coordinate.values[0]).toBeLessThan(0.1);
    expect(coordinate.values[coordinate.values.length - 1]).toBeGreaterThan(0.9);
  });

  test("refuses rows that aren't there, twice the same, and a prior of another |z|", async () => {
    await expect(paths({a: n})).rejects.toThrow(
      "path: a: found 400; expected a row of the encodings, 0 to 399"
    );
    await expect(paths({a: 7, b: 7})).rejects.toThrow("path: b: found 7; expected another row than a");
    await expect(paths({latents: latents.subarray(0, 800), d: 2, states: undefined, motion: undefined, a: 0, b: 1})).rejects.toThrow("prior: |z|: found 3; expected 2"); // prettier-ignore
  });
});

test("densities of a normal law are its own, in batches that come as they are done", async () => {
  const z = Float64Array.from(latents.subarray(0, 20 * d));
  const parts: SomeDensities[] = [];
  const found = await latentDensity({prior, z}, {...quiet, partial: (p) => parts.push(p)});
  expect(parts.map(({first, logDensity}) => [first, logDensity.length])).toEqual([[0, 16], [16, 4]]); // prettier-ignore
  for (let i = 0; i < 20; ++i) {
    let exact = -(d / 2) * Math.log(2 * Math.PI);
    for (let c = 0; c < d; ++c)
      exact -= ((z[i * d + c] - standardisation.mean[c]) / standardisation.deviation[c]) ** 2 / 2 + Math.log(standardisation.deviation[c]); // prettier-ignore
    expect(found[i]).toBeCloseTo(exact, 0);
  }
});

test("maps along a path are those of single latents, compared where the truth is known", async () => {
  const config = {...defaultVae, boxSize: 16, pixelSize: 48, encoderWidth: 16, decoderWidth: 16, encoderLayers: 1, decoderLayers: 1}; // prettier-ignore
  const vae = {name: "vae", bytes: writeVae(initialVae(config, random(1)), {scale: 1})};
  const json: unknown = JSON.parse(readFileSync(new URL("../../data/recipes/linear1d-quick.json", import.meta.url), "utf8")); // prettier-ignore
  const recipe = {name: "quick", json};
  const z = random(4).fillNormal(new Float64Array(16));
  for (const known of [recipe, undefined]) {
    const seen: PathMap[] = [];
    expect(
      await pathMaps({vae, recipe: known, z, box: 32}, {...quiet, partial: (map) => seen.push(map)})
    ).toBe(2);
    const alone = await latentMap(
      {vae, recipe: known, z: z.slice(8), boxes: [16]},
      {...quiet, partial: () => {}}
    );
    expect(seen[1]).toMatchObject({index: 1, box: 16, voxelSize: alone.voxelSize});
    expect(seen[1].smooth).toEqual(alone.smooth);
    expect(seen[1].nearest).toEqual(alone.nearest);
  }
  await expect(pathMaps({vae, z: z.slice(1), box: 16}, {...quiet, partial: () => {}})).rejects.toThrow("z: found 15 numbers; expected rows of 8"); // prettier-ignore
});
