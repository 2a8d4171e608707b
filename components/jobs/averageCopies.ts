import type {WorkerContext} from "../compute/protocol.js";
import {random} from "../compute/random.js";
import type {Ctf} from "../cryoem/ctf.js";
import {imageSteps, moments, unitNoise} from "../cryoem/imageSteps.js";

export interface AverageInput {
  /** The noiseless projection [D, D]; every copy shows it in the same pose. */
  projection: Float32Array;
  D: number;
  pixelSize: number;
  ctf: Ctf;
  /** Standard deviation of the copies' defoci about that of `ctf`, Å. */
  defocusSpread: number;
  /** Standard deviation of the noise. */
  sigma: number;
  /** How many copies. */
  copies: number;
  seed: number;
}

/** The average so far, and how its SNR has grown. */
export interface Average {
  copies: number;
  /** The average of the phase-flipped copies, [D, D]. */
  image: Float32Array;
  /** SNR of the average of n copies, n = 1, 2, 4, ...: variance of its signal over that of its noise, both measured. */
  snr: {n: number; snr: number}[];
}

/**
 * Averages copies of one particle: X_i = CTF_i * P V + N_i, each with noise and, if they spread, a defocus of its own, and
 * each multiplied by the sign of its CTF first, without which defoci would cancel each other. Sends the average at each power
 * of two.
 */
export async function averageCopies(
  {projection, D, pixelSize, ctf, defocusSpread, sigma, copies, seed}: AverageInput,
  context: WorkerContext<Average>
): Promise<Average> {
  const steps = imageSteps(D);
  const object = steps.spectrum(projection);
  const signal = new Float64Array(object.length);
  const noise = new Float64Array(object.length);
  let transfer = steps.transfer(ctf, pixelSize);
  const snr: Average["snr"] = [];
  for (let i = 0; i < copies; ++i) {
    await context.turn();
    if (defocusSpread > 0)
      transfer = steps.transfer(moved(ctf, defocusSpread * random(seed, DEFOCUS, i).normal()), pixelSize);
    const grain = steps.spectrum(unitNoise(D, seed, i));
    for (let k = 0; k < transfer.length; ++k) {
      const size = Math.abs(transfer[k]);
      const flip = transfer[k] < 0 ? -sigma : sigma;
      for (let c = 2 * k; c <= 2 * k + 1; ++c) {
        signal[c] += size * object[c];
        noise[c] += flip * grain[c];
      }
    }
    const n = i + 1;
    context.progress(n, copies);
    if (n === copies || Number.isInteger(Math.log2(n))) {
      const [clean, rest] = [signal, noise].map((sum) => steps.image(sum.map((v) => v / n)));
      snr.push({n, snr: moments(clean).variance / moments(rest).variance});
      const now = {copies: n, image: clean.map((v, p) => v + rest[p]), snr: [...snr]};
      if (n === copies) return now;
      context.partial(now);
    }
  }
  throw new RangeError(`copies: found ${copies}; expected at least 1`);
}

const DEFOCUS = 12;

const moved = (ctf: Ctf, by: number): Ctf => ({
  ...ctf,
  defocusU: Math.max(100, ctf.defocusU + by),
  defocusV: Math.max(100, ctf.defocusV + by)
});
