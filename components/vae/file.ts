import {z} from "zod";
import {checked, jsonObject} from "../formats/checked.js";
import {InputError} from "../formats/error.js";
import {readSafetensors, writeSafetensors} from "../formats/safetensors.js";
import {decoderShape, encoderShape, frequencyCount, parseVaeConfig} from "./config.js";
import {normOf, type Scale} from "./decode.js";
import type {VaeWeights} from "./model.js";
import type {Preparation} from "./prepare.js";
import {fromStateDict, tensor, toStateDict} from "./stateDict.js";

/** A VAE read from a file, and what was written beside its weights. */
export interface VaeFile extends VaeWeights {
  /** Everything else the file's metadata says (training, provenance), as parsed JSON. */
  metadata: Record<string, unknown>;
}

/**
 * Writes a VAE as safetensors under the names of cryoDRGN's state dictionary, its configuration as JSON in the metadata.
 * @param options `half` stores float16
 */
export function writeVae(
  vae: VaeWeights,
  metadata: Record<string, unknown> = {},
  options: {half?: boolean} = {}
): Uint8Array {
  const {config} = vae;
  const tensors = {
    ...toStateDict("encoder", encoderShape(config), vae.encoder),
    ...toStateDict("decoder.decoder", decoderShape(config), vae.decoder)
  };
  if (vae.randFrequencies)
    tensors["decoder.rand_freqs"] = {shape: [frequencyCount(config), 3], data: vae.randFrequencies};
  return writeSafetensors(
    tensors,
    {format: "cryo-latent-diffusion vae 1", vae: JSON.stringify({...metadata, config})},
    options
  );
}

/** What decoded values stand for, as a file's metadata say: `scale`, a factor or cryoDRGN's {mean, std}; 1 where it is absent. */
export function scaleOf({metadata}: Pick<VaeFile, "metadata">, name: string): Scale {
  return metadata.scale === undefined ? 1 : checked(scaleSchema, metadata.scale, name, "metadata.scale");
}

const scaleSchema = z.union([
  z.number().positive(),
  z.object({mean: z.number(), std: z.number().positive()})
]);

/** How the images that a VAE has seen were prepared, as a file's metadata say; as cryoDRGN does it where they don't. */
export function preparationOf(
  {metadata, config}: Pick<VaeFile, "metadata" | "config">,
  name: string
): Preparation {
  const {mean} = normOf(scaleOf({metadata}, name));
  const found = metadata.preparation
    ? checked(preparationSchema, metadata.preparation, name, "metadata.preparation")
    : {window: true, invert: false};
  return {...found, boxSize: config.boxSize, mean};
}

const preparationSchema = z.object({
  window: z.boolean(),
  windowRadius: z.number().min(0).max(0.99).optional(),
  invert: z.boolean()
});

/** Reads what `writeVae` wrote. @throws InputError if the file is not a VAE or is damaged */
export function readVae(bytes: Uint8Array, name: string): VaeFile {
  const {tensors, metadata} = readSafetensors(bytes, name);
  if (!metadata.vae)
    throw new InputError(name, "metadata", "no entry `vae`", "the weights of a VAE written by `train vae`");
  const {config: found, ...rest} = jsonObject(metadata.vae, name, "metadata");
  const config = parseVaeConfig(found, name);
  return {
    config,
    randFrequencies:
      config.encoding === "gaussian"
        ? tensor(tensors, "decoder.rand_freqs", [frequencyCount(config), 3], name)
        : undefined,
    encoder: fromStateDict(tensors, "encoder", encoderShape(config), name),
    decoder: fromStateDict(tensors, "decoder.decoder", decoderShape(config), name),
    metadata: rest
  };
}
