import {describe, expect, it} from "vitest";
import {mixLinear, mixSpherical} from "../../components/analysis/mixing.js";
import {graphTraversal, neighbourGraph} from "../../components/analysis/neighbourGraph.js";
import {
  alongPolyline,
  arcLength,
  evenByLength,
  evenlyAlong,
  evenParts
} from "../../components/analysis/polyline.js";
import {shortestPath, type Edges} from "../../components/analysis/shortestPath.js";
import {random} from "../../components/compute/random.js";
import {readLatents} from "../../components/formats/z.js";
import {fixture, haveFixtures} from "../formats/fixtures.js";

const norm = (v: ArrayLike<number>) => Math.hypot(...Array.from(v));
const rowsOf = (x: Float64Array, d: number) =>
  Array.from({length: x.length / d}, (_, i) => x.slice(i * d, (i + 1) * d));

describe("mixing", () => {
  it("goes straight", () => {
    expect([...mixLinear([0, 2], [4, 0], [0, 0.25, 1])]).toEqual([0, 2, 1, 1.5, 4, 0]);
    expect(() => mixLinear([0, 2], [4], [0])).toThrow("b: found 1 numbers; expected 2");
  });

  it("turns evenly along the arc, with the norm even between the ends' norms", () => {
    const rng = random(1);
    const [a, b] = [3, 5].map((r) => {
      const v = rng.fillNormal(new Float64Array(8));
      const n = norm(v);
      return v.map((c) => (r * c) / n);
    });
    const points = rowsOf(mixSpherical(a, b, evenParts(11)), 8);
    points.forEach((p, i) => expect(norm(p)).toBeCloseTo(3 + 0.2 * i, 12));
    points[0].forEach((c, i) => expect(c).toBeCloseTo(a[i], 12));
    points[10].forEach((c, i) => expect(c).toBeCloseTo(b[i], 12));
    const cosine = (p: Float64Array, q: Float64Array) =>
      p.reduce((sum, c, i) => sum + c * q[i], 0) / norm(p) / norm(q);
    const angle = Math.acos(cosine(a, b));
    for (let i = 1; i < 11; ++i)
      expect(Math.acos(cosine(points[i - 1], points[i]))).toBeCloseTo(angle / 10, 7);
  });

  it("is a straight line where there is no plane: parallel points, and 0", () => {
    const y = [0, 0.3, 1];
    for (const [a, b] of [
      [
        [1, 2, 2],
        [2, 4, 4]
      ],
      [
        [1, 2, 2],
        [1, 2, 2 + 1e-12]
      ],
      [
        [0, 0, 0],
        [1, 2, 3]
      ],
      [
        [1, 2, 3],
        [0, 0, 0]
      ],
      [
        [0, 0, 0],
        [0, 0, 0]
      ]
    ]) {
      const [arc, line] = [mixSpherical(a, b, y), mixLinear(a, b, y)];
      arc.forEach((v, i) => expect(v).toBeCloseTo(line[i], 10));
    }
  });

  it("keeps its norm between opposite points, exactly and nearly so", () => {
    for (const end of [-2, -2 - 1e-12]) {
      const points = rowsOf(mixSpherical([1, 2, 2], [-1, -2, end], evenParts(5)), 3);
      for (const p of points) expect(norm(p)).toBeCloseTo(3, 8);
      [-1, -2, -2].forEach((v, i) => expect(points[4][i]).toBeCloseTo(v, 6));
      for (const p of points.slice(1, 4)) expect(p.every(Number.isFinite)).toBe(true);
    }
  });
});

describe("polyline", () => {
  // an L of two legs, 3 and 1 long
  const corner = Float64Array.of(0, 0, 3, 0, 3, 1);

  it("is measured and resampled by its length", () => {
    expect([...arcLength(corner, 2)]).toEqual([0, 3, 4]);
    expect([...alongPolyline(corner, 2, [0, 0.25, 0.75, 0.875, 1])]).toEqual([
      0, 0, 1, 0, 3, 0, 3, 0.5, 3, 1
    ]);
    const even = evenlyAlong(corner, 2, 9);
    for (let i = 0; i < 9; ++i) expect(even[2 * i] + even[2 * i + 1]).toBeCloseTo(i / 2, 12);
  });

  it("passes repeated points and paths of no length", () => {
    expect([...evenlyAlong(Float64Array.of(0, 0, 0, 2), 1, 3)]).toEqual([0, 1, 2]);
    expect([...evenlyAlong(Float64Array.of(7, 7), 1, 3)]).toEqual([7, 7, 7]);
    expect([...evenlyAlong(Float64Array.of(7), 1, 2)]).toEqual([7, 7]);
  });

  it("says where along y its points come evenly", () => {
    // 9 tenths of the length lie between y = 0.4 and 0.5
    const y = [0, 0.4, 0.5, 1];
    const path = Float64Array.of(0, 0.05, 0.95, 1);
    const even = evenByLength(path, 1, y, 11);
    expect([even[0], even[10]]).toEqual([0, 1]);
    for (let i = 1; i < 10; ++i) expect(even[i]).toBeCloseTo(0.4 + (0.1 * (i / 10 - 0.05)) / 0.9, 12);
    const still = evenByLength(new Float64Array(4), 1, y, 5);
    expect(still.every((v, i) => i === 0 || v >= still[i - 1])).toBe(true);
  });

  it("refuses parts beyond its ends", () => {
    expect(() => alongPolyline(corner, 2, [1.1])).toThrow("y: found 1.1; expected 0 to 1");
    expect(() => evenParts(1)).toThrow("points: found 1");
  });
});

describe("shortest path", () => {
  /** Random edges, and Floyd and Warshall's lengths of all shortest paths. */
  function randomGraph(n: number): {edges: Edges; all: number[][]} {
    const rng = random(3);
    const all = Array.from({length: n}, (_, i) =>
      Array.from({length: n}, (_, j) => (i === j ? 0 : Infinity))
    );
    const first = new Int32Array(n + 1);
    const [to, length]: [number[], number[]] = [[], []];
    for (let i = 0; i < n; ++i) {
      for (let e = 0; e < 3; ++e) {
        to.push(rng.integer(n));
        length.push(rng.uniform());
        all[i][to.at(-1)!] = Math.min(all[i][to.at(-1)!], length.at(-1)!);
      }
      first[i + 1] = to.length;
    }
    for (let k = 0; k < n; ++k)
      for (let i = 0; i < n; ++i)
        for (let j = 0; j < n; ++j) all[i][j] = Math.min(all[i][j], all[i][k] + all[k][j]);
    return {edges: {first, to: Int32Array.from(to), length: Float64Array.from(length)}, all};
  }

  it("has Floyd and Warshall's length between all pairs, along edges that are there", () => {
    const n = 40;
    const {edges, all} = randomGraph(n);
    for (let i = 0; i < n; ++i)
      for (let j = 0; j < n; ++j) {
        const found = shortestPath(edges, i, j);
        if (all[i][j] === Infinity) {
          expect(found).toBeUndefined();
          continue;
        }
        expect(found!.length).toBeCloseTo(all[i][j], 12);
        expect([found!.rows[0], found!.rows.at(-1)]).toEqual([i, j]);
        for (let k = 0; k + 1 < found!.rows.length; ++k) {
          const [from, next] = [found!.rows[k], found!.rows[k + 1]];
          expect([...edges.to.subarray(edges.first[from], edges.first[from + 1])]).toContain(next);
        }
      }
  });

  it("is undefined against the direction of the edges", () => {
    const edges = {first: Int32Array.of(0, 1, 1), to: Int32Array.of(1), length: Float64Array.of(2)};
    expect(shortestPath(edges, 0, 1)).toEqual({rows: [0, 1], length: 2});
    expect(shortestPath(edges, 1, 0)).toBeUndefined();
    expect(() => shortestPath(edges, 0, 2)).toThrow("row: found 2; expected 0 to 1");
  });
});

describe("graph traversal", () => {
  it.skipIf(!haveFixtures)("has cryoDRGN's lengths on a real run's latents", () => {
    const {mu} = readLatents(fixture("real/zvals_het-8_4k.pkl"), "zvals_het-8_4k.pkl");
    const start = performance.now();
    const graph = neighbourGraph(Float64Array.from(mu.data), mu.shape[1]);
    const found = graphTraversal(graph, [2020, 3030, 4040])!;
    console.log(`graph of ${mu.shape[0]} latents and a path: ${(performance.now() - start).toFixed(0)} ms`);
    expect(found.lengths.map((l) => l.toFixed(3))).toEqual(["2.409", "5.141"]);
    expect(found.rows[0]).toBe(2020);
    expect(found.rows).toContain(3030);
    expect(found.rows.at(-1)).toBe(4040);
  });

  it("keeps as many edges as it is told, the shortest", () => {
    const [n, d] = [500, 3];
    const z = random(4).fillNormal(new Float64Array(n * d));
    const graph = neighbourGraph(z, d, {maxNeighbours: 8, averageNeighbours: 4});
    // two rows that are each other's neighbours have edges of one length: both stay at the threshold
    expect(graph.length.filter((l) => l < graph.threshold).length).toBeLessThan(3 * n);
    expect(graph.to.length - 3 * n).toBeOneOf([0, 1]);
    expect(Math.max(...graph.length)).toBe(graph.threshold);
    for (let i = 0; i < n; ++i) {
      const to = graph.to.subarray(graph.first[i], graph.first[i + 1]);
      expect(to.length).toBeLessThanOrEqual(7);
      // those of a row are its nearest, by a search through all
      const nearest = Array.from({length: n}, (_, j) => j)
        .filter((j) => j !== i)
        .map((j) => ({j, q: [0, 1, 2].reduce((s, c) => s + (z[i * d + c] - z[j * d + c]) ** 2, 0)}))
        .sort((a, b) => a.q - b.q);
      expect([...to]).toEqual(nearest.slice(0, to.length).map(({j}) => j));
    }
  });

  it("is undefined between clusters that no edge joins", () => {
    const z = random(5)
      .fillNormal(new Float64Array(200))
      .map((v, i) => v + (i < 100 ? 0 : 100));
    const graph = neighbourGraph(z, 2);
    expect(graphTraversal(graph, [0, 99])).toBeUndefined();
  });

  it("goes round the ring that a straight line crosses", () => {
    const n = 2000;
    const z = new Float64Array(2 * n);
    for (let i = 0; i < n; ++i) {
      z[2 * i] = Math.cos((2 * Math.PI * i) / n);
      z[2 * i + 1] = Math.sin((2 * Math.PI * i) / n);
    }
    const {lengths} = graphTraversal(neighbourGraph(z, 2), [0, n / 2])!;
    expect(lengths[0]).toBeCloseTo(Math.PI, 3);
  });

  it("refuses numbers of neighbours that don't fit", () => {
    const z = new Float64Array(20);
    expect(() => neighbourGraph(z, 2, {maxNeighbours: 11})).toThrow("maxNeighbours: found 11; expected a whole number from 2 to 10"); // prettier-ignore
    expect(() => neighbourGraph(z, 2, {averageNeighbours: 11})).toThrow("averageNeighbours: found 11");
  });
});
