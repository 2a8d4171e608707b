import {jsonObject} from "../formats/checked.js";
import {InputError} from "../formats/error.js";
import {readSafetensors, writeSafetensors} from "../formats/safetensors.js";
import {fromStateDict, tensor, toStateDict} from "../vae/stateDict.js";
import {parsePriorConfig, priorShape} from "./network.js";
import type {PriorWeights} from "./prior.js";

/** A prior read from a file, and what was written beside its weights. */
export interface PriorFile extends PriorWeights {
  /** Everything else the file's metadata says (training, provenance), as parsed JSON. */
  metadata: Record<string, unknown>;
}

/**
 * Writes a prior as safetensors: the network's tensors, `mean` and `deviation` of the latents (float32), and its
 * configuration as JSON in the metadata.
 * @param options `half` stores float16
 */
export function writePrior(
  {config, parameters, standardisation}: PriorWeights,
  metadata: Record<string, unknown> = {},
  options: {half?: boolean} = {}
): Uint8Array {
  const {mean, deviation} = standardisation;
  const tensors = {
    ...toStateDict("network", priorShape(config), parameters),
    mean: {shape: [config.zdim], data: Float32Array.from(mean)},
    deviation: {shape: [config.zdim], data: Float32Array.from(deviation)}
  };
  const prior = JSON.stringify({...metadata, config});
  return writeSafetensors(tensors, {format: "cryo-latent-diffusion prior 1", prior}, options);
}

/**
 * Reads what `writePrior` wrote.
 * @param zdim the latent dimension it must be for, where the caller knows it
 * @throws InputError if the file is not a prior, is damaged, or is for another |z|
 */
export function readPrior(bytes: Uint8Array, name: string, zdim?: number): PriorFile {
  const {tensors, metadata} = readSafetensors(bytes, name);
  if (!metadata.prior)
    throw new InputError(name, "metadata", "no entry `prior`", "a prior written by `train prior`");
  const {config: found, ...rest} = jsonObject(metadata.prior, name, "metadata");
  const config = parsePriorConfig(found, name);
  if (zdim !== undefined && config.zdim !== zdim)
    throw new InputError(name, "|z|", config.zdim, `a prior for |z| = ${zdim}`);
  const [mean, deviation] = ["mean", "deviation"].map((key) => tensor(tensors, key, [config.zdim], name));
  if (deviation.some((v) => v <= 0))
    throw new InputError(name, "deviation", Array.from(deviation), "numbers above 0");
  return {
    config,
    parameters: fromStateDict(tensors, "network", priorShape(config), name),
    standardisation: {mean: Float64Array.from(mean), deviation: Float64Array.from(deviation)},
    metadata: rest
  };
}
