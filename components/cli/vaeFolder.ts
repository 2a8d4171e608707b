import {existsSync, readdirSync, readFileSync, statSync} from "node:fs";
import {basename, dirname, join} from "node:path";
import {z} from "zod";
import {checked} from "../formats/checked.js";
import {InputError} from "../formats/error.js";
import {readCryodrgnRun} from "../vae/cryodrgnRun.js";
import type {Scale} from "../vae/decode.js";
import {readVae, scaleOf, writeVae} from "../vae/file.js";
import type {VaeWeights} from "../vae/model.js";
import type {PrepareOptions} from "./prepareImages.js";

/** A trained VAE from disk, and what its numbers stand for. */
export interface OpenedVae {
  /** The weights file, for errors. */
  file: string;
  vae: VaeWeights;
  /** What decoded values are multiplied by (and its mean added), and Hartley images divided by. */
  scale: Scale;
  /** How its images were prepared. */
  preparation: PrepareOptions;
}

/**
 * Opens the VAE of a folder that `train vae` or cryoDRGN wrote: weights.safetensors (or vae.safetensors), else cryoDRGN's
 * config.yaml and its last weights.N.pkl. The path may also be that of a weights file.
 * @param pixelSize Å/pixel of a cryoDRGN run at its box, where its config.yaml has none (default 1, as in cryoDRGN)
 * @throws InputError if there is none, or if it is damaged
 */
export function openVaeFolder(path: string, pixelSize?: number): OpenedVae {
  if (!existsSync(path))
    throw new InputError(path, "", "nothing", "a folder with a VAE, or its weights file");
  const file = statSync(path).isDirectory() ? join(path, weightsIn(path)) : path;
  return file.endsWith(".safetensors") ? openOwn(file) : openCryodrgn(file, pixelSize);
}

/** The VAE of a folder as the bytes of a safetensors file, which jobs take: cryoDRGN's is turned into one. */
export function vaeBytes(dir: string): {name: string; bytes: Uint8Array} {
  const {file, vae, scale} = openVaeFolder(dir);
  const name = join(basename(dir), basename(file));
  if (file.endsWith(".safetensors")) return {name, bytes: new Uint8Array(readFileSync(file))};
  return {name, bytes: writeVae(vae, {scale})};
}

function weightsIn(dir: string): string {
  const names = readdirSync(dir);
  const own = ["vae.safetensors", "weights.safetensors"].find((name) => names.includes(name));
  if (own) return own;
  // cryoDRGN numbers its checkpoints; early versions called the last one weights.pkl.
  const epoch = (name: string) =>
    Number(/^weights\.(\d+)\.pkl$/.exec(name)?.[1] ?? (name === "weights.pkl" ? 1e9 : -1));
  const last = names.reduce((best, name) => (epoch(name) > epoch(best) ? name : best), "");
  if (!last)
    throw new InputError(
      dir,
      "",
      "no weights",
      "weights.safetensors, as `train vae` writes it, or cryoDRGN's weights.N.pkl and config.yaml"
    );
  return last;
}

const ownPreparation = z.object({window: z.boolean(), invert: z.boolean()});

function openOwn(file: string): OpenedVae {
  const read = readVae(new Uint8Array(readFileSync(file)), file);
  const {metadata, ...vae} = read;
  const {window, invert} = metadata.preparation
    ? checked(ownPreparation, metadata.preparation, file, "metadata.preparation")
    : {window: true, invert: false};
  return {
    file,
    vae,
    scale: scaleOf(read, file),
    preparation: {boxSize: vae.config.boxSize, window, invert}
  };
}

function openCryodrgn(file: string, pixelSize?: number): OpenedVae {
  const config = join(dirname(file), "config.yaml");
  if (!existsSync(config))
    throw new InputError(dirname(file), "config.yaml", "nothing", "the settings of the run");
  const {vae, data} = readCryodrgnRun(
    {
      weights: {name: basename(file), bytes: new Uint8Array(readFileSync(file))},
      config: {name: config, text: readFileSync(config, "utf8")}
    },
    pixelSize
  );
  const {invert, window, windowRadius, shiftBox, norm} = data;
  return {
    file,
    vae,
    scale: norm,
    preparation: {boxSize: vae.config.boxSize, window, windowRadius, invert, shiftBox, mean: norm.mean}
  };
}
