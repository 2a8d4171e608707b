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

  it("draws log-normal noise levels", () => {
    const rng = random(2);
    const logs = Float64Array.from({length: 20000}, () => Math.log(trainingSigma(rng, EDM)));
    const {mean, deviation} = standardisation(logs, 1);
    expect(Math.abs(mean[0] + 1.2)).toBeLessThan(0.03);
    expect(Math.abs(deviation[0] - 1.2)).toBeLessThan(0.03);
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
    unstandardise(y, s).forEach((v, i) => expect(v).toBeCloseTo(x[i], 10));
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
