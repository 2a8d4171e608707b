import {describe, expect, it} from "vitest";
import {random} from "../../components/compute/random.js";
import {EDM, lossWeight, precondition, trainingSigma} from "../../components/diffusion/edm.js";
import {heldOut, takeRows} from "../../components/diffusion/heldOut.js";
import {standardisation, standardise, unstandardise} from "../../components/diffusion/standardise.js";

describe("EDM preconditioning", () => {
  it("gives the network inputs and targets of unit variance at every noise level", () => {
    const rng = random(1);
    const n = 40000;
    const sigma_data = 0.7;
    for (const sigma of [0.01, 0.5, 30]) {
      const {c_skip, c_out, c_in, c_noise} = precondition(sigma, sigma_data);
      let [input, target] = [0, 0];
      for (let i = 0; i < n; ++i) {
        const x0 = sigma_data * rng.normal();
        const x = x0 + sigma * rng.normal();
        input += (c_in * x) ** 2 / n;
        target += ((x0 - c_skip * x) / c_out) ** 2 / n;
      }
      expect(Math.abs(input - 1)).toBeLessThan(0.03);
      expect(Math.abs(target - 1)).toBeLessThan(0.03);
      expect(c_noise).toBeCloseTo(Math.log(sigma) / 4, 12);
      expect(lossWeight(sigma, sigma_data) * c_out ** 2).toBeCloseTo(1, 12);
    }
  });

  it("draws log-normal noise levels, and some uniform in the logarithm", () => {
    const draws = (P_uniform: number, seed: number) => {
      const rng = random(seed);
      const logs = Float64Array.from({length: 20000}, () =>
        Math.log(trainingSigma(rng, {...EDM, P_uniform}))
      );
      const {mean, deviation} = standardisation(logs, 1);
      return {logs, mean: mean[0], deviation: deviation[0]};
    };
    const normal = draws(0, 2);
    expect(Math.abs(normal.mean + 1.2)).toBeLessThan(0.03);
    expect(Math.abs(normal.deviation - 1.2)).toBeLessThan(0.03);
    const uniform = draws(1, 3);
    const span = Math.log(80 / 0.002);
    expect(Math.abs(uniform.mean - (Math.log(80) + Math.log(0.002)) / 2)).toBeLessThan(0.07);
    expect(Math.abs(uniform.deviation - span / Math.sqrt(12))).toBeLessThan(0.05);
    expect(Math.max(...uniform.logs)).toBeLessThan(Math.log(80));
    expect(Math.min(...uniform.logs)).toBeGreaterThan(Math.log(0.002));
  });
});

describe("standardisation", () => {
  it("gives columns of mean 0 and deviation 1, and comes back", () => {
    const x = random(3).fillNormal(new Float32Array(3000)).map((v, i) => (i % 3) + v * (1 + (i % 3))); // prettier-ignore
    const s = standardisation(x, 3);
    const y = standardise(x, s);
    const again = standardisation(y, 3);
    for (let j = 0; j < 3; ++j) {
      expect(again.mean[j]).toBeCloseTo(0, 10);
      expect(again.deviation[j]).toBeCloseTo(1, 10);
    }
    expect(Math.max(...unstandardise(y, s).map((v, i) => Math.abs(v - x[i])))).toBeLessThan(1e-10);
    expect(standardise([4, 4], standardisation([4, 4], 1))).toEqual(Float64Array.of(0, 0));
  });
});

describe("held-out rows", () => {
  it("are the same whenever asked, disjoint from the trained rows, and others for another seed", () => {
    const split = heldOut(1000, 7);
    expect(split).toEqual(heldOut(1000, 7));
    expect(split.heldOut).toHaveLength(100);
    expect(new Set([...split.heldOut, ...split.trained]).size).toBe(1000);
    expect(heldOut(1000, 8).heldOut).not.toEqual(split.heldOut);
    expect(takeRows(Float32Array.of(1, 2, 3, 4, 5, 6), 2, [2, 0])).toEqual(Float32Array.of(5, 6, 1, 2));
  });
});
