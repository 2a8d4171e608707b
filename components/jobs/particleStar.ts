import type {Recipe} from "../cryoem/recipe.js";
import {relionStar} from "../cryoem/relionStar.js";
import type {StarBlock} from "../formats/star.js";
import type {Particles} from "./simulate.js";

/** RELION 3.1's table of particles with its optics group, for particles.mrcs in the same folder. */
export function particleStar(recipe: Recipe, truth: Omit<Particles, "images">): StarBlock[] {
  const {boxSize, optics} = recipe;
  const {count, rotations, ctf} = truth;
  return relionStar({
    rotations,
    // What RELION keeps is the shift that brings the content back to the centre.
    shifts: truth.shifts.map((pixels) => -pixels / boxSize),
    ctf,
    imageIndex: Int32Array.from({length: count}, (_, i) => i),
    imageStack: new Array<string>(count).fill("particles.mrcs"),
    columns: {_rlnCtfBfactor: new Array<string>(count).fill(String(optics.bFactor))}
  });
}
