import {priorDenoiser} from "../diffusion/prior.js";
import {readPrior} from "../diffusion/priorFile.js";
import {parseRecipe, type Recipe} from "../cryoem/recipe.js";
import type {Structure} from "../cryoem/structure.js";
import {MapDecoder} from "../vae/decode.js";
import {readVae, scaleOf} from "../vae/file.js";
import {fingerprint, type NamedBytes, type NamedJson} from "./files.js";
import {recipeStructure} from "./simulate.js";

// A thread keeps what it last made of each kind: a page asks for the same model again and again.
function lastOf<I, T>(key: (input: I) => string, make: (input: I) => T): (input: I) => T {
  let kept: {key: string; value: T} | undefined;
  return (input) => {
    const k = key(input);
    if (kept?.key !== k) kept = {key: k, value: make(input)};
    return kept.value;
  };
}
const fileKey = ({name, bytes}: NamedBytes) => `${name} ${fingerprint(bytes)}`;

/** The VAE of a file, and its decoder ready to make maps. */
export const vaeOf = lastOf(fileKey, ({name, bytes}) => {
  const vae = readVae(bytes, name);
  const scale = scaleOf(vae, name);
  return {vae, scale, decoder: new MapDecoder(vae, scale)};
});

/** The prior of a file, and its denoiser ready to run. */
export const priorOfFile = lastOf(fileKey, ({name, bytes}) => {
  const prior = readPrior(bytes, name);
  return {prior, denoiser: priorDenoiser(prior)};
});

/** A recipe and its structure. */
export const sceneOf = lastOf(
  ({name, json}: NamedJson) => name + JSON.stringify(json),
  ({name, json}): {recipe: Recipe; structure: Structure} => {
    const recipe = parseRecipe(json, name);
    return {recipe, structure: recipeStructure(recipe)};
  }
);
