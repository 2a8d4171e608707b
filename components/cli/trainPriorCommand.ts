import {existsSync, readFileSync, rmSync} from "node:fs";
import {basename} from "node:path";
import {backends} from "../compute/network.js";
import type {PriorConfig} from "../diffusion/network.js";
import {defaultObjectives, type ObjectiveKind} from "../diffusion/objectiveSpec.js";
import {parameterisations} from "../diffusion/preconditioning.js";
import {endOf} from "../diffusion/patience.js";
import {priorPresets} from "../diffusion/presets.js";
import {writePrior} from "../diffusion/priorFile.js";
import {priorOf, startPrior} from "../diffusion/priorState.js";
import {InputError} from "../formats/error.js";
import {readLatents} from "../formats/z.js";
import {replaceFile} from "./checkpoint.js";
import {choice, numeric, required, UsageError, type CommandLine, type OptionValues} from "./command.js";
import {defaultThreads} from "./threads.js";
import {endSaid, trainPriorOnThreads} from "./trainPriorOnThreads.js";

const presetLines = Object.entries(priorPresets)
  .map(([name, {about}]) => `                     ${name}: ${about}`)
  .join("\n");

const of = (setting: "evaluateEvery" | "patience") =>
  Object.entries(priorPresets)
    .map(([name, {training}]) => `${name} ${training[setting] ?? 0}`)
    .join(", ");
const [evaluations, patiences] = [of("evaluateEvery"), of("patience")];

const help = `npm run train -- prior --z FILE --out FILE [options]

Trains a diffusion prior on latents (z.pkl as cryoDRGN or \`train vae\` writes it, or .npy) and writes it as safetensors.
A tenth of the latents is held out, for the loss and for tests. Stopped, it resumes from FILE.checkpoint when called again.

--preset NAME      paper (default), fast, quick or lesson:
${presetLines}
--objective NAME   what is minimised, each as published: edm (default), simple (L_simple, 1,000 steps of DDPM), variational
                   (the weighted loss of the bound, same chain) or scoreMatching (ln sigma uniform, lambda = sigma^-2)
--parameterisation NAME   what the network's output is read as: F (default, EDM's), x_0, eps or v
--layers N, --width N   hidden layers of the network and their width
--steps N          training steps, at most
--patience N       ends when N evaluations in a row had no better loss on the latents held out, and keeps the weights (their
                   moving average) of the best one; 0 for never: all steps, and the last weights. An evaluation comes every
                   ${evaluations} steps (default: the preset's, ${patiences})
--batch-size N     rows a step
--learning-rate X  peak learning rate of Adam
--seed N           split, initial weights, batches, noise (1)
--checkpoint N     steps between checkpoints (500)
--backend NAME     wasm (default: this notebook's kernel, on all threads), or TensorFlow.js's webgpu, webgl or cpu
--threads N        threads (default: one for every core)`;

const text = {type: "string"} as const;

/** `npm run train -- prior`. */
export const trainPriorCommand: CommandLine = {
  help,
  unit: "steps",
  options: {
    z: text, out: text, preset: text, objective: text, parameterisation: text, layers: text, width: text, steps: text, patience: text, "batch-size": text,
    "learning-rate": text, checkpoint: text, seed: text, backend: text, threads: text
  }, // prettier-ignore
  async run(values, positionals, context) {
    if (positionals.length) throw new UsageError(`found ${positionals.join(" ")}; expected options alone`);
    const file = required(values, "z");
    const out = required(values, "out");
    const preset = choice(values, "preset", ["paper", "fast", "quick", "lesson"], "paper");
    const {model, training} = priorPresets[preset];
    const natural = {integer: true, min: 1};
    if (!existsSync(file)) throw new InputError(file, "", "nothing", "latents: a z.pkl or a .npy file");
    const {mu} = readLatents(new Uint8Array(readFileSync(file)), basename(file));
    if (mu.shape[0] < 20) throw new InputError(basename(file), "rows", mu.shape[0], "at least 20 latents");
    const width = numeric(values, "width", model.width, natural);
    if (width % 4) throw new InputError("command line", "--width", width, "a multiple of 4");
    const backend = choice(values, "backend", backends, "wasm");
    const parties =
      backend === "wasm" ? numeric(values, "threads", defaultThreads(), {...natural, max: 64}) : 1;
    const steps = numeric(values, "steps", training.steps, natural);
    const state = startPrior(
      mu,
      {...model, ...asked(values), width, layers: numeric(values, "layers", model.layers, natural)},
      {
        ...training,
        steps,
        patience: numeric(values, "patience", training.patience ?? 0, {integer: true, min: 0}) || undefined,
        batchSize: numeric(values, "batch-size", training.batchSize, natural),
        learningRate: {
          ...training.learningRate,
          warmUp: Math.min(training.learningRate.warmUp, Math.ceil(steps / 10)),
          rate: numeric(values, "learning-rate", training.learningRate.rate, {above: 0, max: 1})
        },
        seed: numeric(values, "seed", 1, {integer: true})
      }
    );
    const checkpoint = `${out}.checkpoint`;
    const {state: trained, provenance} = await trainPriorOnThreads(
      state,
      {checkpoint, every: numeric(values, "checkpoint", 500, natural), parties, backend, preset},
      context
    );
    replaceFile(out, writePrior(priorOf(trained), provenance));
    rmSync(checkpoint, {force: true});
    return endSaid(endOf(trained), steps);
  }
};

/** Objective and parameterisation, where one is asked for: what is EDM's by default stays unsaid in the prior's file. */
function asked(values: OptionValues): Pick<PriorConfig, "objective" | "parameterisation"> {
  const kinds = Object.keys(defaultObjectives) as ObjectiveKind[];
  const kind = choice(values, "objective", kinds, "edm");
  const parameterisation = choice(values, "parameterisation", parameterisations, "F");
  return {
    ...(kind === "edm" ? {} : {objective: defaultObjectives[kind]}),
    ...(parameterisation === "F" ? {} : {parameterisation})
  };
}
