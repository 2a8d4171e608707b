import type {Recipe} from "../cryoem/recipe.js";
import {writeNpy} from "../formats/npy.js";
import {writePickles} from "../formats/pickle.js";
import {writeStar} from "../formats/star.js";
import {particleStar} from "./particleStar.js";
import type {Particles} from "./simulate.js";

/** The files beside a set's particles.mrcs that say what is true of the images, by their names. */
export type TruthFiles = Record<
  "particles.star" | "pose.pkl" | "ctf.pkl" | "state.npy" | "recipe.json",
  Uint8Array
>;

/**
 * Writes poses, CTFs, states and recipe of a set of images as `npm run simulate` does: RELION's table, cryoDRGN's pickles
 * (in pose.pkl a shift is the fraction of the box that brings the image back to the centre), numpy's array.
 */
export function truthFiles(recipe: Recipe, truth: Omit<Particles, "images">): TruthFiles {
  const {count, rotations, shifts, ctf, states} = truth;
  const text = (s: string) => new TextEncoder().encode(s);
  const poses = [
    {shape: [count, 3, 3], data: rotations},
    {shape: [count, 2], data: shifts.map((t) => -t / recipe.boxSize)}
  ];
  return {
    "particles.star": text(writeStar(particleStar(recipe, truth))),
    "pose.pkl": writePickles(poses),
    "ctf.pkl": writePickles({shape: [count, 9], data: ctf}),
    "state.npy": writeNpy({shape: [count], data: states}),
    "recipe.json": text(JSON.stringify(recipe, null, 2) + "\n")
  };
}
