import {InputError} from "../formats/error.js";
import {realFft2} from "../compute/fft.js";
import {random, type Rng} from "../compute/random.js";
import {ctfPlan, type Ctf} from "./ctf.js";
import {conformation} from "./motion.js";
import {uniformRotation} from "./poses.js";
import {projector} from "./project.js";
import {imageCount, type Recipe} from "./recipe.js";
import type {Structure} from "./structure.js";

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

/** The state of each image: every state as often, shuffled by the seed, so that any first N images are a fair sample. */
export function stateOrder(recipe: Recipe): Int32Array {
  const order = Int32Array.from({length: imageCount(recipe)}, (_, i) =>
    Math.floor(i / recipe.imagesPerState)
  );
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
  let reach = 0;
  for (let k = 0; k < motion.states; ++k) {
    const p = conformation(structure, motion, k);
    for (let i = 0; i < p.length; i += 3) reach = Math.max(reach, Math.hypot(p[i], p[i + 1], p[i + 2]));
  }
  const shift = shifts.type === "uniform" ? Math.SQRT2 * shifts.extent : 3 * shifts.extent;
  const needed = 2 * (reach + 3 * structure.sigma + shift * pixelSize);
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

/** The forward model of a recipe on its structure. Image `i` does not depend on which images were made before it. */
export function forwardModel(recipe: Recipe, structure: Structure): ForwardModel {
  const {boxSize: D, pixelSize, motion, seed} = recipe;
  const states = stateOrder(recipe);
  const positions = Array.from({length: motion.states}, (_, k) => conformation(structure, motion, k));
  const project = projector(D, pixelSize, structure.sigma);
  const fourier = realFft2(D);
  const filter = halfCtf(D, pixelSize);
  const image = new Float64Array(D * D);
  const spectrum = new Float64Array(2 * D * fourier.columns);
  const transfer = new Float64Array(D * fourier.columns);
  return {
    draw: (i) => drawImage(recipe, states[i], i),
    clean({state, rotation, shift, ctf}, out) {
      image.fill(0);
      project.add(image, positions[state], structure.weights, rotation, shift[0], shift[1]);
      fourier.forward(spectrum, image);
      filter(transfer, ctf);
      for (let k = 0; k < transfer.length; ++k) {
        spectrum[2 * k] *= transfer[k];
        spectrum[2 * k + 1] *= transfer[k];
      }
      fourier.inverse(out, spectrum);
      return out;
    },
    addNoise(i, sigma, out) {
      random(seed, NOISE, i).fillNormal(image);
      for (let p = 0; p < out.length; ++p) out[p] += sigma * image[p];
      return out;
    }
  };
}

/** The CTF on the half spectrum [D, D/2 + 1] that realFft2 makes: frequency 0 first, in 1/Å. */
export function halfCtf(D: number, pixelSize: number) {
  const columns = D / 2 + 1;
  const sx = new Float64Array(D * columns);
  const sy = new Float64Array(D * columns);
  for (let y = 0; y < D; ++y)
    for (let x = 0; x < columns; ++x) {
      sx[y * columns + x] = x / (D * pixelSize);
      sy[y * columns + x] = (y < D / 2 ? y : y - D) / (D * pixelSize);
    }
  return ctfPlan(sx, sy);
}
