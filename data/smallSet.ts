// What the loaders NAME-small.zip.ts share: the first images of a recipe as a zip on standard output.
import {readFileSync} from "node:fs";
import {quiet} from "../components/compute/job.js";
import {parseRecipe} from "../components/cryoem/recipe.js";
import {zipFiles} from "../components/jobs/setFiles.js";
import {smallSet} from "../components/jobs/smallSet.js";

/** Images of a small set: 4 MB at D = 128 in float16. */
const IMAGES = 128;

/** Writes the small set of a recipe of data/recipes to standard output. */
export async function writeSmallSet(name: string): Promise<void> {
  const file = new URL(`./recipes/${name}.json`, import.meta.url);
  const recipe = parseRecipe(JSON.parse(readFileSync(file, "utf8")), `${name}.json`);
  process.stdout.write(zipFiles(await smallSet(recipe, IMAGES, quiet)));
}
