import {readFileSync} from "node:fs";
import {command, numeric} from "../components/cli/command.js";
import {machine} from "../components/cli/machine.js";
import {random} from "../components/compute/random.js";
import {dataDenoiser, plainDataDenoiser} from "../components/diffusion/dataDenoiser.js";
import type {ExactDenoiser} from "../components/diffusion/denoiser.js";
import {gaussianMixture, generalDenoiser, mixtureDenoiser} from "../components/diffusion/gaussianMixture.js";
import {standardisation, standardise} from "../components/diffusion/standardise.js";
import {readLatents} from "../components/formats/z.js";

const help = `npm run bench:exact -- [options]

Measures the exact denoisers, beside their plain versions in the same run: of a data set (50,000 points in 8-D: standard normal ones,
and the shipped latents of linear1d, standardised), and of isotropic Gaussian mixtures, 500 points a call.

--repeats N   calls of which the median is taken (7)
--seed N      of points and noise (1)`;

const text = {type: "string"} as const;
const latentFile = new URL("../data/trained/linear1d/z.pkl", import.meta.url);
const LEVELS = [0.01, 0.1, 0.3, 1, 5];

await command({
  help,
  unit: "works",
  options: {repeats: text, seed: text},
  run(values, _, {progress}) {
    const repeats = numeric(values, "repeats", 7, {integer: true, min: 1});
    const seed = numeric(values, "seed", 1);
    const median = (denoiser: ExactDenoiser, x: Float64Array, sigma: Float64Array) => {
      denoiser(x, sigma); // compiled before it is timed
      const times = Array.from({length: repeats}, () => {
        const start = performance.now();
        denoiser(x, sigma);
        return performance.now() - start;
      });
      return times.sort((a, b) => a - b)[repeats >> 1];
    };
    /** Both denoisers at noisy copies of n of some points: what a row of the table says. */
    const compare = (
      label: string,
      fast: ExactDenoiser,
      plain: ExactDenoiser,
      points: Float64Array,
      d: number,
      n: number
    ) =>
      LEVELS.map((level) => {
        const rng = random(seed, 1);
        const sigma = new Float64Array(n).fill(level);
        const x = new Float64Array(n * d);
        for (let row = 0; row < n; ++row) {
          const from = rng.integer(points.length / d);
          for (let k = 0; k < d; ++k) x[row * d + k] = points[from * d + k] + level * rng.normal();
        }
        const [a, b] = [fast(x, sigma), plain(x, sigma)];
        const apart = a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0);
        const [quick, slow] = [median(fast, x, sigma), median(plain, x, sigma)];
        const cells = [label, level, `${((1000 * quick) / n).toFixed(2)} us`, `${((1000 * slow) / n).toFixed(2)} us`, `${(slow / quick).toFixed(1)} x`, apart.toExponential(0)]; // prettier-ignore
        return cells.map((cell) => String(cell).padEnd(20)).join("").trimEnd(); // prettier-ignore
      });

    const lines: string[] = [];
    let done = 0;
    const add = (rows: string[]) => {
      lines.push(...rows);
      progress(++done, 6);
    };
    const {mu} = readLatents(new Uint8Array(readFileSync(latentFile)), "z.pkl");
    const d = mu.shape[1];
    const sets = {
      "normal, 50,000": random(seed).fillNormal(new Float64Array(50_000 * d)),
      "latents, 50,000": standardise(mu.data, standardisation(mu.data, d))
    };
    for (const [label, points] of Object.entries(sets))
      add(compare(label, dataDenoiser(points, d), plainDataDenoiser(points, d), points, d, 50));
    for (const dimension of [1, 2])
      for (const K of [8, 300]) {
        const rng = random(seed, dimension, K);
        const components = Array.from({length: K}, () => ({
          mean: Array.from({length: dimension}, () => rng.normal()),
          covariance: 0.01
        }));
        const m = gaussianMixture(components);
        add(compare(`mixture ${K}, ${dimension}-D`, mixtureDenoiser(m), generalDenoiser(m), m.means, dimension, 500)); // prettier-ignore
      }
    console.log(`\n${machine(1)}; time of a point`);
    console.log(["law", "sigma", "fast", "plain", "ratio", "apart"].map((cell) => cell.padEnd(20)).join(""));
    console.log(lines.join("\n"));
    return Promise.resolve();
  }
});
