import {gunzipSync} from "fflate";
import type {AtomModel} from "./atomModel.js";
import {InputError} from "./error.js";
import {readMmcif} from "./mmcif.js";
import {readPdb} from "./pdb.js";

/**
 * Reads a PDB or an mmCIF file, gzipped or not; which of the two it is, its content says.
 * @param name the file's name, for errors
 * @throws InputError if it is neither, has no atoms, or is a damaged gzip
 */
export function readAtoms(bytes: Uint8Array, name: string): AtomModel {
  const text = new TextDecoder().decode(
    bytes[0] === 0x1f && bytes[1] === 0x8b ? unzipped(bytes, name) : bytes
  );
  return (/^\s*(#[^\n]*\n\s*)*data_/.test(text) ? readMmcif : readPdb)(text, name);
}

function unzipped(bytes: Uint8Array, name: string): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new InputError(name, "", `a gzip that does not open (${(error as Error).message})`, "a whole one");
  }
}
