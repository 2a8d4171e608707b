import {parseRecipe, imageCount} from "../../cryoem/recipe.js";
import type {AtomModel} from "../../formats/atomModel.js";
import {InputError} from "../../formats/error.js";
import {readMmcif} from "../../formats/mmcif.js";
import {readPdb} from "../../formats/pdb.js";
import {readYaml} from "../../formats/yaml.js";
import type {Fact, Findings} from "./inspection.js";
import {spread} from "./statistics.js";

export const inspectPdb = (text: string, name: string): Findings => inspectAtoms(readPdb(text, name));

export const inspectMmcif = (text: string, name: string): Findings => inspectAtoms(readMmcif(text, name));

function inspectAtoms({atoms, secondary}: AtomModel): Findings {
  const residues = new Set(atoms.map(({chain, number, insertion}) => `${chain} ${number} ${insertion}`));
  const chains = [...new Set(atoms.map(({chain}) => chain))];
  const of = (kind: string) => secondary.filter((range) => range.kind === kind).length;
  const facts: Record<string, Fact> = {
    atoms: atoms.length,
    residues: residues.size,
    chains: chains.join(" "),
    alphaCarbons: atoms.filter(({name, element}) => name === "CA" && element.toUpperCase() !== "CA").length,
    helices: of("helix"),
    strands: of("strand")
  };
  for (const axis of ["x", "y", "z"] as const) {
    const range = spread(atoms.map((atom) => atom[axis]));
    if (range !== undefined) facts[axis] = range;
  }
  return {
    summary: `structure of ${atoms.length} atoms in ${chains.length} ${chains.length === 1 ? "chain" : "chains"}, without water`,
    facts
  };
}

/** A config.yaml of cryoDRGN, or any other YAML. */
export function inspectYaml(text: string, name: string): Findings {
  const value = readYaml(text, name);
  const facts = leaves(value);
  const isRun = isObject(value) && "model_args" in value && "lattice_args" in value;
  return {summary: isRun ? "settings of a cryoDRGN run (config.yaml)" : "settings", facts};
}

/** A recipe of this notebook, or any other JSON. */
export function inspectJson(text: string, name: string): Findings {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(name, "", (error as Error).message, "JSON");
  }
  if (isObject(value) && "structure" in value && "motion" in value && "optics" in value) {
    const recipe = parseRecipe(value, name);
    return {
      summary: `recipe ${recipe.name}: ${imageCount(recipe)} images, D = ${recipe.boxSize}`,
      facts: leaves(recipe)
    };
  }
  return {summary: Array.isArray(value) ? `list of ${value.length}` : "data", facts: leaves(value)};
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Most facts of a document; the rest is counted. */
const mostLeaves = 200;

/** Plain values of nested data by their path, lists of plain values in one; what is more than `mostLeaves` is left out. */
function leaves(root: unknown): Record<string, Fact> {
  const facts = new Map<string, Fact>();
  let left = 0;
  const walk = (value: unknown, path: string): void => {
    if (facts.size >= mostLeaves) return void ++left;
    if (isObject(value))
      for (const [key, item] of Object.entries(value)) walk(item, path ? `${path}.${key}` : key);
    else if (Array.isArray(value) && value.some((item) => typeof item === "object" && item !== null))
      value.forEach((item, i) => walk(item, `${path}.${i}`));
    else facts.set(path || "value", plain(value));
  };
  walk(root, "");
  if (left) facts.set("further values", left);
  return Object.fromEntries(facts);
}

function plain(value: unknown): Fact {
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.join(" ");
  return value === null || value === undefined ? "none" : String(value as string);
}
