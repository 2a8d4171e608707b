import {existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync} from "node:fs";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {lattice} from "../../components/cryoem/lattice.js";
import {readPrior} from "../../components/diffusion/priorFile.js";
import {readMrc} from "../../components/formats/mrc.js";
import {readNpy, writeNpy} from "../../components/formats/npy.js";
import {readLatents} from "../../components/formats/z.js";
import {readVae} from "../../components/vae/file.js";
import {complaint, run, scratch, succeed} from "./run.js";

const {path, remove} = scratch();
const bytes = (...parts: string[]) => new Uint8Array(readFileSync(path(...parts)));
const images = 120;

/** The chain of the README, made small: the same commands, presets and files. */
const vae = (out: string, ...more: string[]) => [
  "vae", "--data", path("data"), "--out", path(out), "--preset", "quick", "--epochs", "4", ...more
]; // prettier-ignore
const prior = (z: string, out: string, ...more: string[]) => [
  "prior", "--z", z, "--out", path(out), "--preset", "quick", "--steps", "60", ...more
]; // prettier-ignore

describe("from a recipe to decoded maps", {timeout: 240_000}, () => {
  beforeAll(async () => {
    await succeed("simulate", ["linear1d-quick", "--out", path("data"), "--images", String(images)]);
    await succeed("train", vae("run"));
    await succeed("train", prior(path("run", "z.pkl"), "prior.safetensors"));
    await succeed("sample", ["--prior", path("prior.safetensors"), "--n", "6", "--out", path("samples.npy")]);
    await succeed("decode", [
      "--vae",
      path("run"),
      "--z",
      path("samples.npy"),
      "--count",
      "2",
      "--out",
      path("maps")
    ]);
  }, 240_000);
  afterAll(remove);

  it("writes latents of every image, weights that load, a curve and where they come from", () => {
    const {mu, logvar} = readLatents(bytes("run", "z.pkl"), "z.pkl");
    expect(mu.shape).toEqual([images, 8]);
    expect(logvar?.shape).toEqual([images, 8]);
    const read = readVae(bytes("run", "weights.safetensors"), "weights");
    expect(read.config).toMatchObject({boxSize: 32, pixelSize: 24, zdim: 8, encoderWidth: 64});
    expect(read.encoder.length).toBeGreaterThan(lattice(32).pixels * 64);
    const curve = readFileSync(path("run", "curve.csv"), "utf8").trim().split("\n");
    expect(curve[0]).toBe("step,epoch,gen,kld,loss,seconds,held_out");
    expect(curve.length).toBeGreaterThan(1);
    const about = JSON.parse(readFileSync(path("run", "run.json"), "utf8")) as Record<string, unknown>;
    expect(about).toMatchObject({preset: "quick", images, steps: 12, epochs: 4});
    expect(existsSync(path("run", "checkpoint.safetensors"))).toBe(false);
  });

  it("writes samples and maps in their formats", () => {
    const samples = readNpy(bytes("samples.npy"), "samples.npy");
    expect(samples.shape).toEqual([6, 8]);
    expect(samples.data.every((x) => Number.isFinite(Number(x)))).toBe(true);
    expect(readdirSync(path("maps")).sort()).toEqual(["vol_000.mrc", "vol_001.mrc"]);
    const map = readMrc(bytes("maps", "vol_000.mrc"), "vol_000.mrc");
    expect([map.nx, map.ny, map.nz, map.isStack]).toEqual([32, 32, 32, false]);
    expect(map.pixelSize).toBeCloseTo(24, 4);
  });

  it("gives the same weights for the same seed, and others for another", async () => {
    await succeed("train", vae("again"));
    await succeed("train", vae("other", "--seed", "2"));
    const weights = ["run", "again", "other"].map((d) => readVae(bytes(d, "weights.safetensors"), d).decoder);
    expect(weights[1]).toEqual(weights[0]);
    expect(weights[2]).not.toEqual(weights[0]);
  });

  it("goes on from loaded weights, says so, and refuses those of another model", async () => {
    const from = path("run", "weights.safetensors");
    await succeed("train", vae("onwards", "--load", from, "--epochs", "1", "--learning-rate", "1e-9"));
    const [a, b] = ["run", "onwards"].map((d) => readVae(bytes(d, "weights.safetensors"), d));
    expect(b.randFrequencies).toEqual(a.randFrequencies);
    expect(Math.max(...b.decoder.map((w, i) => Math.abs(w - a.decoder[i])))).toBeLessThan(1e-6);
    const about = JSON.parse(readFileSync(path("onwards", "run.json"), "utf8")) as Record<string, unknown>;
    expect(about).toMatchObject({epochs: 1, loaded: {epochs: 4, steps: 12}});
    const refused = await run("train", vae("elsewhere", "--load", from, "--zdim", "4"));
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain("config.zdim: found 8; expected 4");
  });

  it("gives on one thread what it gives on two, but for rounding", async () => {
    await succeed("train", vae("one", "--threads", "1"));
    await succeed("train", vae("two", "--threads", "2"));
    const [a, b] = ["one", "two"].map((d) => readVae(bytes(d, "weights.safetensors"), d).decoder);
    // Two threads take sums in another order. Adam makes whole steps of what is left where a gradient is all but zero, so
    // it is the typical parameter that must agree.
    const differences = a.map((w, i) => Math.abs(w - b[i])).sort();
    expect(differences[Math.floor(0.9 * differences.length)]).toBeLessThan(1e-6);
    expect(differences[differences.length - 1]).toBeGreaterThan(0);
  });

  /** Starts a training and ends it by a signal once its checkpoint is there, then at later and later moments. */
  async function interrupt(args: string[], checkpoint: string, signal: "SIGINT" | "SIGKILL") {
    for (const delay of signal === "SIGKILL" ? [0, 7, 130, 411] : [0]) {
      const stopped = await run("train", args, (child) => {
        const before = existsSync(checkpoint) ? statSync(checkpoint).mtimeMs : 0;
        const timer = setInterval(() => {
          if (!existsSync(checkpoint) || statSync(checkpoint).mtimeMs === before) return;
          clearInterval(timer);
          setTimeout(() => child.kill(signal), delay);
        }, 5);
        child.on("close", () => clearInterval(timer));
      });
      expect(stopped.code).not.toBe(0);
      expect(existsSync(checkpoint)).toBe(true);
    }
  }

  it.each(["SIGINT", "SIGKILL"] as const)("resumes after %s as if nothing had happened", async (signal) => {
    const out = `resumed-${signal}`;
    const args = vae(out, "--epochs", "160", "--checkpoint", "0.1");
    await interrupt(args, path(out, "checkpoint.safetensors"), signal);
    await succeed("train", args);
    if (!existsSync(path("whole"))) await succeed("train", vae("whole", "--epochs", "160"));
    const [a, b] = [out, "whole"].map((d) => readVae(bytes(d, "weights.safetensors"), d));
    expect(a.encoder).toEqual(b.encoder);
    expect(a.decoder).toEqual(b.decoder);
    expect(bytes(out, "z.pkl")).toEqual(bytes("whole", "z.pkl"));
  });

  it.each(["SIGINT", "SIGKILL"] as const)("resumes the prior after %s as well", async (signal) => {
    const out = `prior-${signal}.safetensors`;
    const args = prior(path("run", "z.pkl"), out, "--steps", "1600", "--checkpoint", "40");
    await interrupt(args, path(`${out}.checkpoint`), signal);
    expect(existsSync(path(out))).toBe(false);
    await succeed("train", args);
    if (!existsSync(path("prior-whole")))
      await succeed("train", prior(path("run", "z.pkl"), "prior-whole", "--steps", "1600"));
    const [a, b] = [out, "prior-whole"].map((f) => readPrior(bytes(f), f));
    expect(a.parameters).toEqual(b.parameters);
    expect(a.metadata.losses).toEqual(b.metadata.losses);
  });

  it("refuses bad input in one line and leaves nothing behind", async () => {
    const mrcs = path("data", "particles.mrcs");
    const whole = readFileSync(mrcs);
    truncateSync(mrcs, statSync(mrcs).size - 5000);
    const short = await run("train", vae("bad1"));
    writeFileSync(mrcs, whole);
    expect(short.code).toBe(1);
    expect(complaint(short)).toMatch(/particles\.mrcs: .*found .*expected/);

    const pose = readFileSync(path("data", "pose.pkl"));
    writeFileSync(path("data", "pose.pkl"), pose.subarray(0, 500));
    const pickle = await run("train", vae("bad2"));
    writeFileSync(path("data", "pose.pkl"), pose);
    expect(complaint(pickle)).toMatch(/pose\.pkl: .*found .*expected/);

    const z = new Float32Array(40 * 8);
    z[100] = NaN;
    writeFileSync(path("nan.npy"), writeNpy({shape: [40, 8], data: z}));
    const nan = await run("train", prior(path("nan.npy"), "bad3.safetensors"));
    expect(complaint(nan)).toBe("nan.npy: mu: row 12, column 4: found NaN; expected a finite number");

    writeFileSync(
      path("z5.npy"),
      writeNpy({shape: [40, 5], data: new Float32Array(200).map((_, i) => Math.sin(i))})
    );
    const wrong = await run("decode", ["--vae", path("run"), "--z", path("z5.npy"), "--out", path("bad4")]);
    expect(complaint(wrong)).toMatch(/^z5\.npy: \|z\|: found 5; expected 8/);

    const other = await run("sample", [
      "--prior",
      path("prior.safetensors"),
      "--zdim",
      "5",
      "--out",
      path("bad6.npy")
    ]);
    expect(complaint(other)).toBe("prior.safetensors: |z|: found 8; expected a prior for |z| = 5");

    const option = await run("train", vae("bad5", "--learning-rate=-1"));
    expect(complaint(option)).toMatch(/--learning-rate: found -1; expected/);

    for (const name of ["bad1", "bad2", "bad3.safetensors", "bad4", "bad5", "bad6.npy"])
      expect(existsSync(path(name)), name).toBe(false);
  });
});
