import {spawn, spawnSync} from "node:child_process";
import {existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {afterAll, expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {readPrior} from "../../components/diffusion/priorFile.js";
import {readMrc} from "../../components/formats/mrc.js";
import {readNpy, writeNpy} from "../../components/formats/npy.js";
import {readLatents} from "../../components/formats/z.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const fixtures = fileURLToPath(new URL("../../../shared/fixtures/", import.meta.url));
const have = existsSync(fixtures);
if (!have) console.warn("skipped: no ../shared/fixtures");
const dir = mkdtempSync(join(tmpdir(), "prior-"));
afterAll(() => rmSync(dir, {recursive: true, force: true}));

const args = (...more: string[]) => ["--import", "tsx", "components/cli/prior.ts", ...more];
const run = (...more: string[]) => spawnSync(process.execPath, args(...more), {cwd: root, encoding: "utf8"});
const quick = ["--preset", "quick", "--steps", "60", "--samples", "300", "--threads", "1"];

const [n, d] = [600, 3];
const latents = join(dir, "mine.npy");
const rng = random(8);
writeFileSync(latents, writeNpy({shape: [n, d], data: Float32Array.from({length: n * d}, (_, i) => (Math.floor(i / d) % 2 ? 2 : -2) + 0.3 * rng.normal())})); // prettier-ignore

test("latents alone: a prior, samples in three formats that agree, numbers and a report that asks for nothing", () => {
  const out = join(dir, "alone");
  const {status, stderr} = run(latents, "--out", out, ...quick);
  expect(stderr).toContain("mine.npy: 600 latents, |z| = 3");
  expect(stderr).toContain("No decoder");
  expect(stderr).toMatch(/prior: MMD [\d.]+ times its floor, accuracy [\d.]+%; N\(0, I\): MMD/);
  expect(status).toBe(0);
  expect(readdirSync(out).sort()).toEqual(["comparison.json", "prior.safetensors", "report.html", "report.json", "samples.npy", "samples.pkl", "z_values.txt"]); // prettier-ignore
  const bytes = (name: string) => new Uint8Array(readFileSync(join(out, name)));
  expect(readPrior(bytes("prior.safetensors"), "prior.safetensors").metadata).toMatchObject({preset: "quick", training: {steps: 60, seed: 1}}); // prettier-ignore
  const npy = readNpy(bytes("samples.npy"), "samples.npy");
  expect(npy.shape).toEqual([300, d]);
  const pkl = readLatents(bytes("samples.pkl"), "samples.pkl").mu;
  expect(pkl.data).toEqual(npy.data);
  const text = readFileSync(join(out, "z_values.txt"), "utf8").trim().split("\n").map((line) => line.split(" ").map(Number)); // prettier-ignore
  expect(Math.max(...text.flat().map((v, i) => Math.abs(v - Number(npy.data[i]))))).toBeLessThan(1e-6);
  const {prior, gaussian} = JSON.parse(readFileSync(join(out, "comparison.json"), "utf8")) as Record<string, {mmd: number; mmdFloor: number; accuracy: number}>; // prettier-ignore
  expect(prior.mmd).toBeLessThan(gaussian.mmd);
  expect(gaussian.mmdFloor).toBe(prior.mmdFloor);
  const html = readFileSync(join(out, "report.html"), "utf8");
  for (const word of ["mine.npy", "seed 1", "2211.14169", "z_values.txt", "<svg", "Classifier accuracy"]) expect(html).toContain(word); // prettier-ignore
  expect(html).not.toMatch(/<script|src="http|href="http|url\(/);
  const again = run(latents, "--out", out, ...quick);
  expect(again.status).toBe(1);
  expect(again.stderr).toContain("--force to replace it");
});

test.skipIf(!have)("a cryoDRGN run's folder: maps of samples with its pixel size", () => {
  const out = join(dir, "run");
  const {status, stderr} = run(join(fixtures, "cryodrgn-run/out"), "--out", out, ...quick, "--maps", "2", "--apix", "6", "--box", "16"); // prettier-ignore
  expect(stderr).toContain("a VAE: |z| = 8, box 32");
  expect(status).toBe(0);
  const {nx, pixelSize, data} = readMrc(new Uint8Array(readFileSync(join(out, "sample_001.mrc"))), "sample_001.mrc"); // prettier-ignore
  expect([nx, pixelSize]).toEqual([16, 12]);
  expect(data.every(Number.isFinite)).toBe(true);
  expect(readFileSync(join(out, "report.html"), "utf8").match(/data:image\/png/g)).toHaveLength(2);
});

test("stopped while it trains it keeps a checkpoint, and the same command ends as if it had not been", async () => {
  const [whole, parted] = [join(dir, "whole"), join(dir, "parted")];
  const settings = [
    "--preset",
    "quick",
    "--steps",
    "700",
    "--samples",
    "50",
    "--threads",
    "1",
    "--patience",
    "0"
  ];
  expect(run(latents, "--out", whole, ...settings).status).toBe(0);
  const child = spawn(process.execPath, args(latents, "--out", parted, ...settings), {cwd: root});
  const checkpoint = join(parted, "prior.checkpoint");
  const code = await new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!existsSync(checkpoint)) return;
      clearInterval(timer); // a second one would not wait for what the first one has it do
      child.kill("SIGINT");
    }, 20);
    child.on("exit", (status) => (clearInterval(timer), resolve(status)));
  });
  if (code === 130) {
    expect(readdirSync(parted)).toEqual(["prior.checkpoint"]);
    expect(run(latents, "--out", parted, ...settings).status).toBe(0);
  }
  expect(existsSync(checkpoint)).toBe(false);
  expect(readFileSync(join(parted, "samples.npy"))).toEqual(readFileSync(join(whole, "samples.npy")));
});

test("what can't be used is told of in a line", () => {
  const bad = join(dir, "bad");
  mkdirSync(bad);
  writeFileSync(join(bad, "z.1.pkl"), "\x80\x02cos\nsystem\nX\x02\x00\x00\x00id\x85R.", "latin1");
  const hostile = run(bad, "--out", join(dir, "no"), ...quick);
  expect(hostile.status).toBe(1);
  expect(hostile.stderr).toMatch(/z\.1\.pkl.*os\.system/);
  expect(hostile.stderr).toMatch(/latents: found none/);
  expect(run(join(dir, "nothing"), "--out", join(dir, "no")).stderr).toMatch(
    /found nothing; expected the folder/
  );
  expect(run("--out", dir).stderr).toMatch(/found 0 runs; expected one\nnpm run prior/);
  expect(run(latents, "--out", join(dir, "no"), "--samples", "3").stderr).toMatch(/--samples: found 3/);
  expect(run("--help").stdout).toContain("prior.safetensors");
});
