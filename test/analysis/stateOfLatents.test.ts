import {describe, expect, it} from "vitest";
import {
  angleRegression,
  circularDistance,
  knnClassification,
  labelledLatents,
  statesOf
} from "../../components/analysis/stateOfLatents.js";
import {
  countStates,
  expectedTotalVariation,
  totalVariation
} from "../../components/analysis/totalVariation.js";
import {normalCdf} from "../../components/compute/normalCdf.js";
import {random} from "../../components/compute/random.js";
import {gaussianMixture, sampleMixture} from "../../components/diffusion/gaussianMixture.js";

/** Latents of states with means `apart` on a line, in 3 dimensions. */
function labelled(n: number, seed: number, weights: number[], apart: number) {
  const law = gaussianMixture(weights.map((weight, k) => ({weight, mean: [apart * k, 0, 0], covariance: 1})));
  const labels = new Int32Array(n);
  return {z: sampleMixture(law, n, random(seed), labels), labels};
}

describe("state of latents", () => {
  it("is the state of the nearest encoding, or the vote of some", () => {
    const known = labelledLatents(Float64Array.of(0, 1, 2, 10, 11), [0, 1, 1, 2, 2], 1);
    expect([...statesOf(known, Float64Array.of(-1, 1.1, 9))]).toEqual([0, 1, 2]);
    expect([...statesOf(known, Float64Array.of(-1, 10.6), 3)]).toEqual([1, 2]);
    // one vote each: the nearest decides
    expect([...statesOf(known, Float64Array.of(0.4), 2)]).toEqual([0]);
    // more neighbours than there are
    expect([...statesOf(known, Float64Array.of(0), 9)]).toEqual([1]);
  });

  it("of samples of the encodings' law has the encodings' law with one neighbour, not with a vote of many", () => {
    const weights = [8, 2];
    const encodings = labelled(20_000, 1, weights, 1);
    const samples = labelled(4000, 2, weights, 1);
    const known = labelledLatents(encodings.z, encodings.labels, 3);
    const law = countStates(encodings.labels, 2);
    const distance = (k: number) => totalVariation(countStates(statesOf(known, samples.z, k), 2), law);
    expect(distance(1)).toBeLessThan(4 * expectedTotalVariation(law, 4000));
    expect(distance(50)).toBeGreaterThan(0.05);
  });

  it("refuses labels that don't fit", () => {
    expect(() => labelledLatents(new Float64Array(6), [0, 1], 2)).toThrow("labels: found 2; expected 3");
    expect(() => labelledLatents(new Float64Array(2), [0, 1.5], 1)).toThrow("label 1: found 1.5");
    expect(() => labelledLatents(new Float64Array(2), [0, 3], 1, 3)).toThrow("label 1: found 3; expected 0 to 2"); // prettier-ignore
  });
});

describe("classification", () => {
  it("has the Bayes accuracy of two normal laws, and a confusion matrix that adds up", () => {
    const apart = 3;
    const {z, labels} = labelled(6000, 3, [1, 1], apart);
    const {accuracy, confusion, predictions, perState, K} = knnClassification(z, labels, 3);
    expect(Math.abs(accuracy - normalCdf(apart / 2))).toBeLessThan(0.015);
    expect(K).toBe(2);
    const counts = countStates(labels, 2);
    expect([confusion[0] + confusion[1], confusion[2] + confusion[3]]).toEqual([...counts]);
    expect((confusion[0] + confusion[3]) / 6000).toBe(accuracy);
    expect(perState[1]).toBe(confusion[3] / counts[1]);
    expect(predictions.filter((s, i) => s === 1 && labels[i] === 0).length).toBe(confusion[1]);
  });

  it("classifies a row from the other folds alone: unrelated labels are guessed at chance", () => {
    const z = random(4).fillNormal(new Float64Array(4000));
    const rng = random(5);
    const labels = Int32Array.from({length: 2000}, () => rng.integer(4));
    const {accuracy} = knnClassification(z, labels, 2, {neighbours: 1});
    expect(Math.abs(accuracy - 0.25)).toBeLessThan(4 * Math.sqrt(0.1875 / 2000));
  });

  it("says which states have no rows", () => {
    const {perState} = knnClassification(Float64Array.of(0, 1, 2, 3), [0, 0, 2, 2], 1, {
      neighbours: 1,
      folds: 4
    });
    expect(perState[1]).toBeNaN();
    expect(() => knnClassification(new Float64Array(10), new Int32Array(10), 1)).toThrow(
      "neighbours: found 20"
    );
  });
});

describe("an angle from latents", () => {
  const circle = (n: number, noise: number) => {
    const rng = random(6);
    const angle = Float64Array.from({length: n}, () => 2 * Math.PI * rng.uniform());
    const z = new Float64Array(2 * n);
    for (let i = 0; i < 2 * n; ++i)
      z[i] = (i % 2 ? Math.sin : Math.cos)(angle[i >> 1]) + noise * rng.normal();
    return {z, angle};
  };

  it("is found over the seam, within the noise", () => {
    const {z, angle} = circle(4000, 0.1);
    const {median, mean, errors, predictions} = angleRegression(z, angle, 2, {neighbours: 40});
    // angular noise of deviation 0.1: its median is 0.6745 of that
    expect(Math.abs(median / 0.06745 - 1)).toBeLessThan(0.1);
    expect(mean).toBeGreaterThan(median);
    expect(Math.max(...errors)).toBeLessThan(0.6);
    expect(circularDistance(predictions[0], angle[0])).toBe(errors[0]);
  });

  it("errs by a quarter turn at the median where latents say nothing", () => {
    const {angle} = circle(2000, 0);
    const {median} = angleRegression(random(7).fillNormal(new Float64Array(4000)), angle, 2);
    expect(Math.abs(median - Math.PI / 2)).toBeLessThan(0.15);
  });

  it("is the short way round", () => {
    expect(circularDistance(0.1, 2 * Math.PI - 0.1)).toBeCloseTo(0.2, 12);
    expect(circularDistance(7 * Math.PI, 0)).toBeCloseTo(Math.PI, 12);
  });
});
