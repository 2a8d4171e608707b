import {existsSync} from "node:fs";
import {readFile} from "node:fs/promises";
import {basename} from "node:path";
import type {Recipe} from "../cryoem/recipe.js";
import type {Structure} from "../cryoem/structure.js";
import {structureFromAtoms} from "../cryoem/structureFromAtoms.js";
import {InputError} from "../formats/error.js";
import {readAtoms} from "../formats/readAtoms.js";
import {recipeStructure} from "../jobs/simulate.js";

/**
 * The structure of a recipe: made up, or read from its PDB or mmCIF file (gzipped or not).
 * @throws InputError if the file is missing or is neither
 */
export async function readStructure(recipe: Recipe): Promise<Structure> {
  const {structure} = recipe;
  if (structure.kind !== "file") return recipeStructure(recipe);
  const {path} = structure;
  if (!existsSync(path)) throw new InputError(path, "", "no such file", "a PDB or mmCIF file");
  const name = basename(path);
  return structureFromAtoms(readAtoms(await readFile(path), name), structure, name);
}
