import {existsSync} from "node:fs";
import {readFile} from "node:fs/promises";
import {basename} from "node:path";
import {gunzipSync} from "node:zlib";
import type {Recipe} from "../cryoem/recipe.js";
import type {Structure} from "../cryoem/structure.js";
import {structureFromAtoms} from "../cryoem/structureFromAtoms.js";
import {InputError} from "../formats/error.js";
import {readMmcif} from "../formats/mmcif.js";
import {readPdb} from "../formats/pdb.js";
import {recipeStructure} from "../jobs/simulate.js";

/**
 * The structure of a recipe: made up, or read from its PDB or mmCIF file (gzipped or not).
 * @throws InputError if the file is missing or is neither
 */
export async function readStructure(recipe: Recipe): Promise<Structure> {
  const {structure} = recipe;
  if (structure.kind === "pseudo-protein") return recipeStructure(recipe);
  const {path} = structure;
  if (!existsSync(path)) throw new InputError(path, "", "no such file", "a PDB or mmCIF file");
  const bytes = await readFile(path);
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("utf8");
  const name = basename(path);
  const read = /^\s*(#[^\n]*\n\s*)*data_/.test(text) ? readMmcif : readPdb;
  return structureFromAtoms(read(text, name), structure, name);
}
