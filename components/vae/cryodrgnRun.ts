import {InputError} from "../formats/error.js";
import type {NdArray} from "../formats/ndarray.js";
import type {PickleValue} from "../formats/pickle.js";
import {quoted} from "../formats/quoted.js";
import {readTorch, writeTorch} from "../formats/torch.js";
import {decoderShape, encoderShape, frequencyCount} from "./config.js";
import {readCryodrgnConfig, writeCryodrgnConfig, type CryodrgnData} from "./cryodrgnConfig.js";
import type {VaeWeights} from "./model.js";
import {plainEnds, residualEnds} from "./residualEnds.js";
import {fromStateDict, tensor, toStateDict} from "./stateDict.js";

/** A run of cryoDRGN: its networks, how its images were prepared, and after which epoch. */
export interface CryodrgnRun {
  vae: VaeWeights;
  data: CryodrgnData;
  epoch: number;
}

/** The two files of a run, with the names that errors are to call them by. */
export interface CryodrgnFiles {
  /** weights.N.pkl */
  weights: {name: string; bytes: Uint8Array};
  /** config.yaml */
  config: {name: string; text: string};
}

/**
 * Reads a run of cryoDRGN from its weights.N.pkl and its config.yaml.
 * @param pixelSize Å/pixel at the run's box; see `readCryodrgnConfig`
 * @throws InputError naming the setting or the tensor that is missing, of the wrong shape, or not supported
 */
export function readCryodrgnRun({weights, config}: CryodrgnFiles, pixelSize?: number): CryodrgnRun {
  const {model, data} = readCryodrgnConfig(config.text, config.name, pixelSize);
  const checkpoint = readTorch(weights.bytes, weights.name);
  const state = checkpoint instanceof Map ? checkpoint.get("model_state_dict") : undefined;
  if (!(checkpoint instanceof Map && state instanceof Map))
    throw new InputError(
      weights.name,
      "model_state_dict",
      "nothing",
      "the state dictionary of a cryoDRGN model"
    );
  const epoch = checkpoint.get("epoch");
  let tensors = Object.fromEntries(
    [...state].map(([name, value]) => [name, tensorOf(value, name, weights.name)])
  );
  tensors = plainEnds(tensors, "encoder", encoderShape(model));
  tensors = plainEnds(tensors, "decoder.decoder", decoderShape(model));
  return {
    data,
    epoch: typeof epoch === "number" ? epoch : 0,
    vae: {
      config: model,
      randFrequencies:
        model.encoding === "gaussian"
          ? tensor(tensors, "decoder.rand_freqs", [frequencyCount(model), 3], weights.name)
          : undefined,
      encoder: fromStateDict(tensors, "encoder", encoderShape(model), weights.name),
      decoder: fromStateDict(tensors, "decoder.decoder", decoderShape(model), weights.name)
    }
  };
}

/**
 * Writes a run for cryoDRGN: weights.N.pkl and config.yaml, which its `eval_vol` and `analyze` open. The optimiser's state
 * is not among them: cryoDRGN can use the model, not train it on.
 */
export function writeCryodrgnRun(
  {vae, data, epoch}: CryodrgnRun,
  seed = 0
): {
  weights: Uint8Array<ArrayBuffer>;
  config: string;
} {
  const {config: model, randFrequencies} = vae;
  const [encoder, decoder] = [encoderShape(model), decoderShape(model)];
  const tensors: Record<string, NdArray> = {
    ...residualEnds(toStateDict("encoder", encoder, vae.encoder), "encoder", encoder),
    ...(randFrequencies && {
      "decoder.rand_freqs": {shape: [frequencyCount(model), 3], data: randFrequencies}
    }),
    ...residualEnds(toStateDict("decoder.decoder", decoder, vae.decoder), "decoder.decoder", decoder)
  };
  const checkpoint = new Map<string, PickleValue>([
    ["epoch", epoch],
    ["model_state_dict", new Map(Object.entries(tensors))]
  ]);
  return {
    weights: writeTorch(checkpoint, `weights.${epoch}`),
    config: writeCryodrgnConfig({model, data}, seed)
  };
}

function tensorOf(value: PickleValue, name: string | number, file: string): NdArray {
  if (value === null || typeof value !== "object" || Array.isArray(value) || value instanceof Map)
    throw new InputError(file, `model_state_dict: ${quoted(String(name))}`, typeof value, "a tensor");
  return value;
}
