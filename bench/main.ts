import "../components/cli/relaxedSimd.js";
import {writeFileSync} from "node:fs";
import {command, numeric} from "../components/cli/command.js";
import {machine} from "../components/cli/machine.js";
import {readRecipe} from "../components/cli/recipes.js";
import {bestBuild} from "../components/compute/kernel/kernel.js";
import {parseRecipe} from "../components/cryoem/recipe.js";
import {startTfjs, tfjsWorks} from "./tfjsBaseline.js";
import {decodeMaps, denoise, priorStep, simulateImages, vaeImages, type Work} from "./works.js";

const help = `npm run bench -- [options]

Measures one thread of this machine: the prior's training step and denoiser, the VAE's training, decoding, simulation; and
plain tfjs (layers API, built-in gradients) on the same work in the same run. Ratios hold, absolute figures drift.

--seconds X   time for each work (3)
--json FILE   also writes [{"work", "backend", "threads", "value", "unit"}]
--seed N      accepted for symmetry with the other commands: the works are fixed`;

interface Measured {
  work: string;
  backend: string;
  threads: number;
  value: number;
  unit: string;
}

/** Median rate over repeats of `run`, after a warm-up. */
async function rate(
  amount: number,
  seconds: number,
  run: (step: number) => void | Promise<void>
): Promise<number> {
  const times: number[] = [];
  const warm = performance.now() + (1000 * seconds) / 3;
  let step = 0;
  do await run(step++);
  while (performance.now() < warm);
  const end = performance.now() + 1000 * seconds;
  do {
    const start = performance.now();
    await run(step++);
    times.push(performance.now() - start);
  } while (performance.now() < end || times.length < 3);
  return (1000 * amount) / times.sort((a, b) => a - b)[times.length >> 1];
}

await command({
  help,
  unit: "works",
  options: {seconds: {type: "string"}, json: {type: "string"}, seed: {type: "string"}},
  async run(values, _, {progress, signal}) {
    const seconds = numeric(values, "seconds", 3, {above: 0});
    const {json, name} = await readRecipe("linear1d");
    const works: (() => Work)[] = [
      priorStep,
      denoise,
      () => vaeImages("vae-d32", 32, Infinity),
      () => vaeImages("vae-d64", 64, Infinity),
      () => vaeImages("vae-d64-256px", 64, 256),
      decodeMaps,
      () => simulateImages(parseRecipe(json, name))
    ];
    const results: Measured[] = [];
    for (const [i, make] of works.entries()) {
      signal.throwIfAborted();
      const work = make();
      progress(i, works.length + 2, work.name);
      const value = await rate(work.amount, seconds, work.run);
      const backend = work.name === "simulate-d128" ? "javascript" : `wasm ${bestBuild()}`;
      results.push({work: work.name, backend, threads: 1, value, unit: work.unit});
      await new Promise((resolve) => setTimeout(resolve));
    }
    const backend = `tfjs ${await startTfjs("wasm")}`;
    const plain = tfjsWorks();
    progress(works.length, works.length + 2, backend);
    results.push({
      work: "prior-step",
      backend,
      threads: 1,
      value: await rate(1, seconds, plain.step),
      unit: "steps/s"
    });
    const evaluations = await rate(plain.rows, seconds, plain.evaluate);
    results.push({work: "denoise", backend, threads: 1, value: evaluations, unit: "evaluations/s"});
    progress(works.length + 2, works.length + 2);
    print(results);
    if (typeof values.json === "string") writeFileSync(values.json, JSON.stringify(results, null, 2) + "\n");
  }
});

function print(results: Measured[]): void {
  console.log(`\n${machine(1)}`);
  const baseline = new Map(results.filter((r) => r.backend.startsWith("tfjs")).map((r) => [r.work, r.value]));
  const cells = results.map(({work, backend, value, unit}) => {
    const base = baseline.get(work);
    const figure = value >= 100 ? value.toFixed(0) : value.toPrecision(3);
    return [work, backend, `${figure} ${unit}`, base ? `${(value / base).toFixed(1)} x tfjs` : ""];
  });
  const rows = [["work", "backend", "rate", "against plain tfjs"], ...cells];
  const widths = rows[0].map((_, c) => Math.max(...rows.map((row) => row[c].length)));
  for (const row of rows)
    console.log(
      row
        .map((cell, c) => cell.padEnd(widths[c]))
        .join("  ")
        .trimEnd()
    );
}
