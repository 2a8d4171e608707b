import {relionAngles} from "../../cryoem/poses.js";
import {parseRecipe, type Recipe} from "../../cryoem/recipe.js";
import {InputError} from "../../formats/error.js";
import {readMrc} from "../../formats/mrc.js";
import type {NdArray} from "../../formats/ndarray.js";
import {readNpy} from "../../formats/npy.js";
import {readPickles} from "../../formats/pickle.js";
import type {NamedJson} from "../../jobs/files.js";
import {emptyTable, hingeOf, type ImageTable} from "../../jobs/imageTable.js";

/** The files of a small set that a page reads: those of data/NAME-small.zip.ts. */
export type SmallSetFile =
  "particles.mrcs" | "pose.pkl" | "ctf.pkl" | "state.npy" | "recipe.json" | "simulation.json";

/** The first images of a recipe's set, with what is true of them. */
export interface SmallSet {
  name: string;
  recipe: Recipe;
  /** The recipe as jobs take it. */
  named: NamedJson;
  /** Standard deviation of the noise. */
  sigma: number;
  /** Pixels [n, D, D]. */
  images: Float32Array;
  n: number;
  D: number;
  table: ImageTable;
}

/**
 * Reads a small set.
 * @param name the set's name, for messages
 * @param load gives the bytes of a file
 * @throws InputError if a file can't be loaded, or does not fit the others
 */
export async function readSmallSet(
  name: string,
  load: (file: SmallSetFile) => Promise<Uint8Array>
): Promise<SmallSet> {
  const path = (file: string) => `${name}-small/${file}`;
  const read = async <T>(file: SmallSetFile, parse: (bytes: Uint8Array, name: string) => T) => {
    let bytes: Uint8Array;
    try {
      bytes = await load(file);
    } catch {
      throw new InputError(path(file), "", "nothing", "the file; it could not be loaded");
    }
    return parse(bytes, path(file));
  };
  const [stack, poses, [ctf], state, json, simulation] = await Promise.all([
    read("particles.mrcs", readMrc),
    read("pose.pkl", readPickles),
    read("ctf.pkl", readPickles),
    read("state.npy", readNpy),
    read("recipe.json", jsonOf),
    read("simulation.json", jsonOf)
  ]);
  const recipe = parseRecipe(json, path("recipe.json"));
  const {nx: D, nz: n, data: images} = stack;
  const sigma = (simulation as {noiseDeviation?: unknown}).noiseDeviation;
  if (typeof sigma !== "number")
    throw new InputError(path("simulation.json"), "noiseDeviation", sigma ?? "nothing", "a number");
  const [rotations, shifts] = poses[0] as [NdArray, NdArray];
  const rows = ctf as NdArray;
  const table = emptyTable(n);
  for (let i = 0; i < n; ++i) {
    const [rot, tilt, psi] = relionAngles((rotations.data as Float32Array).subarray(9 * i, 9 * i + 9));
    const [u, v] = [Number(rows.data[9 * i + 2]), Number(rows.data[9 * i + 3])];
    table.image[i] = i;
    table.state[i] = Number(state.data[i]);
    table.hinge[i] = hingeOf(recipe.motion, table.state[i]);
    table.defocusU[i] = u;
    table.defocusV[i] = v;
    table.defocus[i] = (u + v) / 2;
    table.rot[i] = rot;
    table.tilt[i] = tilt;
    table.psi[i] = psi;
    // pose.pkl has the fraction of the box that brings the content back.
    table.shiftX[i] = -Number(shifts.data[2 * i]) * D * recipe.pixelSize;
    table.shiftY[i] = -Number(shifts.data[2 * i + 1]) * D * recipe.pixelSize;
  }
  return {name, recipe, named: {name: `${name}.json`, json}, sigma, images, n, D, table};
}

function jsonOf(bytes: Uint8Array, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new InputError(name, "", (error as Error).message, "JSON");
  }
}
