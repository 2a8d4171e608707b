import {parseMrcHeader} from "../../formats/mrc.js";
import {isNpy, parseNpyHeader} from "../../formats/npyHeader.js";
import type {Format} from "./inspection.js";

/**
 * Which format a file is in: by its content, then by its name's ending.
 * @param head the file's first bytes, 64 kB or all of it
 * @param size bytes of the whole file
 * @returns undefined if neither tells
 */
export const recognise = (head: Uint8Array, size: number, name: string): Format | undefined =>
  byContent(head, size, name) ?? byEnding(name);

function byContent(head: Uint8Array, size: number, name: string): Format | undefined {
  if (isNpy(head)) return isStructured(head, name) ? "cs" : "npy";
  if (startsWith(head, [0x50, 0x4b, 3, 4])) return isNumpyZip(head) ? "npz" : "torch";
  if (startsWith(head, legacyTorch)) return "torch";
  if (head[0] === 0x80 && head[1] >= 2 && head[1] <= 5) return "pickle";
  if (isSafetensors(head, size)) return "safetensors";
  if (startsWith(head.subarray(208), [0x4d, 0x41, 0x50])) return "mrc"; // "MAP"
  if (isText(head)) return byText(new TextDecoder().decode(head));
  return isMrc(head, size) ? "mrc" : undefined;
}

/** torch.save's format before version 1.6 begins with a magic number as a pickle of its own. */
const legacyTorch = [0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9];

const startsWith = (bytes: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, i) => bytes[i] === byte);

function isStructured(head: Uint8Array, name: string): boolean {
  try {
    return typeof parseNpyHeader(head, name).descr !== "string";
  } catch {
    return /\.cs$/i.test(name);
  }
}

/** A numpy archive's first member is NAME.npy; that of a PyTorch checkpoint is NAME/data.pkl. */
function isNumpyZip(head: Uint8Array): boolean {
  const length = head[26] | (head[27] << 8);
  return new TextDecoder("latin1").decode(head.subarray(30, 30 + length)).endsWith(".npy");
}

/** The length of a JSON header that fits into the file, and its opening brace. */
function isSafetensors(head: Uint8Array, size: number): boolean {
  if (head.length < 10 || head[8] !== 0x7b) return false;
  const length = Number(new DataView(head.buffer, head.byteOffset).getBigUint64(0, true));
  return length >= 2 && length <= size - 8;
}

function isMrc(head: Uint8Array, size: number): boolean {
  try {
    parseMrcHeader(head, "", size);
    return true;
  } catch {
    return false;
  }
}

/** No control characters but those of layout. */
const isText = (head: Uint8Array): boolean =>
  head.length > 0 && head.every((byte) => byte >= 32 || (byte >= 9 && byte <= 13));

function byText(text: string): Format | undefined {
  const start = text.replace(/^\ufeff/, "").replace(/^\s*(#.*\s*)*/, "");
  if (/^[{[]/.test(start)) return "json";
  if (/^data_/i.test(start)) return /^\s*_\w+\.\w/m.test(start) ? "mmcif" : "star";
  if (/^(HEADER|TITLE|COMPND|REMARK|CRYST1|MODEL|ATOM|HETATM)\b/m.test(start.slice(0, 4000))) return "pdb";
  if (/^(cmd|dataset_args|lattice_args|model_args):/m.test(start)) return "yaml";
  return undefined;
}

const endings: readonly [RegExp, Format][] = [
  [/\.(mrcs?|map|ccp4|st|ali)$/i, "mrc"],
  [/\.star$/i, "star"],
  [/\.pkl$/i, "pickle"],
  [/\.(pt|pth|ckpt)$/i, "torch"],
  [/\.npy$/i, "npy"],
  [/\.npz$/i, "npz"],
  [/\.cs$/i, "cs"],
  [/\.safetensors$/i, "safetensors"],
  [/\.ya?ml$/i, "yaml"],
  [/\.json$/i, "json"],
  [/\.(pdb|ent)$/i, "pdb"],
  [/\.(cif|mmcif)$/i, "mmcif"]
];

const byEnding = (name: string): Format | undefined => endings.find(([pattern]) => pattern.test(name))?.[1];
