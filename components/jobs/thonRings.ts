import type {WorkerContext} from "../compute/protocol.js";
import {random} from "../compute/random.js";
import type {Ctf} from "../cryoem/ctf.js";
import {imageSteps} from "../cryoem/imageSteps.js";
import {addPower} from "../cryoem/powerSpectrum.js";

export interface ThonInput {
  /** Box of the tiles, pixels, and Å/pixel. */
  D: number;
  pixelSize: number;
  ctf: Ctf;
  /** Variance of the noise over that of the film before the CTF. */
  noise: number;
  /** Tiles of the micrograph whose power is averaged. */
  tiles: number;
  seed: number;
}

/**
 * The averaged power spectrum of a simulated micrograph of an amorphous film: a specimen without order scatters equally into
 * all frequencies, the CTF writes its rings into it, and white noise adds a floor.
 * @returns mean |F|^2 on the half spectrum [D, D/2 + 1]
 */
export async function thonRings(
  {D, pixelSize, ctf, noise, tiles, seed}: ThonInput,
  context: WorkerContext
): Promise<Float64Array> {
  const steps = imageSteps(D);
  const transfer = steps.transfer(ctf, pixelSize);
  const power = new Float64Array(transfer.length);
  const pixels = new Float64Array(D * D);
  for (let tile = 0; tile < tiles; ++tile) {
    await context.turn();
    const film = steps.spectrum(random(seed, FILM, tile).fillNormal(pixels));
    const grain = steps.spectrum(random(seed, GRAIN, tile).fillNormal(pixels));
    const level = Math.sqrt(noise);
    for (let k = 0; k < transfer.length; ++k)
      for (let c = 2 * k; c <= 2 * k + 1; ++c) film[c] = transfer[k] * film[c] + level * grain[c];
    addPower(power, film);
    context.progress(tile + 1, tiles);
  }
  return power.map((p) => p / tiles / (D * D));
}

const FILM = 21;
const GRAIN = 22;
