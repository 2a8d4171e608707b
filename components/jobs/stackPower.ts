import type {WorkerContext} from "../compute/protocol.js";
import {imageSteps, moments} from "../cryoem/imageSteps.js";
import {addPower} from "../cryoem/powerSpectrum.js";
import {blobSource} from "../formats/byteSource.js";
import {InputError} from "../formats/error.js";
import {openMrcStack} from "../formats/mrcStack.js";

export interface StackPowerInput {
  name: string;
  blob: Blob;
  /** Which images of the stack, counted from 0. */
  images: Int32Array;
}

/**
 * The mean power spectrum of some images of a stack, each less its mean and over its variance.
 * @returns mean |F|^2 on the half spectrum [D, D/2 + 1]
 * @throws InputError if the stack can't be read, or one of the images holds NaN
 */
export async function stackPower(
  {name, blob, images}: StackPowerInput,
  context: WorkerContext
): Promise<Float64Array> {
  const {header, image} = await openMrcStack(blobSource(blob), name);
  const D = header.nx;
  const steps = imageSteps(D);
  const power = new Float64Array(D * (D / 2 + 1));
  for (const [done, i] of images.entries()) {
    await context.turn();
    const pixels = await image(i);
    const {mean, variance} = moments(pixels);
    if (!Number.isFinite(variance))
      throw new InputError(name, `image ${i + 1}`, "NaN or infinity", "finite pixels");
    if (variance === 0) continue;
    const scale = 1 / Math.sqrt(variance * images.length) / D;
    addPower(power, steps.spectrum(pixels.map((v) => (v - mean) * scale)));
    context.progress(done + 1, images.length);
  }
  return power;
}
