import {describe, expect, test} from "vitest";
import {logDensityOf} from "../../components/analysis/pathDensity.js";
import {quantile} from "../../components/analysis/quantiles.js";
import {quiet} from "../../components/compute/job.js";
import {random} from "../../components/compute/random.js";
import {gaussianMixture, logDensity, mixtureDenoiser, sampleMixture} from "../../components/diffusion/gaussianMixture.js"; // prettier-ignore
import {priorPresets} from "../../components/diffusion/presets.js";
import {writePrior} from "../../components/diffusion/priorFile.js";
import {priorOf, startPrior} from "../../components/diffusion/priorState.js";
import {identity} from "../../components/diffusion/standardise.js";
import {latentDensity} from "../../components/jobs/latentDensity.js";
import {priorEnergy} from "../../components/jobs/priorEnergy.js";
import {trainPrior} from "../../components/jobs/trainPrior.js";
import {numericalScore} from "../analysis/scoreOf.js";

// three clusters in four dimensions, of different widths and weights, not far from each other
const d = 4;
const mixture = gaussianMixture(
  [
    {weight: 0.5, covariance: 0.4},
    {weight: 0.3, covariance: 0.25},
    {weight: 0.2, covariance: 0.6}
  ].map((part, k) => ({...part, mean: Array.from({length: d}, (_, i) => (i === k ? 3 : i === k + 1 ? -1 : 0))})) // prettier-ignore
);
const m = 200;
const unseen = sampleMixture(mixture, m, random(2));
const exact = logDensity(mixture, unseen, new Float64Array(m));
const errors = (found: Float64Array) => found.map((v, i) => Math.abs(v - exact[i])).sort();

describe("the free energy of a mixture that is known", () => {
  test("with its exact denoiser it is its own, within the ODE's tolerance", async () => {
    const denoiser = mixtureDenoiser(mixture);
    const standardisation = identity(d);
    const usual = errors(await logDensityOf(denoiser, unseen, {standardisation}));
    const fine = errors(await logDensityOf(denoiser, unseen, {standardisation, rtol: 1e-5, atol: 1e-5}));
    console.log(`exact denoiser: error ${quantile(usual, 0.5).toFixed(4)} nats (median), ${usual[m - 1].toFixed(4)} (largest); at tolerance 1e-5 ${quantile(fine, 0.5).toFixed(5)}, ${fine[m - 1].toFixed(4)}`); // prettier-ignore
    expect(quantile(usual, 0.5)).toBeLessThan(3e-3);
    expect(usual[m - 1]).toBeLessThan(0.02);
    expect(quantile(fine, 0.5)).toBeLessThan(5e-4);
  });

  test("with a prior that was trained on 10,000 draws it is its own within 0.1 nats, and its score is the mixture's", async () => {
    const n = 10_000;
    const {model, training} = priorPresets.quick;
    const mu = {shape: [n, d], data: Float32Array.from(sampleMixture(mixture, n, random(1)))};
    const state = startPrior(mu, model, {...training, steps: 3000, seed: 3});
    await trainPrior(state);
    const file = {name: "mixture", bytes: writePrior(priorOf(state), {})};
    const found = await latentDensity({prior: file, z: unseen}, {...quiet, partial: () => {}});
    const off = errors(found);
    console.log(`trained prior, 3,000 steps of preset quick: error ${quantile(off, 0.5).toFixed(3)} nats (median), ${quantile(off, 0.9).toFixed(3)} (of 90%)`); // prettier-ignore
    expect(quantile(off, 0.5)).toBeLessThan(0.1);
    expect(quantile(off, 0.9)).toBeLessThan(0.4);

    // what paths are relaxed by, at a noise level that hardly changes this law
    const gradient = await priorEnergy(file, d, quiet).score!(unseen);
    const F = (z: Float64Array) => logDensity(mixture, z, new Float64Array(z.length / d)).map((v) => -v);
    const slope = numericalScore(F, d)(unseen);
    const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, i) => sum + v * b[i], 0);
    const [products, own, other] = [dot(gradient, slope), dot(gradient, gradient), dot(slope, slope)];
    expect(products / Math.sqrt(own * other)).toBeGreaterThan(0.9);
    expect(own / other).toBeGreaterThan(0.5);
    expect(own / other).toBeLessThan(1.5);
  });

  test("a prior of another dimension is refused", () => {
    const state = startPrior({shape: [50, 2], data: new Float32Array(100)}, priorPresets.quick.model, {...priorPresets.quick.training, seed: 1}); // prettier-ignore
    const file = {name: "flat", bytes: writePrior(priorOf(state), {})};
    expect(() => priorEnergy(file, 3, quiet)).toThrow(
      "flat: |z|: found 2; expected 3, as the encodings have"
    );
  });
});
