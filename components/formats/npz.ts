import {unzipSync} from "fflate";
import {InputError} from "./error.js";
import type {NdArray} from "./ndarray.js";
import {readNpy} from "./npy.js";
import {quoted} from "./quoted.js";

/** What Deflate can make of a byte at most, and a bound on what a page can hold. */
const maxRatio = 1032;
const maxBytes = 2 ** 31;

/**
 * Reads numpy's .npz: a zip of .npy files, stored or deflated, by their names without the extension.
 * @param name the file's name, for errors
 * @throws InputError if the zip is damaged or cut short, or claims more than its bytes can hold
 */
export function readNpz(bytes: Uint8Array, name: string): Record<string, NdArray> {
  let headers = 0; // bytes of the members' headers, and below, of their contents: no two may share them
  let packed = 0;
  let unpacked = 0;
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes, {
      // Asked before a member is unpacked, and before anything is allocated for it.
      filter({name: member, size, originalSize, compression}) {
        headers += 46 + member.length;
        packed += size;
        unpacked += originalSize;
        const most = compression === 0 ? size : maxRatio * size;
        if (headers + packed > bytes.length || originalSize > most || unpacked > maxBytes)
          throw new InputError(
            name,
            quoted(member),
            `${originalSize} bytes from ${size}`,
            "what the file can hold"
          );
        return true;
      }
    });
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(
      name,
      "",
      `a zip that does not open (${(error as Error).message})`,
      "a whole .npz file"
    );
  }
  const arrays = Object.entries(files).map(([member, file]): [string, NdArray] => [
    member.replace(/\.npy$/, ""),
    readNpy(file, `${name}/${quoted(member).slice(1, -1)}`)
  ]);
  return Object.fromEntries(arrays);
}
