import {existsSync, readFileSync} from "node:fs";
import {basename} from "node:path";
import {readPrior} from "../diffusion/priorFile.js";
import {backends} from "../compute/network.js";
import {InputError} from "../formats/error.js";
import {writeNpy} from "../formats/npy.js";
import {replaceFile} from "./checkpoint.js";
import {choice, command, numeric, required, UsageError} from "./command.js";
import {sampleOnThreads} from "./sampleOnThreads.js";
import {defaultThreads} from "./threads.js";

const help = `npm run sample -- --prior FILE --n N --out FILE.npy [options]

Draws latents from a diffusion prior: the probability-flow ODE by adaptive Dormand-Prince 5(4), step sizes of its own for
every trajectory. FILE.npy gets [N, |z|] float32, as \`decode\` takes it. Reports the denoiser calls.

--n N         samples to draw (5000)
--tol X       relative and absolute tolerance of the steps (1e-3)
--zdim N      latent dimension the prior must have, if you know it
--seed N      sample i is the same whatever N and the number of threads (1)
--backend NAME  wasm (default: this notebook's kernel, on all threads), or TensorFlow.js's webgpu, webgl or cpu
--threads N   threads (default: one for every core)`;

const text = {type: "string"} as const;

await command({
  help,
  unit: "samples",
  options: {prior: text, n: text, out: text, tol: text, zdim: text, seed: text, backend: text, threads: text},
  async run(values, positionals, {progress, signal}) {
    if (positionals.length) throw new UsageError(`found ${positionals.join(" ")}; expected options alone`);
    const file = required(values, "prior");
    const out = required(values, "out");
    if (!existsSync(file)) throw new InputError(file, "", "nothing", "a prior written by `train prior`");
    const natural = {integer: true, min: 1};
    const zdim = numeric(values, "zdim", undefined, natural);
    const {metadata: _, ...prior} = readPrior(new Uint8Array(readFileSync(file)), basename(file), zdim);
    const n = numeric(values, "n", 5000, natural);
    const tolerance = numeric(values, "tol", 1e-3, {above: 0, max: 1});
    const seed = numeric(values, "seed", 1, {integer: true});
    const began = performance.now();
    const backend = choice(values, "backend", backends, "wasm");
    const size = backend === "wasm" ? numeric(values, "threads", defaultThreads(), {...natural, max: 64}) : 1;
    const {z, calls} = await sampleOnThreads(
      prior,
      {n, seed, tolerance, backend, size, name: basename(file)},
      {progress, signal}
    );
    replaceFile(out, writeNpy({shape: [n, prior.config.zdim], data: z}));
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.error(
      `${n} samples in ${seconds} s; ${(calls / n).toFixed(1)} denoiser calls a sample, ${calls} in all`
    );
  }
});
