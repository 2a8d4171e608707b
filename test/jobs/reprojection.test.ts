import {readFileSync} from "node:fs";
import {describe, expect, test} from "vitest";
import {pearson} from "../../components/analysis/mapCorrelation.js";
import {quiet} from "../../components/compute/job.js";
import {random} from "../../components/compute/random.js";
import {hartley2} from "../../components/cryoem/hartley.js";
import {imageOfMasked} from "../../components/cryoem/imageOfMasked.js";
import {maskedHartley} from "../../components/cryoem/maskedHartley.js";
import {encodeParticle} from "../../components/jobs/encodeParticle.js";
import {latentMap} from "../../components/jobs/latentMap.js";
import {modelOf} from "../../components/jobs/particleViews.js";
import {reprojection, type Reprojection} from "../../components/jobs/reprojection.js";
import {vaeLossOn} from "../../components/vae/heldOut.js";
import {readVae} from "../../components/vae/file.js";
import {readNpy} from "../../components/formats/npy.js";
import {maxDifference} from "../golden.js";

const trained = (file: string) =>
  new Uint8Array(readFileSync(new URL(`../../data/trained/linear1d/${file}`, import.meta.url)));
const vae = {name: "linear1d/vae.safetensors", bytes: trained("vae.safetensors")};
const recipe = {
  name: "linear1d/recipe.json",
  json: JSON.parse(new TextDecoder().decode(trained("recipe.json"))) as unknown
};
/** simulation.noiseDeviation of the shipped set. */
const {simulation} = JSON.parse(new TextDecoder().decode(trained("provenance.json"))) as {
  simulation: {noiseDeviation: number};
};
const sigma = simulation.noiseDeviation;
const make = (image: number, state?: number, reference?: Float32Array) =>
  reprojection({recipe, vae, image, state, sigma, reference});

describe("the reprojection of a particle with the shipped linear1d", () => {
  test("resembles the noiseless image, and much less that of another pose or state", async () => {
    const own: Reprojection[] = [];
    for (const image of [0, 1, 2]) own.push(await make(image));
    for (const {correlations, clean, reprojection: made, image} of own) {
      expect(correlations.clean).toBeGreaterThan(0.95);
      expect(correlations.clean).toBeCloseTo(pearson(made, clean), 6);
      for (const other of own)
        if (other.image !== image) expect(pearson(made, other.clean)).toBeLessThan(0.7);
    }
    const [low, high] = [await make(0, 0), await make(0, 49)];
    expect(pearson(low.reprojection, low.clean)).toBeGreaterThan(
      pearson(low.reprojection, high.clean) + 0.02
    );
    expect(pearson(high.reprojection, high.clean)).toBeGreaterThan(
      pearson(high.reprojection, low.clean) + 0.02
    );
  });

  test("knows the image's own state, and the noise that is left", async () => {
    const states = readNpy(trained("state.npy"), "state.npy").data;
    const found = await make(7);
    expect(found.ownState).toBe(Number(states[7]));
    expect(found.state).toBe(found.ownState);
    expect((await make(7, 3)).state).toBe(3);
    const {noisy, reprojection: made, residual} = found;
    expect(
      maxDifference(
        residual,
        noisy.map((v, i) => v - made[i])
      )
    ).toBe(0);
    // The image is best explained by the truth; the reprojection comes near that.
    expect(found.correlations.noisy).toBeGreaterThan(0.9 * found.correlations.best);
    expect([...found.deviation].every((s) => s > 0)).toBe(true);
  });

  test("a latent of another state explains the noiseless image less", async () => {
    const {mu} = await make(0, 49);
    const {correlations} = await make(0, 0, mu);
    expect(correlations.reference!).toBeLessThan(correlations.clean - 0.02);
  });

  test("its error is the loss that training computes on that image", async () => {
    const found = await make(5);
    const {recipe: parsed, model} = modelOf(recipe);
    const draw = model.draw(5);
    const noisy = model.addNoise(5, sigma, model.clean(draw, new Float32Array(128 * 128)));
    const {set} = await encodeParticle(vae, parsed, draw, noisy);
    const {gen, kld} = await vaeLossOn(readVae(vae.bytes, vae.name), set, 0, 1);
    expect(found.gen / gen).toBeCloseTo(1, 4);
    expect(found.kld / kld).toBeCloseTo(1, 4);
    expect(gen).toBeGreaterThan(0.4);
    expect(gen).toBeLessThan(0.8); // 0.56 is the mean in the end of training
  });

  test("its map is compared with that of its own state", async () => {
    const {mu} = await make(0, 10);
    const partial = {...quiet, partial: () => {}};
    const with10 = await latentMap({vae, recipe, z: mu, boxes: [16], state: 10}, partial);
    const with40 = await latentMap({vae, recipe, z: mu, boxes: [16], state: 40}, partial);
    expect([with10.nearest!.state, with40.nearest!.state]).toEqual([10, 40]);
    expect(with10.nearest!.moving).toBeGreaterThan(with40.nearest!.moving + 0.1);
  });
});

test("a masked transform gives the image back, but for its mean and what the mask leaves out", () => {
  const D = 32;
  const image = random(1).fillNormal(new Float32Array(D * D));
  const once = imageOfMasked(maskedHartley(D, D)(image, new Float32Array(796)), D);
  const twice = imageOfMasked(maskedHartley(D, D)(once, new Float32Array(796)), D);
  expect(maxDifference(once, twice)).toBeLessThan(1e-4);
  expect(Math.abs(once.reduce((a, b) => a + b, 0))).toBeLessThan(1e-3);
  // Within the circle the two transforms agree.
  const [a, b] = [hartley2(image, D), hartley2(once, D)];
  for (const [x, y] of [
    [3, 2],
    [-5, 7],
    [0, -10]
  ]) {
    const at = (y + 16) * D + x + 16;
    expect(a[at]).toBeCloseTo(b[at], 3);
  }
  // Cropped, it keeps the density a pixel.
  const smooth = Float32Array.from({length: D * D}, (_, i) =>
    Math.exp(-(((i % D) - 16) ** 2 + (Math.floor(i / D) - 16) ** 2) / 32)
  );
  const half = imageOfMasked(maskedHartley(D, 16)(smooth, new Float32Array(196)), 16, D);
  expect(half[8 * 16 + 8] - half[8 * 16]).toBeCloseTo(1, 2);
});
