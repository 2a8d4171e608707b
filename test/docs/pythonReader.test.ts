import {spawnSync} from "node:child_process";
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {afterAll, describe, expect, it} from "vitest";
import {random} from "../../components/compute/random.js";
import {samplingLevels} from "../../components/diffusion/network.js";
import {initialPrior, priorDenoiser} from "../../components/diffusion/prior.js";
import {readPrior, writePrior} from "../../components/diffusion/priorFile.js";
import {edmSchedule} from "../../components/diffusion/schedule.js";
import {unstandardise} from "../../components/diffusion/standardise.js";
import {heun} from "../../components/samplers/heun.js";
import {noiseLevels} from "../../components/samplers/noiseLevels.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
// Debian's python3 may not be the first one that is called so.
const python = ["python3", "/usr/bin/python3"].find(
  (name) => spawnSync(name, ["-c", "import numpy"]).status === 0
);
if (!python) console.warn("skipped: no python3 with numpy");
const dir = mkdtempSync(join(tmpdir(), "reader-"));
afterAll(() => rmSync(dir, {recursive: true, force: true}));

/** Runs a few lines of Python that have the reader at hand, and reads the JSON that they print. */
function run(lines: string): {found: number[]; stderr: string} {
  const script = `import sys, json; sys.path.insert(0, "docs/python")\nimport numpy as np\nfrom latent_prior import LatentPrior\n${lines}`;
  const {stdout, stderr} = spawnSync(python!, ["-c", script], {cwd: root, encoding: "utf8"});
  return {found: stdout ? (JSON.parse(stdout) as number[]) : [], stderr};
}
const far = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (v, i) => Math.abs(v - b[i])));

describe.skipIf(!python)("the reader in Python", () => {
  it.each(["linear1d", "ribosome-like"])("has the denoiser and the samples of %s's prior", async (set) => {
    const file = `data/trained/${set}/prior.safetensors`;
    const prior = readPrior(new Uint8Array(readFileSync(join(root, file))), file);
    const d = prior.config.zdim;
    const denoiser = priorDenoiser(prior);
    const n = 12;
    const sigma = Float64Array.from({length: n}, (_, i) => 0.002 * 40_000 ** (i / (n - 1)));
    const x = random(3).fillNormal(new Float64Array(n * d)).map((v, i) => v * Math.hypot(1, sigma[Math.floor(i / d)])); // prettier-ignore
    const rows = (values: ArrayLike<number>) =>
      `np.array(${JSON.stringify(Array.from(values))}).reshape(-1, ${d})`;
    const {found} = run(`p = LatentPrior.read("${file}")\nprint(json.dumps(p.denoise(${rows(x)}, np.array(${JSON.stringify(Array.from(sigma))})).ravel().tolist()))`); // prettier-ignore
    const D = await denoiser(x, sigma);
    const scale = Math.max(...D.map(Math.abs));
    const start = random(4).fillNormal(new Float64Array(20 * d));
    const {sigma_min, sigma_max} = samplingLevels(prior.config);
    const steps = 40;
    const own = await heun({
      denoiser,
      schedule: edmSchedule({sigma_min, sigma_max}),
      times: noiseLevels(steps, {sigma_min, sigma_max, rho: prior.config.edm.rho}),
      x: start.map((v) => sigma_max * v),
      n: 20,
      rng: random(1)
    });
    const z = unstandardise(own.x, prior.standardisation);
    const sampled = run(`p = LatentPrior.read("${file}")\nprint(json.dumps(p.sample(20, steps=${steps}, start=${rows(start)}).ravel().tolist()))`); // prettier-ignore
    console.log(`${set}: D agrees to ${(far(found, D) / scale).toExponential(1)} of its largest, samples to ${far(sampled.found, z).toExponential(1)}`); // prettier-ignore
    expect(far(found, D) / scale).toBeLessThan(1e-4);
    expect(far(sampled.found, z)).toBeLessThan(1e-3 * Math.max(...prior.standardisation.deviation));
  });

  it.each(["x_0", "eps", "v"] as const)("reads an output that is %s", async (parameterisation) => {
    const edm = readPrior(new Uint8Array(readFileSync(join(root, "data/trained/linear1d/prior.safetensors"))), "p").config.edm; // prettier-ignore
    const config = {zdim: 2, layers: 2, width: 8, noisePairs: 3, edm, parameterisation};
    const prior = initialPrior(
      config,
      {mean: Float64Array.of(1, 2), deviation: Float64Array.of(2, 3)},
      random(5)
    );
    const path = join(dir, `${parameterisation}.safetensors`);
    writeFileSync(path, writePrior(prior));
    const x = Float64Array.of(0.3, -2, 5, 1);
    const D = await priorDenoiser(prior)(x, Float64Array.of(0.1, 3));
    const {found} = run(`p = LatentPrior.read(${JSON.stringify(path)})\nprint(json.dumps(p.denoise([[0.3, -2], [5, 1]], np.array([0.1, 3])).ravel().tolist()))`); // prettier-ignore
    expect(far(found, D)).toBeLessThan(1e-4);
  });

  it("says what is wrong with a file of another kind, and writes z_values.txt", () => {
    const {stderr} = run(`LatentPrior.read("data/trained/linear1d/vae.safetensors")`);
    expect(stderr).toMatch(/ValueError: .*format: found .*; expected cryo-latent-diffusion prior 1/);
    const out = join(dir, "z_values.txt");
    const {status} = spawnSync(python!, ["docs/python/latent_prior.py", "data/trained/linear1d/prior.safetensors", "--n", "3", "--out", out], {cwd: root}); // prettier-ignore
    expect(status).toBe(0);
    expect(
      readFileSync(out, "utf8")
        .trim()
        .split("\n")
        .map((line) => line.split(" ").length)
    ).toEqual([8, 8, 8]);
  });
});
