import type {NdArray} from "./ndarray.js";
import {readNpy} from "./npy.js";
import {quoted} from "./quoted.js";
import {readZip} from "./zip.js";

/**
 * Reads numpy's .npz: a zip of .npy files, stored or deflated, by their names without the extension.
 * @param name the file's name, for errors
 * @throws InputError if the zip is damaged or cut short, or claims more than its bytes can hold
 */
export function readNpz(bytes: Uint8Array, name: string): Record<string, NdArray> {
  const arrays = Array.from(
    readZip(bytes, name, "a whole .npz file"),
    ([member, file]): [string, NdArray] => [
      member.replace(/\.npy$/, ""),
      readNpy(file, `${name}/${quoted(member).slice(1, -1)}`)
    ]
  );
  return Object.fromEntries(arrays);
}
