import type {JobContext} from "../compute/job.js";
import {forwardModel} from "../cryoem/image.js";
import {imageCount, type Recipe} from "../cryoem/recipe.js";
import {chosenParticles} from "./chosenParticles.js";
import {setFiles, type SetFiles} from "./setFiles.js";
import {addMoments, cleanMoments, noiseSigma, recipeStructure, SNR_SAMPLE, type Moments} from "./simulate.js";

/** Images whose moments are summed before they are added to the rest: as on the command line, to the last bit. */
const PART = 64;

/**
 * The first images of a recipe's set as files, at the noise level of the whole set: pixel for pixel what `npm run simulate`
 * writes, but rounded to float16.
 * @throws the signal's reason when cancelled
 */
export async function smallSet(recipe: Recipe, images: number, context: JobContext): Promise<SetFiles> {
  const model = forwardModel(recipe, recipeStructure(recipe));
  const sample = Math.min(SNR_SAMPLE, imageCount(recipe));
  let moments: Moments | undefined;
  for (let start = 0; start < sample; start += PART) {
    await context.turn();
    const part = cleanMoments(model, recipe.boxSize, start, Math.min(PART, sample - start));
    moments = moments ? addMoments(moments, part) : part;
  }
  const sigma = noiseSigma(recipe, moments!);
  const numbers = Int32Array.from({length: Math.min(images, imageCount(recipe))}, (_, i) => i);
  const particles = await chosenParticles(recipe, model, sigma, numbers, context);
  return setFiles({recipe, particles, numbers, sigma, mode: 12});
}
