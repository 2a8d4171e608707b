import {describe, expect, it} from "vitest";
import {jobContext, quiet} from "../../components/compute/job.js";
import type {WorkerContext} from "../../components/compute/protocol.js";
import {hartley2} from "../../components/cryoem/hartley.js";
import {particleViews, views, type ParticleViews} from "../../components/jobs/particleViews.js";
import {recipeStructure, simulate} from "../../components/jobs/simulate.js";
import {maxDifference} from "../golden.js";
import {named, tiny} from "./chosen.js";

const set = simulate(tiny, {images: 60});
const D = tiny.boxSize;

async function make(images: number[], signal?: AbortSignal): Promise<ParticleViews[]> {
  const parts: ParticleViews[] = [];
  const context: WorkerContext<ParticleViews> = {
    ...(signal ? jobContext(signal) : quiet),
    partial: (part) => parts.push(part)
  };
  const input = {recipe: named, sigma: set.sigma, images, views, resolution: 60};
  expect(await particleViews(input, context)).toBe(images.length);
  return parts;
}

describe("single images of a set", () => {
  it("are those of the set, pixel for pixel, in whatever order", async () => {
    const parts = await make([41, 3, 59]);
    expect(parts.map(({image}) => image)).toEqual([41, 3, 59]);
    for (const {image, views} of parts)
      expect(maxDifference(views.particle!, set.images.subarray(image * D * D, (image + 1) * D * D))).toBe(0);
  });

  it("without the noise are the CTF times the projection", async () => {
    const [{views}] = await make([7]);
    const H = hartley2(views.projection!, D);
    const expected = H.map((h, i) => h * views.ctf![i]);
    const found = hartley2(views.clean!, D);
    // The highest frequency stands for itself and its opposite, where an astigmatic CTF differs: left out.
    const inner = (_: number, i: number) => i % D > 0 && i >= D;
    const scale = Math.max(...expected.map(Math.abs));
    expect(maxDifference(found.filter(inner), expected.filter(inner)) / scale).toBeLessThan(1e-5);
    const electrons = recipeStructure(tiny).weights.reduce((a, b) => a + b, 0);
    expect(views.projection!.reduce((a, b) => a + b, 0) / electrons).toBeCloseTo(1, 4);
  });

  it("filtered keep their mean and lose most of their noise", async () => {
    const [{views}] = await make([7]);
    const mean = (x: Float32Array) => x.reduce((a, b) => a + b, 0) / x.length;
    const noise = (x: Float32Array) => x.reduce((sum, v, i) => sum + (v - views.clean![i]) ** 2, 0);
    expect(mean(views.lowPass!)).toBeCloseTo(mean(views.particle!), 3);
    expect(noise(views.lowPass!)).toBeLessThan(0.5 * noise(views.particle!));
  });

  it("can be cancelled", async () => {
    const controller = new AbortController();
    controller.abort(new Error("enough"));
    await expect(make([1, 2], controller.signal)).rejects.toThrow("enough");
  });
});
