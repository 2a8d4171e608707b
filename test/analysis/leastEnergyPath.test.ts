import {describe, expect, it} from "vitest";
import {lineFlux} from "../../components/analysis/flux.js";
import {fluxString} from "../../components/analysis/fluxString.js";
import {fluxWay} from "../../components/analysis/fluxGraph.js";
import {joinedGraph} from "../../components/analysis/joinedGraph.js";
import {leastEnergyPath, type EnergyField} from "../../components/analysis/leastEnergyPath.js";
import {graphTraversal, neighbourGraph} from "../../components/analysis/neighbourGraph.js";
import {evenlyAlong} from "../../components/analysis/polyline.js";
import {shortestPath, type Edges} from "../../components/analysis/shortestPath.js";
import {random} from "../../components/compute/random.js";
import {gaussianMixture, logDensity, sampleMixture} from "../../components/diffusion/gaussianMixture.js";
import {numericalScore} from "./scoreOf.js";

// A and B stand at the two ends of a well populated arc of modes; a few draws lie straight between them, in a narrow bridge.
const arc = Array.from({length: 9}, (_, i) => {
  const angle = Math.PI * (1 - i / 8);
  return {weight: 1, mean: [2 * Math.cos(angle), 2 * Math.sin(angle)], covariance: 0.08};
});
const bridge = [-1, 0, 1].map((x) => ({weight: 0.02, mean: [x, 0], covariance: 0.04}));
const mixture = gaussianMixture([...arc, ...bridge]);
const energyAt = (points: Float64Array) => logDensity(mixture, points, new Float64Array(points.length / 2)).map((v) => -v); // prettier-ignore
let asked = 0;
const field: EnergyField = {
  at: (points) => {
    asked += points.length / 2;
    return Promise.resolve(energyAt(points));
  },
  score: numericalScore(energyAt, 2),
  step: 0.02
};
const n = 1500;
const z = sampleMixture(mixture, n, random(1));
z.set([-2, 0, 2, 0]);
const energies = energyAt(z);
const lowest = Math.min(...energies);
const highest = (path: Float64Array) => Math.max(...energyAt(evenlyAlong(path, 2, 200))) - lowest;
const fluxOf = (path: Float64Array) => {
  const even = evenlyAlong(path, 2, 400);
  const length = even.reduce((sum, v, i) => (i < 2 || i % 2 ? sum : sum + Math.hypot(v - even[i - 2], even[i + 1] - even[i - 1])), 0); // prettier-ignore
  return lineFlux(energyAt(even).map((v) => v - lowest), length / 399); // prettier-ignore
};

/** The best of all ways over a fine grid, each place joined to 32 around it: by the integral of exp(F), and by the highest F. */
function onGrid(): {flux: number; barrier: number} {
  const [w, h, x0, y0, step] = [241, 171, -3, -1, 0.025];
  const place = (i: number) => [x0 + step * (i % w), y0 + step * Math.floor(i / w)];
  const F = energyAt(Float64Array.from({length: 2 * w * h}, (_, i) => place(i >> 1)[i & 1])).map((v) => v - lowest); // prettier-ignore
  const moves: [number, number][] = [];
  for (let u = -3; u <= 3; ++u)
    for (let v = -3; v <= 3; ++v) {
      const [p, q] = [Math.abs(u), Math.abs(v)];
      const common = (p && q && p % 2 === 0 && q % 2 === 0) || (p === 3 && q === 3) || Math.max(p, q) > 1 === (p * q === 0); // prettier-ignore
      if ((p || q) && !common) moves.push([u, v]);
    }
  const edges = (weight: (a: number, b: number, length: number) => number): Edges => {
    const first = new Int32Array(w * h + 1);
    const [to, length]: [number[], number[]] = [[], []];
    for (let i = 0; i < w * h; ++i) {
      const [x, y] = [i % w, Math.floor(i / w)];
      for (const [u, v] of moves) {
        if (!(x + u >= 0 && x + u < w && y + v >= 0 && y + v < h)) continue;
        const j = i + u + v * w;
        to.push(j);
        length.push(weight(F[i], F[j], step * Math.hypot(u, v)));
      }
      first[i + 1] = to.length;
    }
    return {first, to: Int32Array.from(to), length: Float64Array.from(length)};
  };
  const at = ([x, y]: number[]) => Math.round((y - y0) / step) * w + Math.round((x - x0) / step);
  const [from, goal] = [at([-2, 0]), at([2, 0])];
  // as good as the least of the highest: any lower place weighs nothing beside a higher one
  const steep = shortestPath(
    edges((p, q, length) => lineFlux([40 * p, 40 * q], length)),
    from,
    goal
  )!;
  return {
    flux: shortestPath(
      edges((p, q, length) => lineFlux([p, q], length)),
      from,
      goal
    )!.length,
    barrier: Math.max(...steep.rows.map((i) => F[i]))
  };
}

describe("the integral of exp(F) along a line", () => {
  it("is exact where F is linear, flat or steep, and finite for what no number holds", () => {
    expect(lineFlux([0, 0], 3)).toBeCloseTo(3, 12);
    expect(lineFlux([1, 3], 2)).toBeCloseTo(Math.exp(3) - Math.exp(1), 10);
    expect(lineFlux([3, 1, 1], [2, 0.5])).toBeCloseTo(Math.exp(3) - Math.exp(1) + 0.5 * Math.E, 10);
    expect(lineFlux([2, 2 + 1e-10], 1)).toBeCloseTo(Math.exp(2), 8);
    expect(lineFlux([0, 1e9], 1)).toBeLessThan(Infinity);
  });
});

describe("a joined graph", () => {
  it("holds each point's nearest others, and leads everywhere", () => {
    const two = random(2).fillNormal(new Float64Array(600)).map((v, i) => v + (i < 300 ? 0 : 50)); // prettier-ignore
    const {from, to, length} = joinedGraph(two, 3, 4);
    const reached = new Set([0]);
    for (let before = 0; before < reached.size;) {
      before = reached.size;
      from.forEach((row, e) => {
        if (reached.has(row)) reached.add(to[e]);
        if (reached.has(to[e])) reached.add(row);
      });
    }
    expect(reached.size).toBe(200);
    expect(length.filter((v) => v > 40)).toHaveLength(1); // the tree alone joins the two clusters
    from.forEach((row, e) => expect(length[e]).toBeCloseTo(Math.hypot(...[0, 1, 2].map((c) => two[3 * row + c] - two[3 * to[e] + c])), 12)); // prettier-ignore
    expect(() => joinedGraph(two, 3, 200)).toThrow("neighbours: found 200; expected a whole number from 1 to 199"); // prettier-ignore
  });
});

describe("the path of least free energy", () => {
  it("takes the populated detour along its middle: the direct way crosses a thin bridge, the shortest over the graph cuts corners", async () => {
    const grid = onGrid();
    asked = 0;
    const found = await leastEnergyPath(field, {z, d: 2, energies}, [0, 1]);
    const direct = Float64Array.of(-2, 0, 2, 0);
    const plain = graphTraversal(neighbourGraph(z, 2, {averageNeighbours: 20, maxNeighbours: 40}), [0, 1])!.rows; // prettier-ignore
    const plainPath = Float64Array.from(plain.flatMap((row) => [z[2 * row], z[2 * row + 1]]));
    const own = highest(found.z);
    console.log(
      `highest F, nats: least free energy ${own.toFixed(2)} (graph alone ${found.barriers.graph.toFixed(2)}), grid ${grid.barrier.toFixed(2)}, direct ${highest(direct).toFixed(2)}, shortest over the graph ${highest(plainPath).toFixed(2)}; ` +
        `integral of exp(F): ${fluxOf(found.z).toFixed(2)}, grid ${grid.flux.toFixed(2)}; F asked ${asked} times`
    );
    expect(Math.max(...found.z.filter((_, i) => i % 2))).toBeGreaterThan(1.5);
    expect([...found.z.slice(0, 2), ...found.z.slice(-2)]).toEqual([...direct]);
    expect(own).toBeLessThan(highest(direct) - 1);
    expect(own).toBeLessThan(highest(plainPath) - 0.5);
    expect(own).toBeLessThan(grid.barrier + 0.1);
    expect(fluxOf(found.z)).toBeLessThan(1.05 * grid.flux);
    expect(found.relaxed).toBe(true);
    expect(found.barriers.relaxed).toBeLessThan(found.barriers.graph);
    expect(found.rows[0]).toBe(0);
  });

  it("stays on the graph where there is no score, and where the relaxed path is no better", async () => {
    const {at} = field;
    const alone = await leastEnergyPath({at}, {z, d: 2, energies}, [0, 1]);
    expect([alone.relaxed, alone.barriers.relaxed]).toEqual([false, undefined]);
    const away = (points: Float64Array) => numericalScore(energyAt, 2)(points).map((v) => -v);
    const wrong = await leastEnergyPath({at, score: away, step: 0.002}, {z, d: 2, energies}, [0, 1]);
    expect(wrong.relaxed).toBe(false);
    expect(wrong.z).toEqual(alone.z);
    expect(wrong.barriers.relaxed).toBeGreaterThan(wrong.barriers.graph);
  });

  it("looks inside few edges, and no further than it is allowed to", async () => {
    const graph = joinedGraph(z, 2, 12);
    let looked = 0;
    const at = (points: Float64Array) => {
      looked += points.length / 2;
      return field.at(points);
    };
    const whole = await fluxWay(graph, {z, d: 2, energies}, [0, 1], at);
    expect(whole.looked).toBe(looked);
    expect(looked).toBeLessThan(graph.from.length / 40);
    looked = 0;
    const short = await fluxWay(graph, {z, d: 2, energies}, [0, 1], at, {looks: 1});
    expect(short.looked).toBe(looked);
    expect(short.flux).toBeGreaterThanOrEqual(whole.flux);
    expect([short.rows[0], short.rows.at(-1)]).toEqual([0, 1]);
  });

  it("sees a gap that lies inside an edge", async () => {
    // straight from row 0 to 1 across a wall, or around it over row 2
    const three = Float64Array.of(0, 0, 1, 0, 0.5, 1);
    const wall = (points: Float64Array) => Promise.resolve(Float64Array.from({length: points.length / 2}, (_, i) => (Math.abs(points[2 * i] - 0.5) < 0.3 && points[2 * i + 1] < 0.1 ? 9 : 0))); // prettier-ignore
    const graph = joinedGraph(three, 2, 2);
    const found = await fluxWay(graph, {z: three, d: 2, energies: new Float64Array(3)}, [0, 1], wall);
    expect(found.rows).toEqual([0, 2, 1]);
    expect(found.flux).toBeCloseTo(2 * Math.hypot(0.5, 1), 12);
  });

  it("refuses an F that is no number, and one that is not there for each row", async () => {
    const wrong = energies.slice();
    wrong[7] = NaN;
    await expect(leastEnergyPath(field, {z, d: 2, energies: wrong}, [0, 1])).rejects.toThrow(
      "energies: found NaN at row 7; expected finite numbers"
    );
    await expect(leastEnergyPath(field, {z, d: 2, energies: wrong.slice(1)}, [0, 1])).rejects.toThrow(
      "energies: found 1499; expected 1500, one a row"
    );
    await expect(leastEnergyPath(field, {z, d: 2, energies}, [0, n])).rejects.toThrow("row: found 1500; expected 0 to 1499"); // prettier-ignore
  });
});

describe("a string", () => {
  const still = (points: Float64Array) => new Float64Array(points.length);

  it("is drawn straight where nothing holds it, with its points evenly along it", async () => {
    const bent = Float64Array.of(0, 0, 0, 3, 1, 3, 4, 3, 4, 0);
    const path = await fluxString(bent, 2, still, {step: 1});
    path.forEach((v, i) => expect(v).toBeCloseTo(i % 2 ? 0 : i >> 1, 6));
  });

  it("rests where the score across it balances its curvature: on a circle, for p = r", async () => {
    // p = r has the score 1 / r outwards, as large as the curvature of the circle there, which pulls inwards
    const rising = (points: Float64Array) => points.map((v, i) => v / (points[i - (i % 2)] ** 2 + points[i - (i % 2) + 1] ** 2)); // prettier-ignore
    const circle = Float64Array.from({length: 66}, (_, i) =>
      (i % 2 ? Math.sin : Math.cos)((Math.PI * (i >> 1)) / 32)
    );
    const path = await fluxString(circle, 2, rising, {step: 0.01, iterations: 50});
    for (let i = 0; i < 33; ++i) expect(Math.hypot(path[2 * i], path[2 * i + 1])).toBeCloseTo(1, 2);
    const inwards = await fluxString(circle, 2, still, {step: 0.01, iterations: 50});
    expect(Math.hypot(inwards[32], inwards[33])).toBeLessThan(0.7);
  });

  it("needs three points", async () => {
    await expect(fluxString(new Float64Array(4), 2, still, {step: 1})).rejects.toThrow("path: found 2 points; expected 3 or more"); // prettier-ignore
  });
});
