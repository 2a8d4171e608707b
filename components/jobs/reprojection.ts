import {pearson} from "../analysis/mapCorrelation.js";
import {openNetwork} from "../compute/open.js";
import {ctfPlan} from "../cryoem/ctf.js";
import {imageOfMasked} from "../cryoem/imageOfMasked.js";
import {lattice} from "../cryoem/lattice.js";
import {maskedHartley, translateMasked} from "../cryoem/maskedHartley.js";
import {describeState} from "../cryoem/motion.js";
import type {Recipe} from "../cryoem/recipe.js";
import {normOf} from "../vae/decode.js";
import {Decoder} from "../vae/decoder.js";
import {vaeSpecs, type VaeWeights} from "../vae/model.js";
import {klDivergence} from "../vae/loss.js";
import {decodedSlice} from "../vae/slice.js";
import {encodeParticle} from "./encodeParticle.js";
import type {NamedBytes, NamedJson} from "./files.js";
import {vaeOf} from "./models.js";
import {modelOf} from "./particleViews.js";
import {cleanMoments, noiseSigma} from "./simulate.js";

export interface ReprojectionInput {
  recipe: NamedJson;
  vae: NamedBytes;
  /** Number of the image in the recipe's set, whose pose, shift, optics and noise are used. */
  image: number;
  /** State to put the structure in (default: the image's own). */
  state?: number;
  /** Standard deviation of the noise, where it is known (default: worked out from a few images). */
  sigma?: number;
  /** A latent to compare with [zdim], such as the mean of all: what the image looks like where nothing is known of its state. */
  reference?: ArrayLike<number>;
}

/** One image and what the VAE makes of it. Images are [box, box], cropped to the frequencies that the networks see, without DC. */
export interface Reprojection {
  box: number;
  /** Å. */
  pixelSize: number;
  image: number;
  state: number;
  /** The image's own state in the set. */
  ownState: number;
  /** The state in words. */
  about: string;
  /** Mean defocus, Å, and the shift, Å. */
  defocus: number;
  shift: [x: number, y: number];
  /** CTF (P V) + N, what there is to see. */
  noisy: Float32Array;
  /** CTF (P V), which only a simulation knows. */
  clean: Float32Array;
  /** The slice of the decoded map in the image's pose, through its CTF, shifted. */
  reprojection: Float32Array;
  /** noisy - reprojection. */
  residual: Float32Array;
  /** The posterior q(z | X): mean and standard deviation [zdim]. */
  mu: Float32Array;
  deviation: Float32Array;
  correlations: {
    /** Of the reprojection with the noiseless image. */
    clean: number;
    /** Of the reprojection with the image. */
    noisy: number;
    /** Of the noiseless image with the image: what a perfect reprojection would have. */
    best: number;
    /** Of the reprojection of `reference` with the noiseless image. */
    reference?: number;
  };
  /** The two terms of cryoDRGN's loss at the posterior mean: mean squared error in units of the scale; nats. */
  gen: number;
  kld: number;
}

/** Images the noise level is worked out from where it is not given. */
const SAMPLE = 64;
const levels = new WeakMap<Recipe, number>();
const decoders = new WeakMap<VaeWeights, Promise<Decoder>>();

/** A decoder of points; kept as long as the thread keeps the VAE. */
function decoderOf(vae: VaeWeights): Promise<Decoder> {
  const made =
    decoders.get(vae) ??
    openNetwork("wasm", vaeSpecs(vae)[1], vae.decoder).then((network) => new Decoder(vae.config, network));
  decoders.set(vae, made);
  return made;
}

/**
 * Simulates an image, encodes it, and decodes the posterior mean to what the image should look like: the central slice in the image's pose,
 * times its CTF, moved by its shift.
 */
export async function reprojection(input: ReprojectionInput): Promise<Reprojection> {
  const {recipe, model} = modelOf(input.recipe);
  const {vae, scale, preparation} = vaeOf(input.vae);
  const {mean, std} = normOf(scale);
  const contrast = preparation.invert ? -std : std;
  const {boxSize: D, motion} = recipe;
  const {boxSize: box} = vae.config;
  const own = model.draw(input.image);
  const draw = {...own, state: input.state ?? own.state};
  const sigma = input.sigma ?? levels.get(recipe) ?? noiseSigma(recipe, cleanMoments(model, D, 0, SAMPLE));
  levels.set(recipe, sigma);
  const clean = model.clean(draw, new Float32Array(D * D));
  const noisy = model.addNoise(input.image, sigma, clean.slice());
  const {mu, logvar, set} = await encodeParticle(input.vae, recipe, draw, noisy);

  const {pixels, maskedX, maskedY} = lattice(box);
  const {pixelSize} = set;
  const frequencies = [maskedX, maskedY].map((k) => k.map((v) => v / pixelSize));
  const ctf = ctfPlan(frequencies[0], frequencies[1])(new Float32Array(pixels), draw.ctf);
  const decoder = await decoderOf(vae);
  const shift = draw.shift.map((t) => (t * box) / D);
  const slice = await decodedSlice(decoder, box, draw.rotation, mu);
  /** What a slice says the image's transform is, where the image is. */
  const placed = (values: Float32Array) =>
    translateMasked(
      values.map((v, p) => contrast * ctf[p] * v),
      box,
      shift[0],
      shift[1]
    ).map((v) => v + mean);
  const transform = maskedHartley(D, box);
  const seen = (masked: Float32Array) => imageOfMasked(masked, box, D);
  const [cropped, truth] = [noisy, clean].map((image) => seen(transform(image, new Float32Array(pixels))));
  const made = seen(placed(slice));
  const other = input.reference && seen(placed(await decodedSlice(decoder, box, draw.rotation, Float32Array.from(input.reference)))); // prettier-ignore
  let squares = 0;
  for (let p = 0; p < pixels; ++p) squares += (Math.abs(ctf[p]) * slice[p] - set.images[p]) ** 2;
  return {
    box,
    pixelSize,
    image: input.image,
    state: draw.state,
    ownState: own.state,
    about: describeState(motion, draw.state),
    defocus: (draw.ctf.defocusU + draw.ctf.defocusV) / 2,
    shift: [draw.shift[0] * recipe.pixelSize, draw.shift[1] * recipe.pixelSize],
    noisy: cropped,
    clean: truth,
    reprojection: made,
    residual: cropped.map((v, i) => v - made[i]),
    mu,
    deviation: logvar.map((l) => Math.exp(l / 2)),
    correlations: {
      clean: pearson(made, truth),
      noisy: pearson(made, cropped),
      best: pearson(truth, cropped),
      reference: other && pearson(other, truth)
    },
    gen: squares / pixels,
    kld: klDivergence(mu, logvar)
  };
}
