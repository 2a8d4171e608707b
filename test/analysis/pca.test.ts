import {expect, it} from "vitest";
import {pca, projectPca} from "../../components/analysis/pca.js";
import {random} from "../../components/compute/random.js";

const c = Math.SQRT1_2;
const cloud = (n: number, seed: number) => {
  const rng = random(seed);
  const out = new Float64Array(n * 3);
  for (let i = 0; i < n; ++i) {
    const [u, v, w] = [3 * rng.normal(), rng.normal(), 0.2 * rng.normal()];
    out.set([5 + c * u - c * v, -1 + c * u + c * v, w], i * 3);
  }
  return out;
};

it("finds the axes and variances that made a cloud, with fixed signs", () => {
  const {mean, axes, variances} = pca(cloud(40000, 1), 3);
  [5, -1, 0].forEach((m, i) => expect(Math.abs(mean[i] - m)).toBeLessThan(0.05));
  [9, 1, 0.04].forEach((v, i) => expect(Math.abs(variances[i] / v - 1)).toBeLessThan(0.03));
  [c, c, 0].forEach((a, i) => expect(Math.abs(axes[i] - a)).toBeLessThan(0.01));
  expect(Math.abs(axes[8])).toBeCloseTo(1, 3);
  for (let k = 0; k < 3; ++k) {
    const row = [...axes.slice(3 * k, 3 * k + 3)];
    expect(Math.max(...row)).toBe(Math.max(...row.map(Math.abs)));
  }
});

it("projects its own set onto uncorrelated coordinates, and other sets into the same ones", () => {
  const x = cloud(2000, 2);
  const model = pca(x, 3);
  const y = projectPca(model, x, 3);
  const moment = (a: number, b: number) => {
    let sum = 0;
    for (let i = 0; i < 2000; ++i) sum += (y[3 * i + a] * y[3 * i + b]) / 2000;
    return sum;
  };
  for (let a = 0; a < 3; ++a) {
    expect(moment(a, a)).toBeCloseTo(model.variances[a], 10);
    for (let b = 0; b < a; ++b) expect(moment(a, b)).toBeCloseTo(0, 10);
  }
  expect(projectPca(model, model.mean)).toEqual(Float64Array.of(0, 0));
  const along = model.mean.map((m, i) => m + 2 * model.axes[3 + i]);
  const moved = projectPca(model, along);
  expect(moved[0]).toBeCloseTo(0, 12);
  expect(moved[1]).toBeCloseTo(2, 12);
});
