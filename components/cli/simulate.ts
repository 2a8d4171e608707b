import {basename} from "node:path";
import {checkFits} from "../cryoem/image.js";
import {imageCount, parseRecipe} from "../cryoem/recipe.js";
import {InputError} from "../formats/error.js";
import {command, numeric, required, UsageError} from "./command.js";
import {readRecipe} from "./recipes.js";
import {readStructure} from "./readStructure.js";
import {simulateToDisk} from "./simulateToDisk.js";
import {defaultThreads} from "./threads.js";

const help = `npm run simulate -- RECIPE --out DIR [options]

Simulates cryo-EM images of a moving molecule and streams them to DIR: particles.mrcs, particles.star, pose.pkl, ctf.pkl,
and what is true of them: state.npy (state of each image), atoms.npy (positions in each state, Å), weights.npy.

RECIPE             a name in data/recipes (linear1d) or the path of a JSON file
--out DIR          folder to write into; made if it does not exist
--images N         only the first N images of the recipe (they are shuffled: a fair sample)
--structure FILE   a PDB or mmCIF file in place of the recipe's structure
--seed N           in place of the recipe's seed (poses, shifts, defocus, noise; not the structure)
--snr X            in place of the recipe's signal-to-noise ratio
--threads N        threads to use (default: one for every core)
--force            replace files that are already in DIR`;

await command({
  help,
  unit: "images",
  options: {
    out: {type: "string"},
    images: {type: "string"},
    structure: {type: "string"},
    seed: {type: "string"},
    snr: {type: "string"},
    threads: {type: "string"},
    force: {type: "boolean"}
  },
  async run(values, positionals, context) {
    if (positionals.length !== 1) throw new UsageError(`found ${positionals.length} recipes; expected one`);
    const out = required(values, "out");
    const {json, name} = await readRecipe(positionals[0]);
    const recipe = parseRecipe(json, name);
    recipe.seed = numeric(values, "seed", recipe.seed, {integer: true});
    recipe.snr = numeric(values, "snr", recipe.snr, {above: 0});
    const total = imageCount(recipe);
    const images = numeric(values, "images", total, {integer: true, min: 1});
    if (images > total)
      throw new InputError(
        name,
        "imagesPerState",
        `${total} images in all`,
        `as many as --images asks for (${images})`
      );
    if (typeof values.structure === "string")
      recipe.structure = {
        kind: "file",
        path: values.structure,
        representation: "residue",
        sigma: recipe.structure.sigma
      };
    const threads = numeric(values, "threads", defaultThreads(), {integer: true, min: 1, max: 64});
    const structure = await readStructure(recipe);
    checkFits(structure, recipe, name);
    await simulateToDisk({recipe, structure, out, images, threads, force: values.force === true}, context);
    return `${images} images of ${basename(name, ".json")} are in ${out}`;
  }
});
