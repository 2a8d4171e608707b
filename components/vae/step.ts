import {random, type Rng} from "../compute/random.js";
import {ctfFromRows, ctfPlan} from "../cryoem/ctf.js";
import {lattice} from "../cryoem/lattice.js";
import {encoderPixels} from "./config.js";
import type {ImageSet} from "./imageSet.js";
import {pointBlocks} from "./decoder.js";
import {klDivergence, type VaeLoss} from "./loss.js";
import type {VaeNetworks} from "./model.js";

/** Where the images of one call stand in the batch of a training step. */
export interface BatchPart {
  /** Indices of the images in the set. */
  picks: ArrayLike<number>;
  /** Position in the batch of the first of them, and the size of the whole batch. */
  first: number;
  batchSize: number;
  /** Names the random draws: image b of step s draws from `random(seed, s, b)`, whoever computes it. */
  seed: number;
  step: number;
}

/** The draws of one image in one step: the latent's noise and the pixels that are compared. */
export interface Draws {
  epsilon: ArrayLike<number>;
  /** Masked pixels to decode at; with domain `fourier`, of the first half, each standing for k and -k. */
  points: ArrayLike<number>;
}

/**
 * Computes cryoDRGN's loss (conventions.md) and its gradient for a part of a batch. The subset of pixels an image is
 * the notebook's own addition: the gradient stays unbiased. In the Fourier domain pixels are drawn in pairs (k, -k),
 * which one evaluation of the Hermitian decoder serves.
 * @param pixelsPerImage pixels compared per image and step; all where it is not below the number of masked pixels
 * @throws RangeError for an encoder that reads fewer pixels than are compared: it can be used, not trained
 * @returns a function that gives a part's share of the batch's loss terms, and adds gradients to the networks' unless
 *   `learn` is false
 */
export function vaeStep({encoder, decoder, config}: VaeNetworks, set: ImageSet, pixelsPerImage: number) {
  const {zdim} = config;
  const {pixels} = set;
  if (encoderPixels(config) !== pixels)
    throw new RangeError(`encoder: found ${encoderPixels(config)} pixels; expected ${pixels} to train`);
  const complex = config.domain === "fourier";
  const available = complex ? pixels / 2 : pixels;
  const wanted = Math.min(available, complex ? Math.max(1, Math.round(pixelsPerImage / 2)) : pixelsPerImage);
  const compared = complex ? 2 * wanted : wanted;
  const block = pointBlocks(decoder.network.maxRows, wanted);
  const {maskedX, maskedY} = lattice(set.boxSize);
  const ctfOf = ctfPlan(
    maskedX.map((k) => k / set.pixelSize),
    maskedY.map((k) => k / set.pixelSize)
  );
  const drawn = new Uint8Array(available);

  function draw(rng: Rng): Draws {
    const epsilon = rng.fillNormal(new Float32Array(zdim));
    const points = new Int32Array(wanted);
    for (let i = 0; i < wanted; ++i) {
      let p = i;
      if (wanted < available)
        do p = rng.integer(available);
        while (drawn[p]);
      drawn[p] = 1;
      points[i] = p;
    }
    drawn.fill(0);
    return {epsilon, points};
  }

  async function run(
    part: BatchPart,
    draws = (b: number) => draw(random(part.seed, part.step, b)),
    learn = true
  ): Promise<VaeLoss> {
    const n = part.picks.length;
    const x = new Float32Array(n * pixels);
    for (let i = 0; i < n; ++i)
      x.set(set.images.subarray(part.picks[i] * pixels, (part.picks[i] + 1) * pixels), i * pixels);
    const encoded = await encoder.forward(x, n);
    const each = Array.from({length: n}, (_, i) => draws(part.first + i));
    const z = new Float32Array(n * zdim);
    for (let i = 0; i < n; ++i)
      for (let d = 0; d < zdim; ++d) {
        const [mu, logvar] = [encoded[i * 2 * zdim + d], encoded[(i * 2 + 1) * zdim + d]];
        z[i * zdim + d] = mu + each[i].epsilon[d] * Math.exp(logvar / 2);
      }
    const {gen, dz} = await compare(part, x, z, each, learn);
    const dEncoded = new Float32Array(n * 2 * zdim);
    let kld = 0;
    for (let i = 0; i < n; ++i) {
      const mu = encoded.subarray(i * 2 * zdim, i * 2 * zdim + zdim);
      const logvar = encoded.subarray(i * 2 * zdim + zdim, (i + 1) * 2 * zdim);
      kld += klDivergence(mu, logvar);
      const klScale = 1 / (zdim * pixels * part.batchSize);
      for (let d = 0; d < zdim; ++d) {
        const g = dz[i * zdim + d];
        dEncoded[i * 2 * zdim + d] = g + klScale * mu[d];
        dEncoded[i * 2 * zdim + zdim + d] =
          0.5 * (g * each[i].epsilon[d] * Math.exp(logvar[d] / 2) + klScale * (Math.exp(logvar[d]) - 1));
      }
    }
    if (learn) await encoder.backward(dEncoded, n, pixels);
    return {gen: gen / (part.batchSize * compared), kld: kld / part.batchSize};
  }

  // Sum of squared errors of the images over their points, and the gradient of the batch's mean by z. Blocks of points go
  // through the decoder, forward and backward: on the kernel parts of an image, on other backends many images.
  async function compare(
    {picks, batchSize}: BatchPart,
    x: Float32Array,
    z: Float32Array,
    each: Draws[],
    learn: boolean
  ) {
    const scale = 2 / (batchSize * compared);
    const dz = new Float32Array(z.length);
    const ctf = Array.from({length: Math.min(block.images, each.length)}, () => new Float32Array(pixels));
    const coords = new Float32Array(block.images * block.points * 3);
    let gen = 0;
    for (let first = 0; first < each.length; first += block.images) {
      const images = Math.min(block.images, each.length - first);
      for (let i = 0; i < images; ++i) ctfOf(ctf[i], ctfFromRows(set.ctf, picks[first + i]));
      for (let start = 0; start < wanted; start += block.points) {
        const points = Math.min(block.points, wanted - start);
        for (let i = 0; i < images; ++i) {
          const R = set.rotations.subarray(picks[first + i] * 9, picks[first + i] * 9 + 9);
          for (let j = 0; j < points; ++j) {
            const p = each[first + i].points[start + j];
            const at = 3 * (i * points + j);
            for (let c = 0; c < 3; ++c) coords[at + c] = maskedX[p] * R[c] + maskedY[p] * R[3 + c];
          }
        }
        const rows = images * points;
        const out = await decoder.forward(
          coords,
          rows,
          z.subarray(first * zdim, (first + images) * zdim),
          points
        );
        for (let i = 0; i < images; ++i)
          for (let j = 0, row = i * points; j < points; ++j, ++row) {
            const p = each[first + i].points[start + j];
            const c = Math.abs(ctf[i][p]);
            const y = (first + i) * pixels;
            if (complex) {
              // H(k) = re - im, H(-k) = re + im
              const e = c * (out[2 * row] - out[2 * row + 1]) - x[y + p];
              const f = c * (out[2 * row] + out[2 * row + 1]) - x[y + pixels - 1 - p];
              gen += e * e + f * f;
              out[2 * row] = scale * c * (e + f);
              out[2 * row + 1] = scale * c * (f - e);
            } else {
              const e = c * out[row] - x[y + p];
              gen += e * e;
              out[row] = scale * c * e;
            }
          }
        if (!learn) continue;
        const part = await decoder.backward(out, rows, points);
        for (let d = 0; d < part.length; ++d) dz[first * zdim + d] += part[d];
      }
    }
    return {gen, dz};
  }

  return run;
}
