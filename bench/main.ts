import "../components/cli/relaxedSimd.js";
import {readFileSync, writeFileSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {command, choice, numeric} from "../components/cli/command.js";
import {machine} from "../components/cli/machine.js";
import {readRecipe} from "../components/cli/recipes.js";
import {defaultThreads, openThreads} from "../components/cli/threads.js";
import type {TrainJobs} from "../components/cli/trainThread.js";
import {bestBuild} from "../components/compute/kernel/kernel.js";
import {workNames, type Measured, type WorkName} from "../components/jobs/bench/bench.js";
import {lendAll} from "../components/jobs/lend.js";
import {table} from "./table.js";
import {torchWorks} from "./torch.js";

const help = `npm run bench -- [options]

Measures this machine: the prior's training step and denoiser, the VAE's training, map decoding, sampling, simulation, on
one thread and on all; beside them plain tfjs (layers API, built-in gradients) in the same run. Ratios hold, absolute
figures drift.

--seconds X      time for each work (3)
--works A,B,...  only these: ${workNames.join(", ")}
--threads N      threads to use beside one (default: one for every core)
--kernel NAME    relaxed (fused multiply-add, where there is any) or simd
--no-baseline    leave plain tfjs out
--torch          also runs bench/torch_baseline.py, where a python3 with torch is found
--json FILE      also writes [{"work", "backend", "threads", "value", "unit"}]
--seed N         accepted for symmetry with the other commands: the works are fixed`;

const text = {type: "string"} as const;
const root = fileURLToPath(new URL("..", import.meta.url));

await command({
  help,
  unit: "works",
  options: {
    seconds: text, works: text, threads: text, kernel: text, "no-baseline": {type: "boolean"},
    torch: {type: "boolean"}, json: text, seed: text
  }, // prettier-ignore
  async run(values, _, {progress, signal}) {
    const seconds = numeric(values, "seconds", 3, {above: 0});
    const most = numeric(values, "threads", defaultThreads(), {integer: true, min: 1, max: 64});
    const build = choice(values, "kernel", ["relaxed", "simd"], bestBuild());
    const asked = typeof values.works === "string" ? values.works.split(",") : workNames;
    const works = asked.map((name) => choice({works: name}, "works", workNames, name as WorkName));
    const recipe = await readRecipe("linear1d");
    const prior = readFileSync(`${root}data/trained/linear1d/prior.safetensors`);
    const files = {prior: {name: "prior.safetensors", bytes: new Uint8Array(prior)}, recipe};
    const baselines = (["prior-step", "denoise"] as const).filter((w) => works.includes(w));
    const counts = [...new Set([1, most])];
    const total = works.length * counts.length + (values["no-baseline"] ? 0 : baselines.length);
    const results: Measured[] = [];
    const say = (row: Measured) => {
      results.push(row);
      progress(results.length, total, `${row.work}, ${row.backend}`);
    };
    progress(0, total);
    // Every measurement has threads of its own, so that none inherits another's memory.
    const withThreads = async <T>(count: number, use: (threads: ReturnType<typeof open>) => Promise<T>) => {
      const threads = open(count);
      try {
        return await use(threads);
      } finally {
        for (const thread of threads) thread.close();
      }
    };
    const open = (count: number) =>
      openThreads<TrainJobs>(new URL("../components/cli/trainThread.ts", import.meta.url), count);
    for (const work of works) {
      for (const count of counts) {
        const row = await withThreads(count, async (threads) => {
          await Promise.all(threads.map((t) => t.run("chooseKernel", {build})));
          const helpers = await lendAll(threads.slice(1));
          return threads[0].run("bench", {work, backend: "wasm", seconds, files, helpers}, {signal});
        });
        say({...row, backend: work === "simulate-d128" ? "javascript" : `wasm ${build}`});
      }
      const plain = baselines.find((w) => w === work);
      if (plain && !values["no-baseline"]) {
        const row = await withThreads(1, ([t]) =>
          t.run("benchPlain", {work: plain, backend: "wasm", seconds}, {signal})
        );
        say({...row, backend: "plain tfjs wasm"});
      }
    }
    const torch = values.torch ? torchWorks(works, counts, seconds) : [];
    results.push(...torch);
    console.log(`\n${machine(most)}\n${table(results)}`);
    if (values.torch && torch.length === 0) console.log("torch: no python3 with torch was found");
    if (typeof values.json === "string") writeFileSync(values.json, JSON.stringify(results, null, 2) + "\n");
  }
});
