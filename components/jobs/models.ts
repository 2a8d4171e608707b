import type {NeighbourGraph} from "../analysis/neighbourGraph.js";
import {dataScale} from "../analysis/offData.js";
import {labelledLatents} from "../analysis/stateOfLatents.js";
import {samplingLevels} from "../diffusion/network.js";
import {priorDenoiser} from "../diffusion/prior.js";
import {readPrior} from "../diffusion/priorFile.js";
import {parseRecipe, type Recipe} from "../cryoem/recipe.js";
import type {Structure} from "../cryoem/structure.js";
import {InputError} from "../formats/error.js";
import {latentFlow, type LatentFlow} from "../samplers/latentFlow.js";
import type {FlowOptions} from "../samplers/probabilityFlow.js";
import {MapDecoder} from "../vae/decode.js";
import {preparationOf, readVae, scaleOf} from "../vae/file.js";
import {fingerprint, type NamedBytes, type NamedJson} from "./files.js";
import {lastOf} from "./lastOf.js";
import {recipeStructure} from "./simulate.js";

const fileKey = ({name, bytes}: NamedBytes) => `${name} ${fingerprint(bytes)}`;

/** The VAE of a file, how its images were prepared, and its decoder ready to make maps. */
export const vaeOf = lastOf(fileKey, ({name, bytes}) => {
  const vae = readVae(bytes, name);
  const scale = scaleOf(vae, name);
  return {vae, scale, preparation: preparationOf(vae, name), decoder: new MapDecoder(vae, scale)};
});

/** The prior of a file, and its denoiser ready to run. */
export const priorOfFile = lastOf(fileKey, ({name, bytes}) => {
  const prior = readPrior(bytes, name);
  return {prior, denoiser: priorDenoiser(prior)};
});

/**
 * The probability-flow ODE of a prior's file, between latents and encodings of dimension d.
 * @param options rtol and atol as `latentFlow` takes them
 * @throws InputError for a prior of another dimension
 */
export function priorFlow(file: NamedBytes, d: number, options: FlowOptions = {}): LatentFlow {
  const {prior, denoiser} = priorOfFile(file);
  if (prior.config.zdim !== d)
    throw new InputError(file.name, "|z|", prior.config.zdim, `${d}, as the encodings have`);
  const levels = samplingLevels(prior.config);
  return latentFlow(denoiser, {...levels, standardisation: prior.standardisation, ...options});
}

/** Encodings of a set [n, d], and their true states [n] where they are known. */
export interface Encodings {
  latents: Float32Array;
  d: number;
  states?: Int32Array;
}

const bytesOf = (x: Float32Array | Int32Array) => new Uint8Array(x.buffer, x.byteOffset, x.byteLength);

/** The encodings of a set, ready to be asked how far points are from them and what state they have; graphs over them by neighbours on average. */
export const surroundingsOf = lastOf(
  ({latents, d, states}: Encodings) =>
    `${d} ${fingerprint(bytesOf(latents))} ${states ? fingerprint(bytesOf(states)) : ""}`,
  ({latents, d, states}) => {
    const z = Float64Array.from(latents);
    return {
      z,
      scale: dataScale(z, d),
      labelled: states && labelledLatents(z, states, d),
      graphs: new Map<number, NeighbourGraph>()
    };
  }
);

/** A recipe and its structure. */
export const sceneOf = lastOf(
  ({name, json}: NamedJson) => name + JSON.stringify(json),
  ({name, json}): {recipe: Recipe; structure: Structure} => {
    const recipe = parseRecipe(json, name);
    return {recipe, structure: recipeStructure(recipe)};
  }
);
