import {describe, expect, it} from "vitest";
import {clusters} from "../../components/analysis/clusters.js";
import {hexagons} from "../../components/analysis/hexagons.js";
import {quantile} from "../../components/analysis/quantiles.js";
import {insidePolygon} from "../../components/analysis/insidePolygon.js";
import {isolation} from "../../components/analysis/isolation.js";
import {quiet} from "../../components/compute/job.js";
import {random} from "../../components/compute/random.js";

const rng = random(4);

describe("inside a polygon", () => {
  it("is what the winding of its edges says, for a star of many corners", () => {
    const corners = Array.from({length: 301}, (_, i) => {
      const [angle, r] = [(2 * Math.PI * i) / 301, 1 + 0.4 * Math.cos(9 * ((2 * Math.PI * i) / 301))];
      return [r * Math.cos(angle), r * Math.sin(angle)];
    });
    const inside = insidePolygon(corners.flat());
    let hits = 0;
    for (let i = 0; i < 4000; ++i) {
      const [x, y] = [3 * rng.uniform() - 1.5, 3 * rng.uniform() - 1.5];
      let turns = 0;
      corners.forEach(([ax, ay], k) => {
        const [bx, by] = corners[(k + 1) % 301];
        const [u, v] = [Math.atan2(ay - y, ax - x), Math.atan2(by - y, bx - x)];
        turns += Math.atan2(Math.sin(v - u), Math.cos(v - u)) / (2 * Math.PI);
      });
      expect(inside(x, y)).toBe(Math.abs(Math.round(turns)) === 1);
      hits += Number(inside(x, y));
    }
    expect(hits).toBeGreaterThan(1000);
  });

  it("leaves out what is gone around twice, what has no place, and everything where there is no area", () => {
    const twice = insidePolygon([0, 0, 2, 0, 2, 2, 0, 2, 0, 0, 2, 0, 2, 2, 0, 2]);
    expect(twice(1, 1)).toBe(false);
    const square = insidePolygon([0, 0, 2, 0, 2, 2, 0, 2]);
    expect([square(1, 1), square(3, 1), square(NaN, 1), square(1, Infinity)]).toEqual([true, false, false, false]); // prettier-ignore
    expect(insidePolygon([0, 0, 2, 0])(1, 0)).toBe(false);
    expect(insidePolygon([0, 1, 2, 1, 1, 1])(1, 1)).toBe(false);
    expect(insidePolygon([])(0, 0)).toBe(false);
  });
});

describe("hexagons", () => {
  it("have each point in the one whose centre is nearest, and stay where they are when points are added", () => {
    const [x, y] = [0, 1].map(() => rng.fillNormal(new Float64Array(3000)));
    const found = hexagons(x, y, 0.2);
    const {centres, counts, cellOf} = found;
    expect(counts.reduce((a, b) => a + b, 0)).toBe(3000);
    for (let i = 0; i < 3000; ++i) {
      const to = (c: number) => Math.hypot(x[i] - centres[2 * c], y[i] - centres[2 * c + 1]);
      const own = to(cellOf[i]);
      const nearest = Math.min(...Array.from(counts.keys(), to));
      expect(own - nearest).toBeLessThan(1e-12);
      expect(own).toBeLessThan(0.2 + 1e-12);
    }
    const more = hexagons([...x, 40], [...y, -7], 0.2);
    const key = (of: typeof found, c: number) => `${of.centres[2 * c].toFixed(6)} ${of.centres[2 * c + 1].toFixed(6)}`; // prettier-ignore
    expect(Array.from(more.cellOf.subarray(0, 3000), (c) => key(more, c))).toEqual(Array.from(cellOf, (c) => key(found, c))); // prettier-ignore
  });

  it("take points without a place, and refuse a size that makes no sense", () => {
    const {cellOf, counts} = hexagons([0, NaN, 0.01, Infinity], [0, 0, 0, 1], 1);
    expect([...cellOf]).toEqual([0, -1, 0, -1]);
    expect([...counts]).toEqual([2]);
    expect(hexagons([NaN], [1], 1).counts.length).toBe(0);
    expect(() => hexagons([0, 1], [0, 1], 0)).toThrow("radius: found 0; expected a positive number");
    expect(() => hexagons([0, 1e6], [0, 1e6], 1)).toThrow("fewer than 2^26 cells");
  });
});

describe("isolation", () => {
  it("is the distance to the 5th neighbour by a search through all, in units of its 99% quantile", async () => {
    const x = Float32Array.from(rng.fillNormal(new Float64Array(3 * 400)));
    const far = await isolation(x, 3);
    const fifth = Array.from({length: 400}, (_, i) => {
      const all = Array.from({length: 400}, (_, j) => Math.hypot(...[0, 1, 2].map((c) => x[3 * i + c] - x[3 * j + c]))); // prettier-ignore
      return all.sort((a, b) => a - b)[5]; // the nearest is the row itself
    });
    const unit = quantile(Float64Array.from(fifth).sort(), 0.99);
    far.forEach((v, i) => expect(v).toBeCloseTo(fifth[i] / unit, 5));
  });

  it("is large for a row that is alone, not for a small group far away, however many rows there are", async () => {
    const n = 30_000;
    const x = Float32Array.from(rng.fillNormal(new Float64Array(8 * n)));
    for (let i = 0; i < 300; ++i) x[8 * i] += 40;
    x[8 * 700 + 3] = 25;
    let last = 0;
    const far = await isolation(x, 8, {...quiet, progress: (done, all) => (last = done / all)});
    expect(last).toBe(1);
    expect(far[700]).toBeGreaterThan(5);
    expect(far.filter((v) => v > 2)).toHaveLength(1);
  });

  it("is nothing where most are the same, and refuses too few", async () => {
    expect([...(await isolation(new Float32Array(40), 2))]).toEqual(Array(20).fill(0));
    await expect(isolation(new Float32Array(12), 2)).rejects.toThrow("rows: found 6; expected 7 or more");
  });
});

describe("clusters", () => {
  const centres = [[-6, 0, 0], [6, 0, 1], [0, 7, -2]]; // prettier-ignore
  const sizes = [500, 30_000, 9000];
  const x = Float64Array.from(sizes.flatMap((m, k) => Array.from({length: 3 * m}, (_, i) => centres[k][i % 3] + 0.5 * rng.normal()))); // prettier-ignore

  it("are found, the largest first, of more rows than the centres are found by, the same for a seed", () => {
    const found = clusters(x, 3, 3, 1);
    expect([...found.counts]).toEqual([30_000, 9000, 500]);
    [1, 2, 0].forEach((k, i) => centres[k].forEach((v, c) => expect(Math.abs(found.centres[3 * i + c] - v)).toBeLessThan(0.2))); // prettier-ignore
    expect([found.labels[0], found.labels[600], found.labels[31_000]]).toEqual([2, 0, 1]);
    expect(clusters(x, 3, 3, 1)).toEqual(found);
  });

  it("refuse a number of groups that makes no sense", () => {
    expect(() => clusters([1, 2], 1, 3, 1)).toThrow("k: found 3; expected a whole number from 1 to 2");
    expect([...clusters([1, 2, 3], 1, 1, 1).labels]).toEqual([0, 0, 0]);
  });
});
