/** What a thread of `simulate` runs. */
import {serve} from "../compute/protocol.js";
import {forwardModel, type ForwardModel} from "../cryoem/image.js";
import type {Recipe} from "../cryoem/recipe.js";
import type {Structure} from "../cryoem/structure.js";
import {cleanMoments, makeParticles} from "../jobs/simulate.js";
import {parentThread} from "./threads.js";

let recipe: Recipe;
let model: ForwardModel;

const jobs = {
  open(input: {recipe: Recipe; structure: Structure}) {
    recipe = input.recipe;
    model = forwardModel(recipe, input.structure);
  },
  moments: ({start, count}: {start: number; count: number}) =>
    cleanMoments(model, recipe.boxSize, start, count),
  make: ({sigma, start, count}: {sigma: number; start: number; count: number}) =>
    makeParticles(recipe, model, sigma, start, count)
};

export type SimulateJobs = typeof jobs;

serve(parentThread(), jobs);
