import {execFileSync} from "node:child_process";
import {readFileSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {unzipSync} from "fflate";
import {expect, test} from "vitest";
import {drawImage, stateOrder} from "../../components/cryoem/image.js";
import {relionAngles} from "../../components/cryoem/poses.js";
import {parseRecipe} from "../../components/cryoem/recipe.js";
import {ourLine, type TrainedRecord} from "../../components/figures/datasets/setTable.js";
import {readSmallSet} from "../../components/figures/datasets/smallSetFiles.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const json = (path: string): unknown => JSON.parse(readFileSync(`${root}data/${path}`, "utf8"));

test.each([
  ["linear1d", 50_000],
  ["circular1d", 100_000],
  ["ribosome-like", 87_328],
  ["spike-like", 276_549]
])("the loader of %s gives its first images, at the whole set's noise", async (name, N) => {
  const args = ["--import", "tsx", `data/${name}-small.zip.ts`];
  const zip = execFileSync(process.execPath, args, {cwd: root, maxBuffer: 2 ** 24});
  const files = unzipSync(zip);
  expect(zip.length).toBeLessThan(5e6);
  const set = await readSmallSet(name, async (file) => files[file]);
  const recipe = parseRecipe(json(`recipes/${name}.json`), name);
  expect(set.recipe).toEqual(recipe);
  expect([set.n, set.D, set.images.length]).toEqual([128, 128, 128 ** 3]);
  const states = stateOrder(recipe);
  expect(states.length).toBe(N);
  for (const i of [0, 100]) {
    const draw = drawImage(recipe, states[i], i);
    expect(set.table.state[i]).toBe(states[i]);
    const [rot, tilt] = relionAngles(draw.rotation);
    expect(set.table.rot[i]).toBeCloseTo(rot, 3);
    expect(set.table.tilt[i]).toBeCloseTo(tilt, 3);
    expect(set.table.shiftY[i]).toBeCloseTo(recipe.pixelSize * draw.shift[1], 3);
    expect(set.table.defocusU[i]).toBeCloseTo(draw.ctf.defocusU, 1);
  }
  // Nearly all of an image's variance is noise; the first images' SNR is that of the set, give or take.
  const variance = set.images.reduce((a, v) => a + v * v, 0) / set.images.length;
  expect(variance / set.sigma ** 2 - 1).toBeGreaterThan(0.7 * recipe.snr);
  expect(variance / set.sigma ** 2 - 1).toBeLessThan(1.4 * recipe.snr);
});

test("a small set's noise is that of the whole set that was trained on", async () => {
  const {simulation} = json("trained/linear1d/provenance.json") as {simulation: {noiseDeviation: number}};
  const zip = execFileSync(process.execPath, ["--import", "tsx", "data/linear1d-small.zip.ts"], {cwd: root, maxBuffer: 2 ** 24}); // prettier-ignore
  const {sigma} = await readSmallSet("linear1d", async (file) => unzipSync(zip)[file]);
  // The sums' order may have changed since that set was made.
  expect(sigma / simulation.noiseDeviation).toBeCloseTo(1, 6);
});

test("a small set without a file, or with a wrong one, is refused by name", async () => {
  const missing = readSmallSet("x", () => Promise.reject(new Error("404")));
  await expect(missing).rejects.toThrow(/^x-small\/[\w.]+: found nothing; expected the file/);
  const garbage = readSmallSet("x", async () => new Uint8Array(2000));
  await expect(garbage).rejects.toThrow(/^x-small\//);
});

test("our line of the table of data sets is what the shipped record says", () => {
  const record = json("trained/linear1d/provenance.json") as TrainedRecord;
  const recipe = parseRecipe(json("trained/linear1d/recipe.json"), "recipe.json");
  const about = {name: "linear1d", kind: "simulated", folder: "", images: 50_000, zdim: 8} as const;
  const line = ourLine({about, recipe, provenance: record});
  expect(line).toEqual({
    D: recipe.boxSize,
    N: record.simulation.images,
    pixelSize: recipe.pixelSize,
    zdim: record.vae.config.zdim,
    width: record.vae.config.decoderWidth,
    layers: record.vae.config.decoderLayers,
    epochs: record.vae.epochs
  });
  expect(ourLine({about, recipe})).toEqual({D: recipe.boxSize, N: 50_000, pixelSize: recipe.pixelSize});
  expect(ourLine({about: {...about, kind: "real", images: 1234}})).toEqual({N: 1234, zdim: 8});
});
