import {copyFileSync, existsSync, mkdirSync, readFileSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {readMrc} from "../../components/formats/mrc.js";
import {readLatents} from "../../components/formats/z.js";
import {readCryodrgnRun} from "../../components/vae/cryodrgnRun.js";
import {MapDecoder} from "../../components/vae/decode.js";
import {readVae} from "../../components/vae/file.js";
import {fixtures, hasFixtures, maxDifference} from "../golden.js";
import {complaint, run, scratch, succeed} from "./run.js";

const {path, remove} = scratch();
afterAll(remove);
const bytes = (file: string | URL) => new Uint8Array(readFileSync(file));
const latents = (file: string | URL) => readLatents(bytes(file), "z.pkl");
const fixture = (name: string) => fileURLToPath(new URL(name, fixtures));

describe.skipIf(!hasFixtures("cryodrgn-run"))(
  "commands on a run that cryoDRGN wrote",
  {timeout: 60_000},
  () => {
    const out = fixture("cryodrgn-run/out");
    const set = fixture("cryodrgn-run");
    const expected = latents(fixture("cryodrgn-run/out/z.2.pkl"));

    it("encode gives its z.2.pkl from its particles, poses and CTFs", async () => {
      await succeed("encode", ["--vae", out, "--data", set, "--out", path("z.pkl")]);
      const {mu, logvar} = latents(path("z.pkl"));
      expect(mu.shape).toEqual([1000, 8]);
      // 7.7e-7 seen: float32 alone.
      expect(maxDifference(mu.data, expected.mu.data)).toBeLessThan(3e-6);
      expect(maxDifference(logvar!.data, expected.logvar!.data)).toBeLessThan(3e-6);
    });

    it("encode with shifts in fractions of D, as they are meant, differs from it by what that is worth", async () => {
      const files = [
      "--particles", `${set}/particles.mrcs`, "--poses", `${set}/poses.pkl`, "--ctf", `${set}/ctf.pkl`
    ]; // prettier-ignore
      const to = path("z32.pkl");
      await succeed("encode", ["--vae", `${out}/weights.2.pkl`, ...files, "--shift-box", "32", "--out", to]);
      const difference = maxDifference(latents(to).mu.data, expected.mu.data);
      expect(difference).toBeGreaterThan(0.01);
      expect(difference).toBeLessThan(0.2);
    });

    it("decode gives its maps", async () => {
      const z = ["--z", `${out}/z.2.pkl`, "--count", "1"];
      await succeed("decode", ["--vae", out, ...z, "--apix", "6", "--out", path("maps")]);
      const [map, theirs] = [path("maps", "vol_000.mrc"), `${set}/vol_mu0.mrc`].map((f) =>
        readMrc(bytes(f), f)
      );
      expect(maxDifference(map.data, theirs.data)).toBeLessThan(1e-6);
      expect(map.pixelSize).toBeCloseTo(6, 5);
    });

    it("encode takes images without CTFs, and poses without shifts", async () => {
      mkdirSync(path("het"));
      copyFileSync(fixture("real/het_weights.pkl"), path("het", "weights.pkl"));
      copyFileSync(fixture("real/het_config.yaml"), path("het", "config.yaml"));
      const files = ["--particles", fixture("real/hand.mrcs"), "--poses", fixture("real/hand_rot.pkl")];
      await succeed("encode", ["--vae", path("het"), ...files, "--out", path("hand.pkl")]);
      const {mu} = latents(path("hand.pkl"));
      expect(mu.shape).toEqual([100, 8]);
      expect(new Set(mu.data).size).toBeGreaterThan(700);
    });

    it("say what does not fit", async () => {
      const encode = async (...args: string[]) =>
        complaint(await run("encode", ["--vae", out, "--out", path("no.pkl"), ...args]));
      expect(await encode("--particles", fixture("real/hand.mrcs"), "--ctf", `${set}/ctf.pkl`)).toMatch(
        /ctf\.pkl: parameters: found \[1000,9\]; expected an array \[100, 9\]/
      );
      expect(await encode("--particles", path("none.mrcs"))).toMatch(/none\.mrcs: found no such file/);
      expect(await encode("--data", path())).toMatch(/particles\.mrcs: found nothing/);
      expect(existsSync(path("no.pkl"))).toBe(false);
      const nothing = await run("decode", ["--vae", path("maps"), "--z", path("z.pkl"), "--out", path("x")]);
      expect(complaint(nothing)).toMatch(/found no weights; expected weights\.safetensors.*config\.yaml/);
      const interrupted = await run(
        "encode",
        ["--vae", out, "--data", set, "--out", path("no.pkl")],
        (child) => child.stderr!.once("data", () => child.kill("SIGINT"))
      );
      expect(interrupted.code).toBe(130);
      expect(existsSync(path("no.pkl"))).toBe(false);
    });
  }
);

describe("a VAE trained here, as a run of cryoDRGN", {timeout: 120_000}, () => {
  beforeAll(async () => {
    await succeed("simulate", ["linear1d-quick", "--out", path("data"), "--images", "80"]);
    const small = [
      "--enc-dim",
      "30",
      "--encoding",
      "geom_lowf",
      "--pe-dim",
      "6",
      "--epochs",
      "2",
      "--invert"
    ];
    await succeed("train", [
      "vae",
      "--data",
      path("data"),
      "--out",
      path("run"),
      "--preset",
      "quick",
      ...small
    ]);
    mkdirSync(path("exported"));
    for (const file of ["weights.2.pkl", "z.2.pkl", "config.yaml"])
      copyFileSync(path("run", file), path("exported", file));
  }, 120_000);

  it("has the same weights, and the same map", async () => {
    const {metadata, ...own} = readVae(bytes(path("run", "weights.safetensors")), "weights");
    const read = readCryodrgnRun({
      weights: {name: "weights.2.pkl", bytes: bytes(path("run", "weights.2.pkl"))},
      config: {name: "config.yaml", text: readFileSync(path("run", "config.yaml"), "utf8")}
    });
    expect(read.vae).toEqual(own);
    expect(read.epoch).toBe(2);
    expect(read.data).toMatchObject({invert: true, window: true, shiftBox: 32});
    const z = Float32Array.from({length: 8}, (_, i) => i / 4 - 1);
    const map = await new MapDecoder(own, metadata.scale as number).decode(z);
    expect(await new MapDecoder(read.vae, read.data.norm).decode(z)).toEqual(map);
  });

  it("encodes to its own latents, from the safetensors and from cryoDRGN's files", async () => {
    const expected = latents(path("run", "z.pkl"));
    expect(bytes(path("run", "z.2.pkl"))).toEqual(bytes(path("run", "z.pkl")));
    mkdirSync(path("named"));
    copyFileSync(path("data", "particles.mrcs"), path("named", "particles.mrcs"));
    copyFileSync(path("data", "ctf.pkl"), path("named", "ctf.pkl"));
    copyFileSync(path("data", "pose.pkl"), path("named", "poses.pkl")); // cryoDRGN's users' name for it
    for (const [vae, data] of [
      ["run", "data"],
      ["exported", "named"]
    ]) {
      const to = path(`z-${vae}.pkl`);
      await succeed("encode", ["--vae", path(vae), "--data", path(data), "--out", to]);
      const {mu, logvar} = latents(to);
      expect(maxDifference(mu.data, expected.mu.data)).toBeLessThan(2e-6);
      expect(maxDifference(logvar!.data, expected.logvar!.data)).toBeLessThan(2e-6);
    }
  });

  it("is evaluated with a prior, from cryoDRGN's files as from its own", async () => {
    const z = path("exported", "z.2.pkl");
    const prior = path("exported", "prior.safetensors");
    await succeed("train", ["prior", "--z", z, "--out", prior, "--preset", "quick", "--steps", "20"]);
    copyFileSync(z, path("exported", "z.pkl"));
    copyFileSync(path("data", "recipe.json"), path("exported", "recipe.json"));
    mkdirSync(path("own"));
    for (const file of ["prior.safetensors", "z.pkl", "recipe.json"])
      copyFileSync(path("exported", file), path("own", file));
    copyFileSync(path("run", "weights.safetensors"), path("own", "weights.safetensors"));
    const [theirs, own] = await Promise.all(
      ["exported", "own"].map(async (dir) => {
        const few = ["--samples", "60", "--maps", "3", "--box", "16", "--draws", "1"];
        await succeed("evaluate", ["--run", path(dir), ...few]);
        const text = readFileSync(path(dir, "evaluation.json"), "utf8");
        // But for the date, the fingerprints of the files and the time it took.
        const {made: _, inputs: __, sampling, ...rest} = JSON.parse(text) as Record<string, object>;
        return {...rest, sampling: {...sampling, seconds: 0}};
      })
    );
    expect(theirs).toEqual(own);
    expect(Object.keys(own).length).toBeGreaterThan(2);
  });
});
