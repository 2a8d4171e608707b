import {random, type Rng} from "../compute/random.js";
import {ctfFromRows, ctfPlan} from "../cryoem/ctf.js";
import {lattice} from "../cryoem/lattice.js";
import type {ImageSet} from "./imageSet.js";
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
 * @returns the part's share of the batch's loss terms; gradients are added to the networks'
 */
export function vaeStep(networks: VaeNetworks, set: ImageSet, pixelsPerImage: number) {
  const {encoder, decoder, config} = networks;
  const {zdim} = config;
  const {pixels} = set;
  const complex = config.domain === "fourier";
  const available = complex ? pixels / 2 : pixels;
  const wanted = Math.min(available, complex ? Math.max(1, Math.round(pixelsPerImage / 2)) : pixelsPerImage);
  const compared = complex ? 2 * wanted : wanted;
  const block = decoder.mlp.maxRows;
  const {maskedX, maskedY} = lattice(set.boxSize);
  const ctfOf = ctfPlan(
    maskedX.map((k) => k / set.pixelSize),
    maskedY.map((k) => k / set.pixelSize)
  );
  const ctf = new Float32Array(pixels);
  const coords = new Float32Array(block * 3);
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

  function run(part: BatchPart, draws = (b: number) => draw(random(part.seed, part.step, b))): VaeLoss {
    const n = part.picks.length;
    const x = new Float32Array(n * pixels);
    for (let i = 0; i < n; ++i)
      x.set(set.images.subarray(part.picks[i] * pixels, (part.picks[i] + 1) * pixels), i * pixels);
    const encoded = encoder.forward(x, n);
    const dEncoded = new Float32Array(n * 2 * zdim);
    decoder.prepareBackward();
    encoder.prepareBackward(pixels);
    let gen = 0;
    let kld = 0;
    for (let i = 0; i < n; ++i) {
      const mu = encoded.subarray(i * 2 * zdim, i * 2 * zdim + zdim);
      const logvar = encoded.subarray(i * 2 * zdim + zdim, (i + 1) * 2 * zdim);
      const {epsilon, points} = draws(part.first + i);
      const z = mu.map((m, d) => m + epsilon[d] * Math.exp(logvar[d] / 2));
      const dz = new Float32Array(zdim);
      gen += compare(part.picks[i], x.subarray(i * pixels, (i + 1) * pixels), z, points, part.batchSize, dz);
      kld += klDivergence(mu, logvar);
      const klScale = 1 / (zdim * pixels * part.batchSize);
      for (let d = 0; d < zdim; ++d) {
        dEncoded[i * 2 * zdim + d] = dz[d] + klScale * mu[d];
        dEncoded[i * 2 * zdim + zdim + d] =
          0.5 * (dz[d] * epsilon[d] * Math.exp(logvar[d] / 2) + klScale * (Math.exp(logvar[d]) - 1));
      }
    }
    encoder.backwardOutputs(dEncoded, n);
    return {gen: gen / (part.batchSize * compared), kld: kld / part.batchSize};
  }

  // Sum of squared errors of one image over its points; dz gets the gradient of the batch's mean.
  function compare(
    pick: number,
    y: Float32Array,
    z: Float32Array,
    points: ArrayLike<number>,
    batch: number,
    dz: Float32Array
  ) {
    const scale = 2 / (batch * compared);
    const R = set.rotations.subarray(pick * 9, pick * 9 + 9);
    ctfOf(ctf, ctfFromRows(set.ctf, pick));
    let sum = 0;
    for (let start = 0; start < points.length; start += block) {
      const m = Math.min(block, points.length - start);
      for (let i = 0; i < m; ++i) {
        const p = points[start + i];
        for (let c = 0; c < 3; ++c) coords[3 * i + c] = maskedX[p] * R[c] + maskedY[p] * R[3 + c];
      }
      const out = decoder.forward(coords, m, z);
      for (let i = 0; i < m; ++i) {
        const p = points[start + i];
        const c = Math.abs(ctf[p]);
        if (complex) {
          // H(k) = re - im, H(-k) = re + im
          const e = c * (out[2 * i] - out[2 * i + 1]) - y[p];
          const f = c * (out[2 * i] + out[2 * i + 1]) - y[pixels - 1 - p];
          sum += e * e + f * f;
          out[2 * i] = scale * c * (e + f);
          out[2 * i + 1] = scale * c * (f - e);
        } else {
          const e = c * out[i] - y[p];
          sum += e * e;
          out[i] = scale * c * e;
        }
      }
      decoder.backward(out, m, dz);
    }
    return sum;
  }

  return run;
}
