import {existsSync, readFileSync} from "node:fs";
import {writeFile} from "node:fs/promises";
import {basename} from "node:path";
import {backends} from "../compute/network.js";
import {InputError} from "../formats/error.js";
import {writeMrc} from "../formats/mrc.js";
import {readLatents} from "../formats/z.js";
import {choice, command, numeric, required} from "./command.js";
import {openOutput} from "./output.js";
import {defaultThreads, openThreads} from "./threads.js";
import type {TrainJobs} from "./trainThread.js";
import {openVaeFolder} from "./vaeFolder.js";

const help = `npm run decode -- --vae RUN --z FILE --out DIR [options]

Decodes latents to maps: DIR/vol_000.mrc, vol_001.mrc, ... RUN is a folder that \`train vae\` wrote, a cryoDRGN run
(config.yaml and weights.N.pkl), or a weights file. FILE holds one latent a row (.npy, or .pkl as cryoDRGN writes it).

--first N     first row to decode (0)
--count N     rows to decode (all)
--box D       box of the maps, pixels, even, at most the model's; less keeps the low frequencies
--apix X      Å/pixel at the model's box, for a cryoDRGN run, whose config.yaml does not say (1)
--backend NAME  wasm (default: this notebook's kernel, on all threads), or TensorFlow.js's webgpu, webgl or cpu
--threads N   threads (default: one for every core)
--seed N      accepted for symmetry with the other commands: decoding draws nothing at random
--force       replace files that are there`;

const text = {type: "string"} as const;

await command({
  help,
  unit: "maps",
  options: {
    vae: text,
    z: text,
    out: text,
    first: text,
    count: text,
    box: text,
    apix: text,
    backend: text,
    threads: text,
    seed: text,
    force: {type: "boolean"}
  },
  async run(values, _, {progress, signal}) {
    const run = required(values, "vae");
    const file = required(values, "z");
    const out = required(values, "out");
    const apix = numeric(values, "apix", undefined, {above: 0});
    const {vae, scale, file: weights} = openVaeFolder(run, apix);
    if (!existsSync(file)) throw new InputError(file, "", "nothing", "the file");
    const {mu} = readLatents(new Uint8Array(readFileSync(file)), basename(file));
    const {zdim, boxSize, pixelSize} = vae.config;
    if (mu.shape[1] !== zdim)
      throw new InputError(basename(file), "|z|", mu.shape[1], `${zdim}, that of ${weights}`);
    const natural = {integer: true, min: 0};
    const first = numeric(values, "first", 0, {...natural, max: mu.shape[0] - 1});
    const left = mu.shape[0] - first;
    const count = numeric(values, "count", left, {integer: true, min: 1, max: left});
    const box = numeric(values, "box", boxSize, {integer: true, min: 4, max: boxSize});
    if (box % 2) throw new InputError("command line", "--box", box, "an even number");
    const digits = Math.max(3, String(first + count - 1).length);
    const names = Array.from({length: count}, (_, i) => `vol_${String(first + i).padStart(digits, "0")}.mrc`);
    const output = await openOutput(out, names, values.force === true);
    const backend = choice(values, "backend", backends, "wasm");
    const most = Math.min(defaultThreads(), count);
    const size = backend === "wasm" ? numeric(values, "threads", most, {integer: true, min: 1, max: 64}) : 1;
    const threads = openThreads<TrainJobs>(new URL("./trainThread.ts", import.meta.url), size);
    let next = 0;
    let done = 0;
    progress(0, count);
    try {
      await Promise.all(
        threads.map(async (thread) => {
          await thread.run("mapDecoder", {vae, scale, backend}, {signal});
          while (next < count) {
            const i = next++;
            const z = mu.data.slice((first + i) * zdim, (first + i + 1) * zdim);
            const data = await thread.run("decodeMap", {z, box}, {signal});
            const map = {
              nx: box,
              ny: box,
              nz: box,
              pixelSize: (pixelSize * boxSize) / box,
              isStack: false,
              data
            };
            await writeFile(output.path(names[i]), writeMrc(map));
            progress(++done, count);
          }
        })
      );
      signal.throwIfAborted();
      await output.commit();
    } catch (error) {
      await output.discard();
      throw error;
    } finally {
      for (const thread of threads) thread.close();
    }
    console.error(`${count} maps are in ${out}`);
  }
});
