import "../components/cli/relaxedSimd.js";
import {readFile, writeFile} from "node:fs/promises";
import {choice, command, numeric, type OptionValues} from "../components/cli/command.js";
import {machine} from "../components/cli/machine.js";
import {readRecipe} from "../components/cli/recipes.js";
import {defaultThreads, openThreads} from "../components/cli/threads.js";
import type {TrainJobs} from "../components/cli/trainThread.js";
import {bestBuild} from "../components/compute/kernel/kernel.js";
import {backends as allBackends} from "../components/compute/network.js";
import {isMeasured, measureAll, type Failed} from "../components/jobs/bench/measure.js";
import {plan, workNames, type Measured} from "../components/jobs/bench/plan.js";
import {table} from "./table.js";
import {torchWorks} from "./torch.js";

const help = `npm run bench -- [options]

Measures this machine: the prior's training step and denoiser, the VAE's training, map decoding, sampling, simulation, on
one thread and on all; beside them plain tfjs (layers API, built-in gradients), and simulation in plain JavaScript, in the same run. Ratios
hold, absolute figures drift.

--seconds X      time for each work (3)
--works A,B,...  only these: ${workNames.join(", ")}
--backends A,B   where the networks run: ${allBackends.join(", ")} (default: wasm, the CPU kernel)
--threads N      threads to use beside one on wasm (default: one for every core)
--kernel NAME    relaxed (fused multiply-add, where there is any) or simd
--no-baseline    leave the plain versions out
--torch          also runs bench/torch_baseline.py, where a python3 with torch is found
--json FILE      also writes [{"work", "backend", "threads", "value", "unit"}]
--seed N         accepted for symmetry with the other commands: the works are fixed`;

const text = {type: "string"} as const;
const trainThread = new URL("../components/cli/trainThread.ts", import.meta.url);
const priorFile = new URL("../data/trained/linear1d/prior.safetensors", import.meta.url);

/** An option that is some of a few words, with commas between them. */
const list = <T extends string>(values: OptionValues, name: string, allowed: readonly T[], otherwise: readonly T[]) =>
  typeof values[name] === "string"
    ? values[name].split(",").map((word) => choice({[name]: word}, name, allowed, allowed[0]))
    : otherwise; // prettier-ignore

await command({
  help,
  unit: "works",
  options: {
    seconds: text, works: text, backends: text, threads: text, kernel: text, "no-baseline": {type: "boolean"},
    torch: {type: "boolean"}, json: text, seed: text
  }, // prettier-ignore
  async run(values, _, {progress, signal}) {
    const seconds = numeric(values, "seconds", 3, {above: 0});
    const most = numeric(values, "threads", defaultThreads(), {integer: true, min: 1, max: 64});
    const build = choice(values, "kernel", ["relaxed", "simd"], bestBuild());
    const works = list(values, "works", workNames, workNames);
    const backends = list(values, "backends", allBackends, ["wasm"]);
    const counts = [...new Set([1, most])];
    const measurements = plan({works, backends, threads: counts, build, baseline: !values["no-baseline"]});
    const results: Measured[] = [];
    const failures: Failed[] = [];
    progress(0, measurements.length);
    const outcomes = measureAll(measurements, {
      open: (count) => openThreads<TrainJobs>(trainThread, count),
      prepare: (thread) => thread.run("chooseKernel", {build}),
      seconds,
      files: {
        prior: async () => ({name: "prior.safetensors", bytes: new Uint8Array(await readFile(priorFile))}),
        recipe: () => readRecipe("linear1d")
      },
      signal
    });
    for await (const outcome of outcomes) {
      if (isMeasured(outcome)) results.push(outcome);
      else failures.push(outcome);
      progress(results.length + failures.length, measurements.length, `${outcome.work}, ${outcome.backend}`);
    }
    const torch = values.torch ? torchWorks(works, counts, seconds) : [];
    results.push(...torch);
    console.log(`\n${machine(most)}\n${table(results)}`);
    if (values.torch && torch.length === 0) console.log("torch: no python3 with torch was found");
    for (const {work, backend, threads, reason} of failures)
      console.log(`${work}, ${backend}, threads ${threads}: failed: ${reason}`);
    if (failures.length) process.exitCode = 1;
    if (typeof values.json === "string")
      await writeFile(values.json, JSON.stringify(results, null, 2) + "\n");
  }
});
