import {forwardModel} from "../cryoem/image.js";
import {imageSteps} from "../cryoem/imageSteps.js";
import type {Ctf} from "../cryoem/ctf.js";
import {conformation, describeState, hingeAngle, occupied} from "../cryoem/motion.js";
import {centredHalf} from "../cryoem/powerSpectrum.js";
import {projector} from "../cryoem/project.js";
import type {Recipe} from "../cryoem/recipe.js";
import {encodeParticle} from "./encodeParticle.js";
import type {NamedBytes, NamedJson} from "./files.js";
import {sceneOf} from "./models.js";
import {cleanMoments, noiseSigma} from "./simulate.js";

export interface ParticleInput {
  recipe: NamedJson;
  /** State to put the structure in, 0 .. states - 1. */
  state: number;
  /** Number of the image whose pose, shift, optics and noise are used. */
  image: number;
  /** A VAE to encode the image with. */
  vae?: NamedBytes;
}

/** One image, in the steps it is made in; images are [D, D]. */
export interface Particle {
  D: number;
  /** Å. */
  pixelSize: number;
  projection: Float32Array;
  /** The CTF with frequency 0 in the middle, up to the Nyquist frequency. */
  ctf: Float32Array;
  /** The projection corrupted by it. */
  clean: Float32Array;
  noisy: Float32Array;
  /** Standard deviation of the noise. */
  sigma: number;
  /** Mean defocus, Å. */
  defocus: number;
  /** Hinge angle of the state, radians, and the state in words. */
  angle: number;
  about: string;
  /** Posterior mean of z, if a VAE was given. */
  z?: Float32Array;
}

/** Images the noise level is worked out from: fewer than the data set's own 1,024, so that a page need not wait. */
const SAMPLE = 64;
const levels = new WeakMap<Recipe, number>();

/** X = CTF * (P V) + N for one image of a recipe, with its structure in a chosen state, step by step. */
export async function particle({recipe: named, state, image, vae}: ParticleInput): Promise<Particle> {
  const scene = sceneOf(named);
  const {recipe, structure} = scene;
  const {boxSize: D, pixelSize, motion} = recipe;
  const model = forwardModel(recipe, structure);
  const sigma = levels.get(recipe) ?? noiseSigma(recipe, cleanMoments(model, D, 0, SAMPLE));
  levels.set(recipe, sigma);
  const draw = {...model.draw(image), state};
  const exact = new Float64Array(D * D);
  const positions = conformation(structure, motion, state);
  const [x, y] = draw.shift;
  projector(D, pixelSize, structure.sigma).add(
    exact,
    positions,
    occupied(structure, motion, state),
    draw.rotation,
    x,
    y
  );
  const clean = model.clean(draw, new Float32Array(D * D));
  const noisy = model.addNoise(image, sigma, clean.slice());
  return {
    D,
    pixelSize,
    projection: Float32Array.from(exact),
    ctf: centredCtf(draw.ctf, D, pixelSize),
    clean,
    noisy,
    sigma,
    defocus: (draw.ctf.defocusU + draw.ctf.defocusV) / 2,
    angle: hingeAngle(motion, state),
    about: describeState(motion, state),
    z: vae && (await encodeParticle(vae, recipe, draw, noisy)).mu
  };
}

/** The CTF on [D, D] with frequency 0 at pixel D/2. */
export const centredCtf = (ctf: Ctf, D: number, pixelSize: number): Float32Array =>
  centredHalf(imageSteps(D).transfer(ctf, pixelSize), D);
