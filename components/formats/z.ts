import {InputError} from "./error.js";
import type {NdArray} from "./ndarray.js";
import {readNpy} from "./npy.js";
import type {PickleValue} from "./pickle.js";
import {readPickles, writePickles} from "./pickle.js";

/** Latents of n images in d dimensions: both arrays are [n, d]. */
export interface Latents {
  /** Posterior means. */
  mu: NdArray<Float32Array>;
  /** Logarithms of the posterior variances, where the file has them. */
  logvar?: NdArray<Float32Array>;
}

/**
 * Reads latents: cryoDRGN's `z.N.pkl` (two consecutive pickles, mu and log variance), a pickle of mu alone, or a .npy
 * file of mu.
 * @param name the file's name, for errors
 * @throws InputError if an array is not [n, d] of floats, if the two differ in shape, or at a value that is not finite
 */
export function readLatents(bytes: Uint8Array, name: string): Latents {
  const arrays = bytes[0] === 0x93 ? [readNpy(bytes, name)] : readPickles(bytes, name);
  if (arrays.length > 2)
    throw new InputError(name, "", `${arrays.length} pickles`, "mu, or mu and log variance");
  const mu = finiteRows(arrays[0], name, "mu");
  if (arrays.length === 1) return {mu};
  const logvar = finiteRows(arrays[1], name, "log variance");
  if (logvar.shape[0] !== mu.shape[0] || logvar.shape[1] !== mu.shape[1])
    throw new InputError(
      name,
      "log variance: shape",
      logvar.shape,
      `${JSON.stringify(mu.shape)} as that of mu`
    );
  return {mu, logvar};
}

/**
 * Writes latents as cryoDRGN's `z.N.pkl`: mu, then the log variance if given, as consecutive pickles of numpy arrays.
 * @param mu [n, d]
 * @param logvar [n, d]
 */
export function writeLatents(
  mu: NdArray<Float32Array>,
  logvar?: NdArray<Float32Array>
): Uint8Array<ArrayBuffer> {
  return logvar ? writePickles(mu, logvar) : writePickles(mu);
}

/**
 * Writes latents as text, one a line: what `cryodrgn eval_vol --zfile` takes. Nine digits give every float32 back.
 * @param z [n, d]
 * @throws RangeError if it has no rows of d numbers
 */
export function writeLatentsText(z: ArrayLike<number>, d: number): string {
  if (z.length % d !== 0) throw new RangeError(`z: found ${z.length} numbers; expected rows of ${d}`);
  const line = (row: number) =>
    Array.from({length: d}, (_, c) => z[row * d + c].toExponential(8)).join(" ") + "\n";
  return Array.from({length: z.length / d}, (_, row) => line(row)).join("");
}

function finiteRows(value: PickleValue, file: string, field: string): NdArray<Float32Array> {
  if (value === null || typeof value !== "object" || Array.isArray(value) || value instanceof Map)
    throw new InputError(file, field, Array.isArray(value) ? "a tuple" : typeof value, "an array [n, d]");
  const {shape, data} = value;
  if (!(data instanceof Float32Array || data instanceof Float64Array))
    throw new InputError(file, field, data[Symbol.toStringTag], "an array of floats");
  if (shape.length !== 2 || data.length === 0)
    throw new InputError(file, `${field}: shape`, shape, "[n, d] with n and d of at least 1");
  const rows = data instanceof Float32Array ? data : Float32Array.from(data);
  for (let i = 0; i < rows.length; ++i)
    if (!Number.isFinite(rows[i])) {
      const [row, column] = [Math.floor(i / shape[1]), i % shape[1]];
      throw new InputError(file, `${field}: row ${row}, column ${column}`, data[i], "a finite number");
    }
  return {shape, data: rows};
}
