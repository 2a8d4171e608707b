import {readFileSync, writeFileSync} from "node:fs";
import {unzipSync} from "fflate";
import {afterAll, describe, expect, it} from "vitest";
import {jobContext, quiet} from "../../components/compute/job.js";
import {readMrc} from "../../components/formats/mrc.js";
import type {NdArray} from "../../components/formats/ndarray.js";
import {readNpy} from "../../components/formats/npy.js";
import {readPickles} from "../../components/formats/pickle.js";
import {readStar} from "../../components/formats/star.js";
import {sampleZip} from "../../components/jobs/sampleZip.js";
import {smallSet} from "../../components/jobs/smallSet.js";
import {scratch, succeed} from "../cli/run.js";
import {maxDifference} from "../golden.js";
import {named, tiny, tinyJson} from "./chosen.js";

const {path, remove} = scratch();
afterAll(remove);
const context = {...quiet, partial: () => {}};
const D = tiny.boxSize;

async function simulated(): Promise<(file: string) => Uint8Array> {
  writeFileSync(path("tiny.json"), JSON.stringify(tinyJson));
  await succeed("simulate", [
    path("tiny.json"),
    "--out",
    path("set"),
    "--images",
    "40",
    "--threads",
    "1",
    "--force"
  ]);
  return (file) => new Uint8Array(readFileSync(path("set", file)));
}

describe("files of chosen images", () => {
  it("are those of npm run simulate, byte by byte where the images are the first ones", async () => {
    const theirs = await simulated();
    const files = await smallSet(tiny, 40, quiet);
    for (const name of ["particles.star", "pose.pkl", "ctf.pkl", "state.npy"] as const)
      expect(Buffer.from(files[name]).equals(theirs(name)), name).toBe(true);
    const {noiseDeviation} = JSON.parse(new TextDecoder().decode(theirs("simulation.json")));
    expect(JSON.parse(new TextDecoder().decode(files["simulation.json"])).noiseDeviation).toBe(
      noiseDeviation
    );
    // The small set's pixels are rounded to float16; the sample's are not.
    const pixels = readMrc(theirs("particles.mrcs"), "theirs").data;
    const rounded = readMrc(files["particles.mrcs"], "ours");
    expect(rounded.mode).toBe(12);
    const far = (v: number, i: number) => Math.abs(v - pixels[i]) > 2 ** -11 * Math.abs(pixels[i]) + 2 ** -24;
    expect(rounded.data.filter(far)).toHaveLength(0);
    const images = Int32Array.from({length: 40}, (_, i) => i);
    const zip = unzipSync(await sampleZip({recipe: named, sigma: noiseDeviation, images}, context));
    for (const name of [
      "particles.mrcs",
      "particles.star",
      "pose.pkl",
      "ctf.pkl",
      "state.npy",
      "recipe.json"
    ])
      expect(Buffer.from(zip[name]).equals(theirs(name)), name).toBe(true);
  });

  it("agree with one another for any choice of images, and say which", async () => {
    const theirs = await simulated();
    const {noiseDeviation: sigma} = JSON.parse(new TextDecoder().decode(theirs("simulation.json")));
    const images = Int32Array.of(31, 4, 17);
    const zip = unzipSync(await sampleZip({recipe: named, sigma, images}, context));
    const whole = readMrc(theirs("particles.mrcs"), "theirs").data;
    const stack = readMrc(zip["particles.mrcs"], "particles.mrcs");
    expect([stack.nx, stack.nz, stack.pixelSize, stack.isStack]).toEqual([D, 3, 12, true]);
    const [rotations, shifts] = readPickles(zip["pose.pkl"], "pose.pkl")[0] as [NdArray, NdArray];
    const [allRotations] = readPickles(theirs("pose.pkl"), "pose.pkl")[0] as [NdArray, NdArray];
    const ctf = readPickles(zip["ctf.pkl"], "ctf.pkl")[0] as NdArray;
    const states = readNpy(zip["state.npy"], "state.npy").data;
    const allStates = readNpy(theirs("state.npy"), "state.npy").data;
    const particles = readStar(new TextDecoder().decode(zip["particles.star"]), "particles.star")[1];
    const cell = (row: number, column: string) => particles.rows[row][particles.columns.indexOf(column)];
    expect(Array.from(readNpy(zip["image.npy"], "image.npy").data as Int32Array)).toEqual([31, 4, 17]);
    images.forEach((image, k) => {
      const pixels = stack.data.subarray(k * D * D, (k + 1) * D * D);
      expect(maxDifference(pixels, whole.subarray(image * D * D, (image + 1) * D * D))).toBe(0);
      expect(states[k]).toBe(allStates[image]);
      const of = ({data}: NdArray, i: number) => Array.from(data as Float32Array).slice(9 * i, 9 * i + 9);
      expect(of(rotations, k)).toEqual(of(allRotations, image));
      expect(cell(k, "_rlnImageName")).toBe(`00000${k + 1}@particles.mrcs`);
      expect(Number(cell(k, "_rlnDefocusU"))).toBeCloseTo(Number(ctf.data[9 * k + 2]), 2);
      expect(Number(cell(k, "_rlnOriginXAngst"))).toBeCloseTo(Number(shifts.data[2 * k]) * D * 12, 3);
    });
    const readme = new TextDecoder().decode(zip["README.txt"]);
    expect(readme).toContain("3 of the 200 particles of tiny");
    for (const name of Object.keys(zip).filter((n) => n !== "README.txt")) expect(readme).toContain(name);
  });

  it("are refused without images or with too many, and can be cancelled", async () => {
    const input = {recipe: named, sigma: 1};
    for (const n of [0, 1001])
      await expect(sampleZip({...input, images: new Int32Array(n)}, context)).rejects.toThrow(
        `sample: images: found ${n}; expected 1 to 1000`
      );
    const controller = new AbortController();
    const stopped = {
      ...jobContext(controller.signal, () => controller.abort(new Error("enough"))),
      partial() {}
    };
    await expect(sampleZip({...input, images: new Int32Array(9)}, stopped)).rejects.toThrow("enough");
  });
});
