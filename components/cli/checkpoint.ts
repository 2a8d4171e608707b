import {existsSync, readFileSync, renameSync, rmSync, writeFileSync} from "node:fs";
import {parameterCount, type MlpShape} from "../compute/mlp.js";
import type {TrainingVectors} from "../compute/network.js";
import {vectorNames} from "../compute/vectors.js";
import {InputError} from "../formats/error.js";
import type {NdArray} from "../formats/ndarray.js";
import {readSafetensors, writeSafetensors} from "../formats/safetensors.js";

/** The networks of a training by name, in the order they stand in its vectors. */
export type NamedShapes = Record<string, MlpShape>;

/** Writes a file all at once: a crash or a full disk leaves the old one whole. */
export function replaceFile(path: string, bytes: Uint8Array | string): void {
  const part = `${path}.part`;
  try {
    writeFileSync(part, bytes);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, {force: true});
    throw error;
  }
}

/** One network's part of a training's vector, as a view. */
export function partOf(shapes: NamedShapes, name: string, vector: Float32Array): Float32Array {
  let at = 0;
  for (const [key, shape] of Object.entries(shapes)) {
    const end = at + parameterCount(shape);
    if (key === name) return vector.subarray(at, end);
    at = end;
  }
  throw new RangeError(`network: ${name} is not among ${Object.keys(shapes).join(", ")}`);
}

/** Saves parameters, moments and averages with the number of steps done; `about` must agree when it is resumed. */
export function saveCheckpoint(
  path: string,
  shapes: NamedShapes,
  vectors: TrainingVectors,
  step: number,
  about: unknown
): void {
  const tensors: Record<string, NdArray> = {};
  for (const vector of vectorNames)
    if (vectors[vector].length)
      for (const name of Object.keys(shapes)) {
        const data = partOf(shapes, name, vectors[vector]).slice();
        tensors[`${name}.${vector}`] = {shape: [data.length], data};
      }
  replaceFile(path, writeSafetensors(tensors, {step: String(step), about: JSON.stringify(about)}));
}

/**
 * Puts a checkpoint back into the vectors given.
 * @returns the number of steps done; 0 where there is no checkpoint
 * @throws InputError if it belongs to another training, naming what differs
 */
export function loadCheckpoint(
  path: string,
  shapes: NamedShapes,
  vectors: TrainingVectors,
  about: object
): number {
  if (!existsSync(path)) return 0;
  const {tensors, metadata} = readSafetensors(new Uint8Array(readFileSync(path)), path);
  const saved = JSON.parse(metadata.about ?? "{}") as Record<string, unknown>;
  for (const [key, value] of Object.entries(JSON.parse(JSON.stringify(about)) as Record<string, unknown>))
    if (JSON.stringify(saved[key]) !== JSON.stringify(value))
      throw new InputError(
        path,
        key,
        saved[key],
        `${JSON.stringify(value)}, as now asked for; or another --out`
      );
  for (const vector of vectorNames)
    if (vectors[vector].length)
      for (const name of Object.keys(shapes)) {
        const tensor = tensors[`${name}.${vector}`];
        if (!tensor) throw new InputError(path, `${name}.${vector}`, "nothing", "a tensor");
        partOf(shapes, name, vectors[vector]).set(tensor.data as Float32Array);
      }
  return Number(metadata.step);
}
