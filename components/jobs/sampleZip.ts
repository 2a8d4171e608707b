import type {WorkerContext} from "../compute/protocol.js";
import {InputError} from "../formats/error.js";
import {chosenParticles} from "./chosenParticles.js";
import type {NamedJson} from "./files.js";
import {modelOf} from "./particleViews.js";
import {setFiles, zipFiles} from "./setFiles.js";

/** Images that one zip holds at most: 64 MB at D = 128, twice that in memory while it is made. */
export const MOST_IMAGES = 1000;

export interface SampleZipInput {
  recipe: NamedJson;
  /** Standard deviation of the noise, as the set's simulation.json gives it. */
  sigma: number;
  /** Numbers of the images, in the order in which to write them. */
  images: Int32Array;
}

/**
 * Makes any choice of a set's images again, and zips them with their truth (setFiles.ts).
 * @throws InputError at more than 1,000 images or none; the signal's reason when cancelled
 */
export async function sampleZip(
  {recipe: named, sigma, images}: SampleZipInput,
  context: WorkerContext
): Promise<Uint8Array> {
  if (images.length < 1 || images.length > MOST_IMAGES)
    throw new InputError("sample", "images", images.length, `1 to ${MOST_IMAGES}`);
  const {recipe, model} = modelOf(named);
  const particles = await chosenParticles(recipe, model, sigma, images, context);
  context.progress(images.length, images.length, "zipping");
  return zipFiles(setFiles({recipe, particles, numbers: images, sigma}));
}
