import type {JobContext} from "../compute/job.js";
import {mapSpectrum, type MapSpectrum} from "../cryoem/mapProjector.js";
import type {Recipe} from "../cryoem/recipe.js";
import type {Structure} from "../cryoem/structure.js";
import {structureFromAtoms} from "../cryoem/structureFromAtoms.js";
import {densityMap} from "../cryoem/volume.js";
import {readAtoms} from "../formats/readAtoms.js";
import type {NamedJson} from "./files.js";
import {sceneOf} from "./models.js";

/** A recipe with its defaults filled in, and its structure. */
export function recipeScene(recipe: NamedJson): {recipe: Recipe; structure: Structure} {
  const {recipe: parsed, structure} = sceneOf(recipe);
  return structuredClone({recipe: parsed, structure}); // what is posted is given away
}

/** Above this number of atoms, residues stand for them: a projection still takes a frame. */
const ATOMS = 40_000;

/**
 * The structure of a PDB or mmCIF file, gzipped or not: one scatterer an atom, or one a residue for very large ones.
 * @throws InputError if it is neither, or has no atoms
 */
export async function structureFile({name, blob}: {name: string; blob: Blob}): Promise<Structure> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const model = readAtoms(bytes, name);
  const representation = model.atoms.length > ATOMS ? "residue" : "atom";
  return structureFromAtoms(model, {representation, sigma: representation === "atom" ? 1.5 : 3}, name);
}

export interface StructureSpectrumInput {
  /** [n, 3], Å. */
  positions: Float64Array;
  /** [n]. */
  weights: Float64Array;
  /** Standard deviation of each scatterer's Gaussian, Å. */
  sigma: number;
  D: number;
  /** Å. */
  pixelSize: number;
}

/** The 3-D Fourier transform of a structure's density map, for central slices. */
export const structureSpectrum = (
  {positions, weights, sigma, D, pixelSize}: StructureSpectrumInput,
  {turn}: JobContext
): Promise<MapSpectrum> => mapSpectrum(densityMap(positions, weights, sigma, D, pixelSize), D, {turn});
