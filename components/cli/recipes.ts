import {existsSync} from "node:fs";
import {readdir, readFile} from "node:fs/promises";
import {fileURLToPath} from "node:url";
import {InputError} from "../formats/error.js";

const folder = fileURLToPath(new URL("../../data/recipes/", import.meta.url));

/** Reads a recipe by its name in data/recipes or by its path. @throws InputError if there is none, or no JSON in it */
export async function readRecipe(nameOrPath: string): Promise<{json: unknown; name: string}> {
  const shipped = `${folder}${nameOrPath}.json`;
  const named = /^[\w-]+$/.test(nameOrPath) && existsSync(shipped);
  const path = named ? shipped : nameOrPath;
  if (!existsSync(path)) {
    const names = (await readdir(folder)).filter((f) => f.endsWith(".json") && !f.includes(".schema."));
    const known = names.map((f) => f.slice(0, -5)).join(", ");
    throw new InputError(nameOrPath, "", "no such recipe", `a JSON file, or one of: ${known}`);
  }
  const name = named ? `${nameOrPath}.json` : nameOrPath;
  const text = await readFile(path, "utf8");
  try {
    return {json: JSON.parse(text), name};
  } catch (error) {
    throw new InputError(name, "", (error as Error).message, "JSON");
  }
}
