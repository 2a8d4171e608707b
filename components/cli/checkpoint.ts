import {existsSync, readFileSync, renameSync, rmSync, writeFileSync} from "node:fs";
import {packedLength, packParameters, unpackParameters, type MlpShape} from "../compute/mlp.js";
import type {SharedTraining} from "../compute/sharedAdam.js";
import {InputError} from "../formats/error.js";
import type {NdArray} from "../formats/ndarray.js";
import {readSafetensors, writeSafetensors} from "../formats/safetensors.js";

/** The networks of a training by name, in the order they stand in the shared vectors. */
export type NamedShapes = Record<string, MlpShape>;

const vectors = ["parameters", "firstMoment", "secondMoment", "average"] as const;

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

/** One network's part of a shared vector. */
function partOf(shapes: NamedShapes, name: string): [start: number, end: number] {
  let at = 0;
  for (const [key, shape] of Object.entries(shapes)) {
    const end = at + packedLength(shape);
    if (key === name) return [at, end];
    at = end;
  }
  throw new RangeError(`network: ${name} is not among ${Object.keys(shapes).join(", ")}`);
}

/** A network's flat vector out of a shared one. */
export const flatOf = (shapes: NamedShapes, name: string, vector: Float32Array): Float32Array =>
  unpackParameters(shapes[name], vector.slice(...partOf(shapes, name)));

/** Puts flat vectors into a shared one. */
export function setFlat(shapes: NamedShapes, name: string, vector: Float32Array, flat: Float32Array): void {
  vector.set(packParameters(shapes[name], flat), partOf(shapes, name)[0]);
}

/** Saves parameters, moments and averages with the number of steps done; `about` must agree when it is resumed. */
export function saveCheckpoint(
  path: string,
  shapes: NamedShapes,
  shared: SharedTraining,
  step: number,
  about: unknown
): void {
  const tensors: Record<string, NdArray> = {};
  for (const vector of vectors)
    if (shared[vector].length)
      for (const name of Object.keys(shapes)) {
        const data = flatOf(shapes, name, shared[vector]);
        tensors[`${name}.${vector}`] = {shape: [data.length], data};
      }
  replaceFile(path, writeSafetensors(tensors, {step: String(step), about: JSON.stringify(about)}));
}

/**
 * Puts a checkpoint back into the shared vectors.
 * @returns the number of steps done; 0 where there is no checkpoint
 * @throws InputError if it belongs to another training, naming what differs
 */
export function loadCheckpoint(
  path: string,
  shapes: NamedShapes,
  shared: SharedTraining,
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
  for (const vector of vectors)
    if (shared[vector].length)
      for (const name of Object.keys(shapes)) {
        const tensor = tensors[`${name}.${vector}`];
        if (!tensor) throw new InputError(path, `${name}.${vector}`, "nothing", "a tensor");
        setFlat(shapes, name, shared[vector], tensor.data as Float32Array);
      }
  return Number(metadata.step);
}
