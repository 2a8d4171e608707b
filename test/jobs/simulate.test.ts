import {describe, expect, it} from "vitest";
import {jobContext} from "../../components/compute/job.js";
import {ctfFromRows, ctfValue} from "../../components/cryoem/ctf.js";
import {hartley2} from "../../components/cryoem/hartley.js";
import {forwardModel, stateOrder} from "../../components/cryoem/image.js";
import {conformation} from "../../components/cryoem/motion.js";
import {relionAngles} from "../../components/cryoem/poses.js";
import {projector} from "../../components/cryoem/project.js";
import {parseRecipe, type Recipe} from "../../components/cryoem/recipe.js";
import {particleStar} from "../../components/jobs/particleStar.js";
import {recipeStructure, simulate} from "../../components/jobs/simulate.js";
import {maxDifference} from "../golden.js";
import {tinyJson} from "./chosen.js";

const recipe: Recipe = parseRecipe({...tinyJson, imagesPerState: 75, snr: 0.1}, "tiny");
const structure = recipeStructure(recipe);
const set = simulate(recipe, {structure});
const D = recipe.boxSize;

const variance = (x: Float32Array | number[]) => {
  let [sum, squares] = [0, 0];
  for (const v of x) {
    sum += v;
    squares += v * v;
  }
  return squares / x.length - (sum / x.length) ** 2;
};

describe("simulated images", () => {
  const model = forwardModel(recipe, structure);
  const clean = new Float32Array(set.images.length);
  for (let i = 0; i < set.count; ++i) model.clean(model.draw(i), clean.subarray(i * D * D, (i + 1) * D * D));
  const noise = set.images.map((v, i) => v - clean[i]);

  it("have the recipe's SNR: variance of the clean images over variance of the noise", () => {
    expect(Math.abs(variance(clean) / variance(noise) / recipe.snr - 1)).toBeLessThan(0.02);
  });

  it("carry white noise: no pixel knows its neighbour, nor the image after", () => {
    const correlation = (lag: number) => {
      let sum = 0;
      for (let i = lag; i < noise.length; ++i) sum += noise[i] * noise[i - lag];
      return sum / (noise.length - lag) / variance(noise);
    };
    for (const lag of [1, D, D * D])
      expect(Math.abs(correlation(lag))).toBeLessThan(5 / Math.sqrt(noise.length));
  });

  it("are CTF times projection in frequency space, pose and CTF being those written down", () => {
    for (const i of [0, 17]) {
      const image = new Float64Array(D * D);
      const positions = conformation(structure, recipe.motion, set.states[i]);
      const R = set.rotations.subarray(9 * i, 9 * i + 9);
      projector(D, 12, 11).add(
        image,
        positions,
        structure.weights,
        R,
        set.shifts[2 * i],
        set.shifts[2 * i + 1]
      );
      const ctf = ctfFromRows(set.ctf, i);
      expect(ctf.defocusU).toBeGreaterThan(ctf.defocusV);
      const H = hartley2(image, D).map((h, at) => {
        const [x, y] = [(at % D) - D / 2, Math.floor(at / D) - D / 2];
        return h * ctfValue(ctf, x / (D * 12), y / (D * 12));
      });
      const made = hartley2(clean.subarray(i * D * D, (i + 1) * D * D), D);
      // The highest frequency stands for itself and its opposite, where an astigmatic CTF differs: left out.
      const inner = (_: number, at: number) => at % D > 0 && at >= D;
      const scale = Math.max(...H.map(Math.abs));
      expect(maxDifference(made.filter(inner), H.filter(inner)) / scale).toBeLessThan(1e-5);
    }
  });

  it("are dark where the molecule is, in underfocus", () => {
    let sum = 0;
    let products = 0;
    for (let i = 0; i < set.count; ++i) {
      const image = new Float64Array(D * D);
      const draw = model.draw(i);
      projector(D, 12, 11).add(
        image,
        conformation(structure, recipe.motion, draw.state),
        structure.weights,
        draw.rotation,
        draw.shift[0],
        draw.shift[1]
      );
      for (let p = 0; p < D * D; ++p) products += image[p] * clean[i * D * D + p];
      sum += 1;
    }
    expect(products / sum).toBeLessThan(0);
  });
});

describe("a simulated set", () => {
  it("has every state as often, in a shuffled order", () => {
    const order = stateOrder(recipe);
    for (let k = 0; k < 4; ++k) expect(order.filter((s) => s === k).length).toBe(75);
    expect(Array.from(set.states)).toEqual(Array.from(order));
    const first = order.slice(0, 100);
    for (let k = 0; k < 4; ++k) expect(first.filter((s) => s === k).length).toBeGreaterThan(10);
  });

  it("has shifts over the asked range, and defoci of the asked mean and spread", () => {
    expect(Math.max(...set.shifts)).toBeGreaterThan(2.9);
    expect(Math.max(...set.shifts.map(Math.abs))).toBeLessThanOrEqual(3);
    const defoci = Array.from({length: set.count}, (_, i) => (set.ctf[9 * i + 2] + set.ctf[9 * i + 3]) / 2);
    const mean = defoci.reduce((a, b) => a + b) / set.count;
    expect(Math.abs(mean - 20000)).toBeLessThan((4 * 4400) / Math.sqrt(set.count));
    expect(Math.sqrt(variance(defoci)) / 4400).toBeCloseTo(1, 0.8);
  });

  it("is the same for the same seed, image by image, and another for another", () => {
    const prefix = simulate(recipe, {structure, images: 20});
    expect(maxDifference(prefix.images, set.images.subarray(0, 20 * D * D))).toBe(0);
    const other = simulate({...recipe, seed: 2}, {structure, images: 20});
    expect(maxDifference(other.images, prefix.images)).toBeGreaterThan(1);
  });

  it("stops when cancelled, with progress until then", () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const progress = (done: number) => {
      seen.push(done);
      if (done >= 64) controller.abort(new Error("enough"));
    };
    const context = jobContext(controller.signal, progress);
    expect(() => simulate(recipe, {structure, context})).toThrow("enough");
    expect(seen).toEqual([0, 32, 64]);
  });

  it("goes into a RELION 3.1 table with its optics", () => {
    const [optics, particles] = particleStar(recipe, set);
    const value = (row: number, column: string) => particles.rows[row][particles.columns.indexOf(column)];
    expect(optics.rows[0][optics.columns.indexOf("_rlnImagePixelSize")]).toBe("12");
    expect(particles.rows.length).toBe(set.count);
    expect(value(7, "_rlnImageName")).toBe("000008@particles.mrcs");
    expect(Number(value(7, "_rlnDefocusV"))).toBeCloseTo(set.ctf[9 * 7 + 3], 2);
    expect(Number(value(7, "_rlnOriginXAngst"))).toBeCloseTo(-12 * set.shifts[14], 4);
    expect(Number(value(7, "_rlnAngleTilt"))).toBeCloseTo(relionAngles(set.rotations.subarray(63, 72))[1], 4);
  });
});
