import {readFileSync} from "node:fs";
import {describe, expect, it} from "vitest";
import {encodedPath, interpolate, linearPath} from "../../components/analysis/interpolation.js";
import {mixSpherical} from "../../components/analysis/mixing.js";
import {neighbourGraph} from "../../components/analysis/neighbourGraph.js";
import {dataScale, densityQuantile, departure, offData} from "../../components/analysis/offData.js";
import {logDensityOf} from "../../components/analysis/pathDensity.js";
import {evenParts} from "../../components/analysis/polyline.js";
import {quantile, rankOf} from "../../components/analysis/quantiles.js";
import {kolmogorovSmirnov} from "../../components/analysis/distribution.js";
import {random} from "../../components/compute/random.js";
import {
  gaussianMixture,
  logDensity,
  mixtureDenoiser,
  sampleMixture
} from "../../components/diffusion/gaussianMixture.js";
import {samplingLevels} from "../../components/diffusion/network.js";
import {priorDenoiser} from "../../components/diffusion/prior.js";
import {readPrior} from "../../components/diffusion/priorFile.js";
import {identity, standardise, unstandardise} from "../../components/diffusion/standardise.js";
import {readLatents} from "../../components/formats/z.js";
import {latentFlow} from "../../components/samplers/latentFlow.js";
import {maxDifference} from "../golden.js";

// two modes, far apart for their width
const mixture = gaussianMixture([
  {mean: [-1, 0], covariance: 0.01},
  {mean: [1, 0], covariance: 0.01}
]);
const denoiser = mixtureDenoiser(mixture);
const standardisation = {mean: Float64Array.of(4, -3), deviation: Float64Array.of(2, 0.1)};
const latents = unstandardise(sampleMixture(mixture, 2000, random(1)), standardisation);

describe("quantiles", () => {
  it("are ranks, and values between", () => {
    const sorted = Float64Array.of(1, 2, 2, 5);
    expect([0, 1, 2, 3, 6].map((v) => rankOf(sorted, v))).toEqual([0, 0, 1, 3, 4]);
    expect([0, 0.5, 5 / 6, 1].map((q) => quantile(sorted, q))).toEqual([1, 2, 3.5, 5]);
  });
});

describe("density along a path", () => {
  it("is the mixture's, in the latents' units", async () => {
    const z = linearPath(unstandardise([-1, 0], standardisation), unstandardise([-0.7, 0.1], standardisation), evenParts(7)); // prettier-ignore
    const found = await logDensityOf(denoiser, z, {standardisation, batchSize: 3});
    const exact = logDensity(mixture, standardise(z, standardisation), new Float64Array(7).fill(0.002));
    expect(maxDifference(found, exact.map((l) => l - Math.log(0.2)))).toBeLessThan(0.02); // prettier-ignore
    const fine = await logDensityOf(denoiser, z, {standardisation, rtol: 1e-6, atol: 1e-6});
    expect(maxDifference(fine, exact.map((l) => l - Math.log(0.2)))).toBeLessThan(1e-3); // prettier-ignore
  });

  it("has a quantile among encodings", () => {
    expect([...densityQuantile([-9, 0.5, 9], [3, 0, 1, 2])]).toEqual([0, 0.25, 1]);
  });

  it("of the shipped prior ranks its own latents above those of N(0, I)", async () => {
    const prior = readPrior(trained("prior.safetensors"), "prior.safetensors");
    const d = prior.config.zdim;
    const mu = readLatents(trained("z.pkl"), "z.pkl").mu.data;
    const m = 16;
    const z = new Float64Array(2 * m * d);
    z.set(mu.subarray(0, m * d));
    random(2).fillNormal(z.subarray(m * d));
    const options = {standardisation: prior.standardisation, ...samplingLevels(prior.config)};
    const start = performance.now();
    const found = await logDensityOf(priorDenoiser(prior), z, options);
    const took = (performance.now() - start) / (2 * m);
    const estimate = await logDensityOf(priorDenoiser(prior), z, {...options, rng: random(3)});
    const fine = await logDensityOf(priorDenoiser(prior), z, {...options, rtol: 1e-5, atol: 1e-5});
    const [own, normal] = [found.slice(0, m).sort(), found.slice(m).sort()];
    console.log(
      `log density: encodings ${own[m >> 1].toFixed(1)}, N(0, I) ${normal[m >> 1].toFixed(1)} (medians); ${took.toFixed(0)} ms a point; ` +
        `against rtol 1e-5 ${maxDifference(found, fine).toFixed(2)}, one random direction ${maxDifference(found, estimate).toFixed(1)} nats at most`
    );
    expect(own[m >> 1]).toBeGreaterThan(normal[m >> 1] + 2);
    expect(maxDifference(found, fine)).toBeLessThan(0.2);
  });
});

describe("off the data", () => {
  it("has quantiles that are uniform for points of the data's law", () => {
    const law = gaussianMixture([{mean: [0, 0, 0], covariance: 1}]);
    const encodings = sampleMixture(law, 5000, random(4));
    const {quantile: q} = departure(dataScale(encodings, 3), sampleMixture(law, 1000, random(5)));
    expect(kolmogorovSmirnov(q, (x) => Math.min(1, Math.max(0, x)))).toBeLessThan(0.06);
  });

  it("leaves an encoding out of its own neighbours", () => {
    const {own} = dataScale(Float64Array.of(0, 1, 3, 7), 1, {k: 1});
    expect([...own]).toEqual([1, 1, 2, 4]);
    const {distance} = departure(dataScale(Float64Array.of(0, 1, 3, 7), 1, {k: 2}), Float64Array.of(0.5, 10));
    expect([...distance]).toEqual([0.5, 7]);
    expect(() => dataScale(new Float64Array(4), 1, {k: 4})).toThrow("k: found 4; expected 1 to 3");
  });

  it("takes some of many encodings, as seeded", () => {
    const encodings = random(6).fillNormal(new Float64Array(4000));
    const {own} = dataScale(encodings, 2, {rows: 500});
    expect(own).toHaveLength(500);
    expect(dataScale(encodings, 2, {rows: 500}).own).toEqual(own);
    const all = dataScale(encodings, 2).own;
    expect(Math.abs(quantile(own, 0.5) / quantile(all, 0.5) - 1)).toBeLessThan(0.1);
  });

  it("names the stretches, half way to the points beside them", () => {
    const y = [0, 0.1, 0.3, 0.6, 0.8, 1];
    expect(offData([0.5, 0.995, 1, 0.99, 0.2, 1], y)).toEqual([
      {first: 1, last: 2, from: 0.05, to: (0.3 + 0.6) / 2},
      {first: 5, last: 5, from: 0.9, to: 1}
    ]);
    expect(offData([0.5, 0.995], [0, 1], 0.999)).toEqual([]);
    expect(offData([1, 1], [0, 1])).toEqual([{first: 0, last: 1, from: 0, to: 1}]);
  });
});

describe("paths between two modes", () => {
  const scale = dataScale(latents, 2, {k: 5});
  const flow = latentFlow(denoiser, {standardisation});
  const [a, b] = [-1, 1].map((side) => latents.findIndex((v, i) => i % 2 === 0 && Math.abs(v - (4 + 2 * side)) < 0.02) / 2); // prettier-ignore
  const y = evenParts(41);

  it("leave the data where they are straight, and jump between the modes where they are encoded", async () => {
    const input = {flow, latents, graph: neighbourGraph(latents, 2), a, b, y};
    const off = async (kind: "linear" | "encoding" | "spherical") =>
      offData(departure(scale, (await interpolate(kind, input))!).quantile, y).reduce(
        (sum, s) => sum + s.to - s.from,
        0
      );
    expect(await off("linear")).toBeGreaterThan(0.6);
    expect(await off("encoding")).toBeLessThan(0.2);
    expect(await off("spherical")).toBeLessThan(0.2);
    // no two modes' rows are each other's neighbours
    expect(await interpolate("graph", input)).toBeUndefined();
  });

  it("begin at A and end at B", async () => {
    const ends = [a, b].map((row) => latents.slice(2 * row, 2 * row + 2));
    for (const mix of [undefined, mixSpherical]) {
      const {z, encoding} = await encodedPath(flow, ends[0], ends[1], y, mix);
      expect(Math.abs(z[0] - ends[0][0])).toBeLessThan(2e-3);
      expect(Math.abs(z[80] - ends[1][0])).toBeLessThan(2e-3);
      expect(Math.abs(z[81] - ends[1][1])).toBeLessThan(1e-4);
      const exact = await flow.encode(ends[0]);
      expect(maxDifference(encoding.slice(0, 2), exact)).toBeLessThan(1e-12);
    }
  });

  it("of one normal law are straight in both z and the encoding", async () => {
    const gaussian = gaussianMixture([{mean: [0, 0], covariance: 1}]);
    const plain = latentFlow(mixtureDenoiser(gaussian), {standardisation: identity(2)});
    const {z} = await encodedPath(plain, [-1, 0.5], [2, 1], y);
    expect(maxDifference(z, linearPath([-1, 0.5], [2, 1], y))).toBeLessThan(1e-3);
  });

  it("go over the graph where there is a way", async () => {
    const ring = new Float64Array(800);
    for (let i = 0; i < 800; ++i) ring[i] = (i % 2 ? Math.sin : Math.cos)((2 * Math.PI * (i >> 1)) / 400);
    const z = (await interpolate("graph", {flow, latents: ring, graph: neighbourGraph(ring, 2), a: 0, b: 200, y}))!; // prettier-ignore
    for (let i = 0; i < 41; ++i) expect(Math.hypot(z[2 * i], z[2 * i + 1])).toBeCloseTo(1, 3);
    expect([z[0], z[80]]).toEqual([1, -1]);
  });
});

function trained(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../../data/trained/linear1d/${name}`, import.meta.url)));
}
