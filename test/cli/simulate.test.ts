import {createHash} from "node:crypto";
import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from "node:fs";
import {afterAll, describe, expect, it} from "vitest";
import {fixtures, hasFixtures} from "../golden.js";
import {forwardModel} from "../../components/cryoem/image.js";
import {recipeStructure, simulate} from "../../components/jobs/simulate.js";
import {parseRecipe} from "../../components/cryoem/recipe.js";
import {readMrc} from "../../components/formats/mrc.js";
import type {NdArray} from "../../components/formats/ndarray.js";
import {readNpy} from "../../components/formats/npy.js";
import {readPickles} from "../../components/formats/pickle.js";
import {readStar} from "../../components/formats/star.js";
import {complaint, run, scratch, succeed} from "./run.js";
import {tinyJson} from "../jobs/chosen.js";

const {path, remove} = scratch();
afterAll(remove);
const bytes = (...parts: string[]) => new Uint8Array(readFileSync(path(...parts)));

const tiny = tinyJson;
const recipeFile = (name: string, change: object = {}) => {
  writeFileSync(path(name), JSON.stringify({...tiny, ...change}));
  return path(name);
};
const files = [
  "atoms.npy", "ctf.pkl", "particles.mrcs", "particles.star", "pose.pkl", "recipe.json", "simulation.json", "state.npy",
  "weights.npy"
]; // prettier-ignore

describe("npm run simulate", {timeout: 120_000}, () => {
  it("writes the same files on one thread and on two, which agree with one another and with the model", async () => {
    const recipe = recipeFile("tiny.json");
    await succeed("simulate", [recipe, "--out", path("one"), "--images", "150", "--threads", "1"]);
    await succeed("simulate", [recipe, "--out", path("two"), "--images", "150", "--threads", "2"]);
    expect(readdirSync(path("one")).sort()).toEqual(files);
    const hash = (...parts: string[]) =>
      createHash("sha256")
        .update(bytes(...parts))
        .digest("hex");
    for (const name of files.filter((f) => f !== "simulation.json"))
      expect(hash("two", name), name).toBe(hash("one", name));

    const want = simulate(parseRecipe(tiny, "tiny.json"), {images: 150});
    const stack = readMrc(bytes("one", "particles.mrcs"), "particles.mrcs");
    expect([stack.nx, stack.ny, stack.nz, stack.isStack]).toEqual([32, 32, 150, true]);
    expect(stack.pixelSize).toBeCloseTo(12, 5);
    expect(stack.data).toEqual(want.images);
    const [poses] = readPickles(bytes("one", "pose.pkl"), "pose.pkl") as unknown as [[NdArray, NdArray]];
    expect(poses[0]).toEqual({shape: [150, 3, 3], data: want.rotations});
    expect(poses[1].shape).toEqual([150, 2]);
    expect(Number(poses[1].data[3])).toBeCloseTo(-want.shifts[3] / 32, 7);
    const [ctf] = readPickles(bytes("one", "ctf.pkl"), "ctf.pkl");
    expect(ctf).toEqual({shape: [150, 9], data: want.ctf});
    expect(readNpy(bytes("one", "state.npy"), "state.npy")).toEqual({shape: [150], data: want.states});
    const atoms = readNpy(bytes("one", "atoms.npy"), "atoms.npy");
    expect(atoms.shape).toEqual([4, readNpy(bytes("one", "weights.npy"), "weights.npy").shape[0], 3]);
    const star = readStar(readFileSync(path("one", "particles.star"), "utf8"), "particles.star");
    expect(star.map((b) => [b.name, b.rows.length])).toEqual([["optics", 1], ["particles", 150]]); // prettier-ignore
    const about = JSON.parse(readFileSync(path("one", "simulation.json"), "utf8"));
    expect(about).toMatchObject({images: 150, signalSample: 200, threads: 1});
    expect(about.noiseDeviation).toBeCloseTo(want.sigma, 9);
    // The measured SNR is that of these 150 images, from what was made: not the recipe's by construction.
    const model = forwardModel(
      parseRecipe(tiny, "tiny.json"),
      recipeStructure(parseRecipe(tiny, "tiny.json"))
    );
    const signal = stack.data.slice();
    for (let i = 0; i < 150; ++i) model.clean(model.draw(i), signal.subarray(1024 * i, 1024 * (i + 1)));
    const noise = stack.data.map((value, p) => value - signal[p]);
    const spread = (values: Float32Array) => {
      const mean = values.reduce((a, b) => a + b) / values.length;
      return values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
    };
    // The noise's variance is taken from that of the stack: 2 <signal noise> is in it.
    expect(Math.abs((about.measuredSnr * spread(noise)) / spread(signal) - 1)).toBeLessThan(0.01);
    expect(Math.abs(about.measuredSnr / 0.5 - 1)).toBeLessThan(0.05);
    expect(parseRecipe(JSON.parse(readFileSync(path("one", "recipe.json"), "utf8")), "recipe.json").snr).toBe(
      0.5
    );
  });

  it("says in one line what is wrong, and leaves nothing behind", async () => {
    mkdirSync(path("taken"));
    writeFileSync(path("taken", "ctf.pkl"), "mine");
    const out = path("never");
    const good = recipeFile("good.json");
    const small = recipeFile("small.json", {boxSize: 16});
    for (const [args, message] of [
      [
        [recipeFile("snr.json", {snr: 0}), "--out", out],
        `${path("snr.json")}: snr: found 0; expected more than 0`
      ],
      [
        [small, "--out", out],
        expect.stringMatching(
          /boxSize: found 16 \(192 Å\); expected at least \d+, for a structure .* \d+ Å across$/
        )
      ],
      [[good, "--out", out, "--snr", "0"], "command line: --snr: found 0; expected a number, more than 0"],
      [[good, "--out", path("taken")], expect.stringContaining("taken: ctf.pkl: found a file of that name")],
      [
        [path("no.json"), "--out", out],
        expect.stringContaining("found no such recipe; expected a JSON file, or one of: circular1d")
      ],
      [
        [good, "--out", out, "--structure", path("no.pdb")],
        `${path("no.pdb")}: found no such file; expected a PDB or mmCIF file`
      ]
    ] as [string[], string][]) {
      const ran = await run("simulate", args);
      expect(ran.code).toBe(1);
      expect(complaint(ran)).toEqual(message);
      expect(ran.stderr.trim().split("\n").length).toBe(1);
    }
    expect(existsSync(out)).toBe(false);
    expect(readdirSync(path("taken"))).toEqual(["ctf.pkl"]);
  });

  it("keeps nothing half-written when interrupted", async () => {
    const recipe = recipeFile("long.json", {imagesPerState: 100000});
    const ran = await run("simulate", [recipe, "--out", path("cut")], (child) => {
      const writing = setInterval(() => {
        if (!existsSync(path("cut", ".particles.mrcs.part"))) return;
        clearInterval(writing);
        child.kill("SIGINT");
      }, 50);
      child.on("close", () => clearInterval(writing));
    });
    expect(ran.code).toBe(130);
    expect(complaint(ran)).toBe("interrupted");
    expect(existsSync(path("cut"))).toBe(false);
  });

  it.skipIf(!hasFixtures("real"))("simulates a spike from its PDB file", async () => {
    const pdb = new URL("real/6vyb.pdb", fixtures).pathname;
    await succeed("simulate", [
      "linear1d-quick",
      "--out",
      path("spike"),
      "--images",
      "4",
      "--structure",
      pdb
    ]);
    const {structure} = JSON.parse(readFileSync(path("spike", "recipe.json"), "utf8"));
    expect(structure).toMatchObject({kind: "file", path: pdb, representation: "residue"});
    expect(readNpy(bytes("spike", "atoms.npy"), "atoms.npy").shape[1]).toBeGreaterThan(2500);
  });
});
