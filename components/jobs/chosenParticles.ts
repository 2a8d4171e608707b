import type {JobContext} from "../compute/job.js";
import type {ForwardModel} from "../cryoem/image.js";
import type {Recipe} from "../cryoem/recipe.js";
import {emptyTruth, makeParticles, place, type Particles} from "./simulate.js";

/** Images between two looks at the messages. */
const PART = 4;

/**
 * Makes any choice of a recipe's images, in the order given: image k of the result is image `images[k]` of the set.
 * @param sigma standard deviation of the noise
 * @throws the signal's reason when cancelled
 */
export async function chosenParticles(
  recipe: Recipe,
  model: ForwardModel,
  sigma: number,
  images: ArrayLike<number>,
  context: JobContext
): Promise<Particles> {
  const {boxSize: D} = recipe;
  const count = images.length;
  const made: Particles = {...emptyTruth(count), images: new Float32Array(count * D * D)};
  for (let k = 0; k < count; ++k) {
    if (k % PART === 0) {
      context.progress(k, count);
      await context.turn();
    }
    const one = makeParticles(recipe, model, sigma, images[k], 1);
    made.images.set(one.images, k * D * D);
    place(made, {...one, start: k});
  }
  return made;
}
