import {InputError} from "../formats/error.js";
import {random, type Rng} from "../compute/random.js";
import {cleanImages} from "./cleanImage.js";
import type {Ctf} from "./ctf.js";
import {conformation, occupied, reach, stateCount} from "./motion.js";
import {uniformRotation} from "./poses.js";
import {imagesOfStates, imageCount, type Recipe} from "./recipe.js";
import type {Structure} from "./structure.js";

export {halfCtf} from "./cleanImage.js";

/** What is drawn for one image before it is made. */
export interface ImageDraw {
  state: number;
  /** 3 x 3 row-major. */
  rotation: Float64Array;
  /** Pixels the content is moved by: x to the right, y to higher rows. */
  shift: [x: number, y: number];
  ctf: Ctf;
}

/** Streams of the recipe's seed. */
const ORDER = 1;
const DRAW = 2;
const NOISE = 3;

/** The state of each image: as often as the recipe says, shuffled by the seed, so that any first N images are a fair sample. */
export function stateOrder(recipe: Recipe): Int32Array {
  const order = new Int32Array(imageCount(recipe));
  let at = 0;
  imagesOfStates(recipe).forEach((count, state) => order.fill(state, at, (at += count)));
  return random(recipe.seed, ORDER).shuffle(order);
}

/** Pose, shift and optics of image `i`: a function of the recipe's seed and `i` alone. */
export function drawImage(recipe: Recipe, state: number, i: number): ImageDraw {
  const rng = random(recipe.seed, DRAW, i);
  const rotation = uniformRotation(rng);
  const {type, extent} = recipe.shifts;
  const shift = () => extent * (type === "uniform" ? 2 * rng.uniform() - 1 : rng.normal());
  return {state, rotation, shift: [shift(), shift()], ctf: drawCtf(recipe.optics, rng)};
}

function drawCtf(optics: Recipe["optics"], rng: Rng): Ctf {
  const {defocusMean, defocusSpread} = optics;
  let defocus: number;
  do defocus = defocusMean + defocusSpread * rng.normal();
  while (defocus < 0.1 * defocusMean);
  const difference = optics.astigmatism * rng.uniform();
  return {
    defocusU: defocus + difference / 2,
    defocusV: defocus - difference / 2,
    astigmatismAngle: optics.astigmatism > 0 ? 180 * rng.uniform() : 0,
    voltage: optics.voltage,
    sphericalAberration: optics.sphericalAberration,
    amplitudeContrast: optics.amplitudeContrast,
    phaseShift: optics.phaseShift,
    bFactor: optics.bFactor
  };
}

/**
 * Checks that a structure stays inside the box in every state and pose, whatever its shift.
 * @param name the recipe's file, for the message
 * @throws InputError if it does not
 */
export function checkFits(structure: Structure, recipe: Recipe, name: string): void {
  const {boxSize, pixelSize, motion, shifts} = recipe;
  const shift = shifts.type === "uniform" ? Math.SQRT2 * shifts.extent : 3 * shifts.extent;
  const needed = 2 * (reach(structure, motion) + 3 * structure.sigma + shift * pixelSize);
  if (needed > boxSize * pixelSize)
    throw new InputError(
      name,
      "boxSize",
      `${boxSize} (${boxSize * pixelSize} Å)`,
      `at least ${2 * Math.ceil(needed / pixelSize / 2)}, for a structure and shifts ${needed.toFixed(0)} Å across`
    );
}

/** X_i = CTF_i * (P_i V) + N_i, image after image, in buffers of its own. */
export interface ForwardModel {
  draw(i: number): ImageDraw;
  /** Fills `out` [D, D] with image `i` without noise: the projection, corrupted by its CTF. */
  clean(draw: ImageDraw, out: Float32Array): Float32Array;
  /** Adds the white noise of image `i`, of standard deviation `sigma`. */
  addNoise(i: number, sigma: number, out: Float32Array): Float32Array;
}

/**
 * The forward model of a recipe on its structure. Image `i` does not depend on which images were made before it.
 * @param clean how images without noise are made: the kernel's way where it can, else in float64
 */
export function forwardModel(recipe: Recipe, structure: Structure, clean = cleanImages): ForwardModel {
  const {boxSize: D, pixelSize, motion, seed} = recipe;
  const states = stateOrder(recipe);
  const shapes = Array.from({length: stateCount(motion)}, (_, k) => ({
    positions: conformation(structure, motion, k),
    weights: occupied(structure, motion, k)
  }));
  const make = clean(structure, D, pixelSize);
  const noise = new Float64Array(D * D);
  const rng = random(seed);
  return {
    draw: (i) => drawImage(recipe, states[i], i),
    clean({state, rotation, shift, ctf}, out) {
      const {positions, weights} = shapes[state];
      return make(out, positions, rotation, shift, ctf, weights);
    },
    addNoise(i, sigma, out) {
      rng.restart(seed, NOISE, i).fillNormal(noise);
      for (let p = 0; p < out.length; ++p) out[p] += sigma * noise[p];
      return out;
    }
  };
}
