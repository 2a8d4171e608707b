import {writeFile} from "node:fs/promises";
import {basename, dirname} from "node:path";
import {backends} from "../compute/network.js";
import {InputError} from "../formats/error.js";
import {writeLatents} from "../formats/z.js";
import {normOf} from "../vae/decode.js";
import {choice, command, numeric, required, UsageError} from "./command.js";
import {openOutput} from "./output.js";
import {openParticles, particlesIn, type ParticlePaths} from "./particles.js";
import {defaultThreads, openThreads} from "./threads.js";
import type {TrainJobs} from "./trainThread.js";
import {openVaeFolder} from "./vaeFolder.js";

const help = `npm run encode -- --vae RUN --particles FILE --poses FILE --ctf FILE --out z.pkl [options]
npm run encode -- --vae RUN --data DIR --out z.pkl [options]

Encodes particles with a trained VAE: posterior means and log variances, as cryoDRGN's z.N.pkl. RUN is a folder that
\`train vae\` wrote, a cryoDRGN run (config.yaml and weights.N.pkl), or a weights file. The images are windowed, inverted,
normalised and shifted as those the VAE was trained on.

--particles FILE  an MRC stack (.mrcs), of the VAE's box or a larger one, which is cropped in Fourier space
--poses FILE      pose.pkl or poses.pkl: the shifts are taken from it (default: images that are centred)
--ctf FILE        ctf.pkl (default: a CTF of 1)
--data DIR        particles.mrcs, pose.pkl or poses.pkl, and ctf.pkl in one folder
--shift-box N     pixels that a shift of 1 stands for (default: the box, and one more for cryoDRGN's own runs)
--backend NAME    wasm (default: this notebook's kernel, on all threads), or TensorFlow.js's webgpu, webgl or cpu
--threads N       threads (default: one for every core)
--force           replace a file that is there`;

const text = {type: "string"} as const;

/** Images that a thread prepares and encodes at a time. */
const CHUNK = 256;

await command({
  help,
  unit: "images",
  options: {
    vae: text, particles: text, poses: text, ctf: text, data: text, out: text, "shift-box": text, backend: text,
    threads: text, force: {type: "boolean"}
  }, // prettier-ignore
  async run(values, positionals, {progress, signal}) {
    if (positionals.length) throw new UsageError(`found ${positionals.join(" ")}; expected options alone`);
    const run = required(values, "vae");
    const out = required(values, "out");
    const {vae, scale, preparation, file} = openVaeFolder(run);
    const files = await openParticles(pathsOf(values));
    const {boxSize, zdim} = vae.config;
    if (files.boxSize < boxSize)
      throw new InputError(files.stack, "box", files.boxSize, `at least ${boxSize}, that of ${file}`);
    const options = {
      ...preparation,
      shiftBox: numeric(values, "shift-box", preparation.shiftBox ?? boxSize, {above: 0})
    };
    const output = await openOutput(dirname(out), [basename(out)], values.force === true);
    const backend = choice(values, "backend", backends, "wasm");
    const most = Math.min(defaultThreads(), Math.ceil(files.n / CHUNK));
    const size = backend === "wasm" ? numeric(values, "threads", most, {integer: true, min: 1, max: 64}) : 1;
    const threads = openThreads<TrainJobs>(new URL("./trainThread.ts", import.meta.url), size);
    const [mu, logvar] = [0, 1].map(() => new Float32Array(files.n * zdim));
    let [next, done] = [0, 0];
    progress(0, files.n);
    try {
      await Promise.all(
        threads.map(async (thread) => {
          while (next < files.n) {
            const from = next;
            const to = (next = Math.min(files.n, from + CHUNK));
            const input = {
              weights: vae,
              files,
              options,
              scale: normOf(scale).std,
              from,
              to,
              backend
            };
            const part = await thread.run("encodeParticles", input, {signal});
            mu.set(part.mu, from * zdim);
            logvar.set(part.logvar, from * zdim);
            progress((done += to - from), files.n);
          }
        })
      );
      signal.throwIfAborted();
      const shape = [files.n, zdim];
      await writeFile(output.path(basename(out)), writeLatents({shape, data: mu}, {shape, data: logvar}));
      await output.commit();
    } catch (error) {
      await output.discard();
      throw error;
    } finally {
      for (const thread of threads) thread.close();
    }
    return `latents of ${files.n} images are in ${out}`;
  }
});

function pathsOf(values: Record<string, string | boolean | undefined>): ParticlePaths {
  const given = (name: string) => {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  };
  const [data, stack, poses, ctfs] = ["data", "particles", "poses", "ctf"].map(given);
  if (data === undefined) return {stack: required(values, "particles"), poses, ctfs};
  if (stack !== undefined || poses !== undefined || ctfs !== undefined)
    throw new UsageError("--data names all files; expected it, or --particles with --poses and --ctf");
  return particlesIn(data);
}
