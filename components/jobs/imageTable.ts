import type {JobContext} from "../compute/job.js";
import {drawImage, stateOrder} from "../cryoem/image.js";
import {hingeDegrees, type Motion} from "../cryoem/motion.js";
import {relionAngles} from "../cryoem/poses.js";
import {imageCount, parseRecipe} from "../cryoem/recipe.js";
import type {NamedJson} from "./files.js";

/** What is true of each image of a set, a column each; row i is image i of the recipe, counted from 0. */
export interface ImageTable {
  /** Number of the image in its set. */
  image: Int32Array;
  state: Int32Array;
  /** Hinge angle, degrees. */
  hinge: Float32Array;
  /** Å, underfocus positive. */
  defocusU: Float32Array;
  defocusV: Float32Array;
  /** Å, their mean. */
  defocus: Float32Array;
  /** RELION's angles, degrees. The image is seen along the direction of longitude rot and polar angle tilt. */
  rot: Float32Array;
  tilt: Float32Array;
  psi: Float32Array;
  /** Å, what the content is moved by: to the right, and to higher rows. */
  shiftX: Float32Array;
  shiftY: Float32Array;
}

/** Images between two looks at the messages. */
const PART = 5000;

/** The columns of a table of `n` images, empty. */
export const emptyTable = (n: number): ImageTable => {
  const floats = () => new Float32Array(n);
  return {
    image: new Int32Array(n),
    state: new Int32Array(n),
    hinge: floats(),
    defocusU: floats(),
    defocusV: floats(),
    defocus: floats(),
    rot: floats(),
    tilt: floats(),
    psi: floats(),
    shiftX: floats(),
    shiftY: floats()
  };
};

/**
 * The table of a whole set. No image is made: pose, shift and optics of image i are drawn from the recipe's seed and i alone.
 * @throws InputError if the recipe is none; the signal's reason when cancelled
 */
export async function imageTable(
  {recipe: {name, json}}: {recipe: NamedJson},
  context: JobContext
): Promise<ImageTable> {
  const recipe = parseRecipe(json, name);
  const states = stateOrder(recipe);
  const n = imageCount(recipe);
  const table = emptyTable(n);
  for (let i = 0; i < n; ++i) {
    if (i % PART === 0) {
      context.progress(i, n);
      await context.turn();
    }
    const {state, rotation, shift, ctf} = drawImage(recipe, states[i], i);
    const [rot, tilt, psi] = relionAngles(rotation);
    table.image[i] = i;
    table.state[i] = state;
    table.hinge[i] = hingeOf(recipe.motion, state);
    table.defocusU[i] = ctf.defocusU;
    table.defocusV[i] = ctf.defocusV;
    table.defocus[i] = (ctf.defocusU + ctf.defocusV) / 2;
    table.rot[i] = rot;
    table.tilt[i] = tilt;
    table.psi[i] = psi;
    table.shiftX[i] = shift[0] * recipe.pixelSize;
    table.shiftY[i] = shift[1] * recipe.pixelSize;
  }
  return table;
}

/** The hinge angle of a state, degrees; NaN for an assembly, which has no hinge. */
export const hingeOf = (motion: Motion, state: number): number =>
  motion.type === "assembly" ? NaN : hingeDegrees(motion, state);
