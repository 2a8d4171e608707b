import {existsSync, readFileSync, writeFileSync} from "node:fs";
import {basename, join} from "node:path";
import {parseRecipe} from "../cryoem/recipe.js";
import {InputError} from "../formats/error.js";
import {readNpy, writeNpy} from "../formats/npy.js";
import {readLatents} from "../formats/z.js";
import {evaluatePrior} from "../jobs/evaluatePrior.js";
import {command, numeric, required} from "./command.js";
import {machine} from "./machine.js";
import {openOutput} from "./output.js";
import {vaeBytes} from "./vaeFolder.js";

const help = `npm run evaluate -- --run DIR [--out DIR] [options]

Draws from a prior and compares the samples, and N(0, I), with encodings that its training held out: MMD, sliced W2, a
classifier two-sample test, precision and recall; and, where recipe.json and state.npy tell the truth, the correlation of
decoded maps with their nearest true map and the distribution of states. DIR holds a VAE (as \`train vae\` or cryoDRGN wrote
it), prior.safetensors and z.pkl, as data/trained/linear1d does. Writes evaluation.json and samples.npy to --out (default:
DIR), which page \`prior\` shows.

--samples N   samples to draw (5000)
--maps N      latents of each kind to decode (400)
--box D       box to decode them at (32)
--draws N     draws that MMD and sliced W2 are averaged over (16), each with samples of its own
--seed N      (1)
--force       replace files that are there`;

const text = {type: "string"} as const;

await command({
  help,
  unit: "",
  options: {
    run: text,
    out: text,
    samples: text,
    maps: text,
    box: text,
    draws: text,
    seed: text,
    force: {type: "boolean"}
  },
  async run(values, _, context) {
    const dir = required(values, "run");
    const file = (name: string) => {
      try {
        return {name: join(basename(dir), name), bytes: new Uint8Array(readFileSync(join(dir, name)))};
      } catch {
        throw new InputError(dir, name, "nothing", "the file");
      }
    };
    const count = {integer: true, min: 1};
    const z = file("z.pkl");
    const recipe = existsSync(join(dir, "recipe.json"))
      ? {
          name: "recipe.json",
          json: JSON.parse(new TextDecoder().decode(file("recipe.json").bytes)) as unknown
        }
      : undefined;
    const name = recipe && parseRecipe(recipe.json, recipe.name).name;
    const output = await openOutput(
      typeof values.out === "string" ? values.out : dir,
      ["evaluation.json", "samples.npy"],
      values.force === true
    );
    try {
      const start = performance.now();
      const {mu} = readLatents(z.bytes, z.name);
      const n = numeric(values, "samples", 5000, count);
      const {evaluation, samples} = await evaluatePrior(
        {
          z,
          mu,
          recipe,
          states: existsSync(join(dir, "state.npy")) ? statesOf(file("state.npy"), mu.shape[0]) : undefined,
          prior: file("prior.safetensors"),
          vae: vaeBytes(dir),
          samples: n,
          maps: numeric(values, "maps", 400, count),
          box: numeric(values, "box", 32, {integer: true, min: 8}),
          draws: numeric(values, "draws", 16, count),
          seed: numeric(values, "seed", 1, {integer: true})
        },
        context
      );
      const made = {
        recipe: name,
        machine: machine(1),
        date: new Date().toISOString().slice(0, 10),
        seconds: Math.round((performance.now() - start) / 100) / 10
      };
      writeFileSync(output.path("evaluation.json"), JSON.stringify({made, ...evaluation}, null, 1) + "\n");
      writeFileSync(output.path("samples.npy"), writeNpy({shape: [n, mu.shape[1]], data: samples}));
      await output.commit();
    } catch (error) {
      await output.discard();
      throw error;
    }
  }
});

/** True states [n]. */
function statesOf({name, bytes}: {name: string; bytes: Uint8Array}, n: number): Int32Array {
  const {shape, data} = readNpy(bytes, name);
  if (shape.length !== 1 || shape[0] !== n)
    throw new InputError(name, "shape", shape, `[${n}], as many as z.pkl has latents`);
  return Int32Array.from(data, Number);
}
