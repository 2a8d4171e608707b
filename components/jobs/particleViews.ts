import type {WorkerContext} from "../compute/protocol.js";
import {forwardModel, type ForwardModel} from "../cryoem/image.js";
import {lowPass} from "../cryoem/lowPass.js";
import {conformation, occupied} from "../cryoem/motion.js";
import {projector} from "../cryoem/project.js";
import type {Recipe} from "../cryoem/recipe.js";
import type {NamedJson} from "./files.js";
import {sceneOf} from "./models.js";
import {centredCtf} from "./particle.js";

/**
 * Ways to look at an image of a set: as it is, noise and all; that, low-pass filtered; without the noise; as the projection
 * of the structure, before the microscope; its CTF, frequency 0 in the middle.
 */
export const views = ["particle", "lowPass", "clean", "projection", "ctf"] as const;
export type View = (typeof views)[number];

export interface ParticleViewsInput {
  recipe: NamedJson;
  /** Standard deviation of the noise, as the set's simulation.json gives it. */
  sigma: number;
  /** Numbers of the images, any of the recipe's. */
  images: readonly number[];
  views: readonly View[];
  /** Where the low-pass filter halves the power, Å. */
  resolution: number;
}

/** One image, [D, D] a view. */
export interface ParticleViews {
  image: number;
  D: number;
  views: Partial<Record<View, Float32Array>>;
}

const models = new WeakMap<Recipe, ForwardModel>();

/** The forward model of a recipe; kept as long as the thread keeps the recipe. */
export function modelOf(named: NamedJson): {recipe: Recipe; model: ForwardModel} {
  const {recipe, structure} = sceneOf(named);
  const model = models.get(recipe) ?? forwardModel(recipe, structure);
  models.set(recipe, model);
  return {recipe, model};
}

/**
 * Makes single images of a set again, in the views asked for; each is sent as soon as it is there. They are those that `npm
 * run simulate` writes: image i depends on the recipe, the noise level and i alone.
 * @returns how many were made
 * @throws the signal's reason when cancelled
 */
export async function particleViews(
  input: ParticleViewsInput,
  context: WorkerContext<ParticleViews>
): Promise<number> {
  const {recipe, model} = modelOf(input.recipe);
  const {structure} = sceneOf(input.recipe);
  const {boxSize: D, pixelSize, motion} = recipe;
  const filter = lowPass(D, pixelSize, input.resolution);
  const project = projector(D, pixelSize, structure.sigma);
  for (const [done, image] of input.images.entries()) {
    context.progress(done, input.images.length);
    await context.turn();
    const draw = model.draw(image);
    const clean = model.clean(draw, new Float32Array(D * D));
    const particle = () => model.addNoise(image, input.sigma, clean.slice());
    const make: Record<View, () => Float32Array> = {
      particle,
      lowPass: () => filter(particle()),
      clean: () => clean,
      projection: () => {
        const exact = new Float64Array(D * D);
        const [x, y] = draw.shift;
        const positions = conformation(structure, motion, draw.state);
        project.add(exact, positions, occupied(structure, motion, draw.state), draw.rotation, x, y);
        return Float32Array.from(exact);
      },
      ctf: () => centredCtf(draw.ctf, D, pixelSize)
    };
    const made = Object.fromEntries(input.views.map((view) => [view, make[view]()]));
    context.partial({image, D, views: made});
  }
  return input.images.length;
}
