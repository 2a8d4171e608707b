import {describe, expect, it} from "vitest";
import {ctfFromRows, ctfValue} from "../../components/cryoem/ctf.js";
import {openNetwork} from "../../components/compute/open.js";
import {translateHartley} from "../../components/cryoem/hartley.js";
import {lattice, slice} from "../../components/cryoem/lattice.js";
import type {NdArray} from "../../components/formats/ndarray.js";
import {decoderShape, encoderShape, type VaeConfig} from "../../components/vae/config.js";
import type {ImageSet} from "../../components/vae/imageSet.js";
import {Decoder} from "../../components/vae/decoder.js";
import {klDivergence, totalLoss} from "../../components/vae/loss.js";
import {openVae, vaeSpecs, type VaeWeights} from "../../components/vae/model.js";
import {fromStateDict, toStateDict} from "../../components/vae/stateDict.js";
import {vaeStep} from "../../components/vae/step.js";
import {random} from "../../components/compute/random.js";
import {initialVae} from "../../components/vae/model.js";
import {golden, hasFixtures, maxDifference} from "../golden.js";
import {randomImages} from "./randomImages.js";

const config: VaeConfig = {
  boxSize: 16,
  pixelSize: 6,
  zdim: 4,
  encoderLayers: 2,
  encoderWidth: 32,
  decoderLayers: 2,
  decoderWidth: 32,
  domain: "fourier",
  encoding: "gaussian",
  featureSigma: 0.5
};
const {pixels, mask, maskedX, maskedY} = lattice(16);
const every = Int32Array.from({length: pixels / 2}, (_, i) => i);

interface Golden {
  full: {
    ctf_params: number[][];
    rots: number[][][];
    y_trans: {file: string};
    loss: number;
    gen: number;
    kld: number;
    z_mu: number[][];
    z_logvar: number[][];
    trans: number[][];
    y_recon: {file: string};
  };
  y: {file: string};
  y_recon: {file: string};
  mu: number[][];
  logvar: number[][];
  loss: number;
  gen: number;
  kld: number;
  enc_mu: number[][];
  enc_logvar: number[][];
  adam: {history: number[][]; after: string};
  weights: string;
}

function setOf(info: Golden): ImageSet {
  const {full} = info;
  const y = golden.npy(full.y_trans.file).data as Float32Array;
  const ctf = Float32Array.from(full.ctf_params.flatMap((row) => [16, ...row]));
  const images = new Float32Array(4 * pixels);
  for (let i = 0; i < 4; ++i)
    for (let p = 0; p < pixels; ++p)
      images[i * pixels + p] =
        y[i * 289 + mask[p]] * Math.sign(ctfValue(ctfFromRows(ctf, i), maskedX[p] / 6, maskedY[p] / 6));
  const rotations = Float32Array.from(full.rots.flat(2));
  return {n: 4, boxSize: 16, pixelSize: 6, pixels, images, rotations, ctf, scale: 1};
}

function weightsOf(tensors: Record<string, NdArray>): VaeWeights {
  return {
    config,
    randFrequencies: tensors["decoder.rand_freqs"].data as Float32Array,
    encoder: fromStateDict(tensors, "encoder", encoderShape(config), "g_vae"),
    decoder: fromStateDict(tensors, "decoder.decoder", decoderShape(config), "g_vae")
  };
}

const part = {picks: [0, 1, 2, 3], first: 0, batchSize: 4, seed: 1, step: 0};

describe.skipIf(!hasFixtures("cryodrgn-golden"))("a training step, as cryoDRGN's", () => {
  const info = golden.json("g_vae.json") as Golden;
  const set = setOf(info);
  const weights = weightsOf(golden.npz(info.weights));

  const masked = (y: Float32Array, i: number) => Float32Array.from(mask, (m) => y[i * 289 + m]);
  const encode = async (images: Float32Array) => {
    const spec = vaeSpecs(weights)[0];
    const out = await (await openNetwork("wasm", spec, weights.encoder)).forward(images, 4);
    const rows = (from: number) =>
      [0, 1, 2, 3].flatMap((i) => [...out.subarray(8 * i + from, 8 * i + from + 4)]);
    return {mu: rows(0), logvar: rows(4)};
  };

  it("has the terms of its loss", () => {
    const y = golden.npy(info.y.file).data as Float32Array;
    const recon = golden.npy(info.y_recon.file).data as Float32Array;
    let [gen, kld] = [0, 0];
    for (let i = 0; i < 4; ++i) {
      masked(y, i).forEach((v, p) => (gen += (recon[i * pixels + p] - v) ** 2 / (4 * pixels)));
      kld += klDivergence(info.mu[i], info.logvar[i]) / 4;
    }
    expect(Math.abs(gen - info.gen)).toBeLessThan(2.6e-7);
    expect(Math.abs(kld - info.kld)).toBeLessThan(2.6e-7);
    expect(Math.abs(totalLoss({gen, kld}, 4, pixels) - info.loss)).toBeLessThan(2.6e-7);
  });

  it("has its encodings and its shifts", async () => {
    const y = golden.npy(info.y.file).data as Float32Array;
    const plain = await encode(Float32Array.from([0, 1, 2, 3].flatMap((i) => [...masked(y, i)])));
    expect(maxDifference(plain.mu, info.enc_mu.flat())).toBeLessThan(5e-7);
    expect(maxDifference(plain.logvar, info.enc_logvar.flat())).toBeLessThan(5e-7);
    const moved = golden.npy(info.full.y_trans.file).data as Float32Array;
    info.full.trans.forEach(([tx, ty], i) => {
      const own = translateHartley(y.subarray(i * 289, (i + 1) * 289), 16, tx, ty);
      expect(maxDifference(own, moved.subarray(i * 289, (i + 1) * 289))).toBeLessThan(2e-6);
    });
    const {mu, logvar} = await encode(set.images);
    expect(maxDifference(mu, info.full.z_mu.flat())).toBeLessThan(5e-7);
    expect(maxDifference(logvar, info.full.z_logvar.flat())).toBeLessThan(5e-7);
  });

  it("has its decoded images", async () => {
    const expected = golden.npy(info.full.y_recon.file).data as Float32Array;
    const network = await openNetwork("wasm", {...vaeSpecs(weights)[1], rows: pixels}, weights.decoder);
    const decoder = new Decoder(config, network);
    for (let i = 0; i < 4; ++i) {
      const points = Float32Array.from(slice(lattice(16), info.full.rots[i].flat()));
      const z = Float32Array.from(info.full.z_mu[i]);
      const F = await decoder.forward(points, pixels, z, pixels);
      const ctf = ctfFromRows(set.ctf, i);
      const found = Float32Array.from(
        maskedX,
        (kx, p) => ctfValue(ctf, kx / 6, maskedY[p] / 6) * (F[2 * p] - F[2 * p + 1])
      );
      // The CTF in float32 is exact to 5e-6, and multiplies values of up to 1/2: 6.3e-7 seen.
      expect(maxDifference(found, expected.subarray(i * pixels, (i + 1) * pixels))).toBeLessThan(1.5e-6);
    }
  });

  it("has its loss and its gradients", async () => {
    const networks = await openVae(weights, {images: 4, points: 64});
    const loss = await vaeStep(networks, set, Infinity)(part, () => ({epsilon: [0, 0, 0, 0], points: every}));
    expect(Math.abs(loss.gen - info.full.gen)).toBeLessThan(2.6e-7);
    expect(Math.abs(loss.kld - info.full.kld)).toBeLessThan(2.6e-7);
    expect(Math.abs(totalLoss(loss, 4, pixels) - info.full.loss)).toBeLessThan(2.6e-7);
    const expected = golden.npz("g_vae_grads.npz");
    const found = {
      ...toStateDict("encoder", networks.encoder.shape, await networks.encoder.readGradient()),
      ...toStateDict(
        "decoder.decoder",
        networks.decoder.network.shape,
        await networks.decoder.network.readGradient()
      )
    };
    for (const [name, {data}] of Object.entries(found))
      expect(maxDifference(data as Float32Array, expected[name].data as Float32Array), name).toBeLessThan(
        2e-7
      );
  });

  it("follows its three Adam steps", async () => {
    const networks = await openVae(weights, {images: 4, points: 64});
    const step = vaeStep(networks, set, Infinity);
    const eps = golden.npy("g_adam_eps.npy").data as Float32Array;
    for (let t = 0; t < 3; ++t) {
      const loss = await step(part, (b) => ({
        epsilon: eps.subarray(t * 16 + b * 4, t * 16 + b * 4 + 4),
        points: every
      }));
      const [total, gen, kld] = info.adam.history[t];
      expect(Math.abs(totalLoss(loss, 4, pixels) - total)).toBeLessThan(2e-6);
      expect(Math.abs(loss.gen - gen)).toBeLessThan(2e-6);
      expect(Math.abs(loss.kld - kld)).toBeLessThan(2e-6);
      await networks.trainer.optimiser.step(t + 1, 1e-3);
    }
    const after = weightsOf(golden.npz(info.adam.after));
    // Adam divides by the gradient's size, so where that is near zero the last bits decide: a few in 1e-3 steps.
    expect(maxDifference(await networks.decoder.network.readParameters(), after.decoder)).toBeLessThan(1e-4);
    expect(maxDifference(await networks.encoder.readParameters(), after.encoder)).toBeLessThan(1e-4);
  });
});

describe.each(["fourier", "hartley"] as const)("a training step, %s", (domain) => {
  const set = randomImages(3, 16);
  const weights = initialVae({...config, domain}, random(5));
  const at = {picks: [0, 1, 2], first: 0, batchSize: 3, seed: 1, step: 0};
  const gradientOf = async (parts: (typeof at)[], pixelsPerImage: number, steps = 1) => {
    const networks = await openVae(weights, {images: 3, points: 24});
    const step = vaeStep(networks, set, pixelsPerImage);
    let gen = 0;
    for (let s = 0; s < steps; ++s) for (const p of parts) gen += (await step({...p, step: s})).gen / steps;
    const scale = 1 / steps;
    return {
      gen,
      gradient: [
        ...(await networks.encoder.readGradient()),
        ...(await networks.decoder.network.readGradient())
      ].map((x) => x * scale)
    };
  };

  it("gives in two parts the gradient of one", async () => {
    const whole = await gradientOf([at], 50);
    const halves = await gradientOf(
      [
        {...at, picks: [0]},
        {...at, picks: [1, 2], first: 1}
      ],
      50
    );
    expect(halves.gen).toBeCloseTo(whole.gen, 6);
    expect(maxDifference(halves.gradient, whole.gradient)).toBeLessThan(1e-6);
  });

  it("gives with a subset of the pixels, on average, the gradient of all", async () => {
    const all = await gradientOf([at], Infinity, 300);
    const some = await gradientOf([at], 50, 300);
    const norm = Math.hypot(...all.gradient);
    expect(Math.hypot(...all.gradient.map((x, i) => x - some.gradient[i])) / norm).toBeLessThan(0.1);
  });

  it("has a gradient that finite differences confirm", async () => {
    const {gradient} = await gradientOf([at], Infinity);
    const lossAt = async (encoder: Float32Array, decoder: Float32Array) => {
      const networks = await openVae({...weights, encoder, decoder}, {images: 3, points: 24});
      return totalLoss(await vaeStep(networks, set, Infinity)(at), config.zdim, pixels);
    };
    // Along the gradient itself, where float32 has the most to say: d loss / d a = |g|^2.
    const along = async (part: "encoder" | "decoder") => {
      const g =
        part === "encoder"
          ? gradient.slice(0, weights.encoder.length)
          : gradient.slice(weights.encoder.length);
      // Steps this short cross few of ReLU's kinks, whose share of the difference falls with the step.
      const h = 3e-4 / Math.hypot(...g);
      const moved = (a: number) => weights[part].map((w, i) => w + a * g[i]);
      const [up, down] = await Promise.all(
        [h, -h].map((a) =>
          part === "encoder" ? lossAt(moved(a), weights.decoder) : lossAt(weights.encoder, moved(a))
        )
      );
      return (up - down) / (2 * h) / g.reduce((sum, x) => sum + x * x, 0);
    };
    expect(Math.abs((await along("encoder")) - 1)).toBeLessThan(0.02);
    expect(Math.abs((await along("decoder")) - 1)).toBeLessThan(0.02);
  });
});
