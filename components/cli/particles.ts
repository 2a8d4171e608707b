import {existsSync, readFileSync} from "node:fs";
import {basename, join} from "node:path";
import {noCtfRow} from "../cryoem/ctf.js";
import {InputError} from "../formats/error.js";
import {squareStack} from "../formats/mrc.js";
import {openMrcStack} from "../formats/mrcStack.js";
import type {NdArray} from "../formats/ndarray.js";
import {readPickles, type PickleValue} from "../formats/pickle.js";
import {openFileSource} from "./fileSource.js";

/** A set of particles on disk: the stack stays there, poses and CTFs are small. */
export interface ParticleFiles {
  stack: string;
  /** Where poses and CTFs come from; absent where there are none. */
  poses?: string;
  ctfs?: string;
  n: number;
  /** Box D, pixels, and Å/pixel. */
  boxSize: number;
  pixelSize: number;
  /** [n, 9] rotation matrices, [n, 2] shifts as fractions of the box (the sign that centres), [n, 9] rows of ctf.pkl. */
  rotations: Float32Array;
  shifts: Float32Array;
  ctf: Float32Array;
}

/** Where a set of particles is. */
export interface ParticlePaths {
  /** An MRC stack. */
  stack: string;
  /** A pickle of (rotations, shifts), or of rotations alone: then nothing is shifted. */
  poses?: string;
  /** A pickle of [n, 9] parameters; without it, the CTF is 1. */
  ctfs?: string;
}

/**
 * The particles of a folder: particles.mrcs, ctf.pkl, and pose.pkl or, as cryoDRGN's users call it, poses.pkl.
 * @throws InputError if one is missing
 */
export function particlesIn(dir: string): Required<ParticlePaths> {
  const find = (...names: string[]) => {
    const name = names.find((file) => existsSync(join(dir, file)));
    if (!name) throw new InputError(dir, names[0], "nothing", "the file, as `simulate` writes it");
    return join(dir, name);
  };
  return {
    stack: find("particles.mrcs"),
    poses: find("pose.pkl", "poses.pkl"),
    ctfs: find("ctf.pkl")
  };
}

/**
 * Opens particles. Å/pixel are those of the CTFs, as in cryoDRGN, whose stacks often have none; else the stack's.
 * @throws InputError if a file is missing or cut short, or if they do not fit together
 */
export async function openParticles({stack, poses, ctfs}: ParticlePaths): Promise<ParticleFiles> {
  const source = await openFileSource(stack);
  const {header} = await openMrcStack(source, stack).finally(() => source.close());
  const {D, count} = squareStack(header, stack);
  const [rotations, shifts] = poses
    ? readPoses(poses, count)
    : [filled(count, 9, identity), filled(count, 2, [0, 0])];
  const ctf =
    ctfs === undefined
      ? filled(count, 9, noCtfRow(D, header.pixelSize || 1))
      : floats(pickle(ctfs), [count, 9], basename(ctfs), "parameters");
  const pixelSize = (ctf[1] * ctf[0]) / D;
  const other = Array.from({length: count}, (_, i) => i).find(
    (i) => ctf[9 * i] !== ctf[0] || ctf[9 * i + 1] !== ctf[1]
  );
  if (!(pixelSize > 0) || other !== undefined)
    throw new InputError(
      ctfs ?? stack,
      `row ${other ?? 0}: box, Å/pixel`,
      [...ctf.subarray(9 * (other ?? 0), 9 * (other ?? 0) + 2)].join(", "),
      "one box and one pixel size, above 0, for all images"
    );
  return {stack, poses, ctfs, n: count, boxSize: D, pixelSize, rotations, shifts, ctf};
}

const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];

function readPoses(path: string, n: number): [rotations: Float32Array, shifts: Float32Array] {
  const file = basename(path);
  const value = pickle(path);
  if (Array.isArray(value) && (value.length < 1 || value.length > 2))
    throw new InputError(
      file,
      "",
      `${value.length} parts`,
      "(rotations [n, 3, 3], shifts [n, 2]), as cryoDRGN writes it"
    );
  const [first, second = null] = Array.isArray(value) ? value : [value];
  const rotations = floats(first, [n, 3, 3], file, "rotations");
  if (second === null) return [rotations, filled(n, 2, [0, 0])];
  const shifts = floats(second, [n, 2], file, "shifts");
  const far = shifts.findIndex((t) => Math.abs(t) > 1);
  if (far >= 0)
    throw new InputError(file, `shifts: row ${far >> 1}`, shifts[far], "fractions of the box, not pixels");
  return [rotations, shifts];
}

function pickle(path: string): PickleValue {
  if (!existsSync(path)) throw new InputError(path, "", "no such file", "a file that can be read");
  return readPickles(readFileSync(path), basename(path))[0];
}

/** Shared memory: every thread reads it. */
const shared = (length: number) => new Float32Array(new SharedArrayBuffer(length * 4));

function filled(n: number, columns: number, row: readonly number[]): Float32Array {
  const out = shared(n * columns);
  for (let i = 0; i < n; ++i) out.set(row, i * columns);
  return out;
}

function floats(value: PickleValue, shape: number[], file: string, field: string): Float32Array {
  const array = value as NdArray | null;
  if (!array || typeof array !== "object" || !("data" in array) || array.shape.join() !== shape.join())
    throw new InputError(
      file,
      field,
      array && typeof array === "object" && "shape" in array ? array.shape : typeof value,
      `an array [${shape.join(", ")}]`
    );
  const out = shared(array.data.length);
  for (let i = 0; i < out.length; ++i) out[i] = Number(array.data[i]);
  const bad = out.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0)
    throw new InputError(
      file,
      `${field}: row ${Math.floor(bad / (out.length / shape[0]))}`,
      out[bad],
      "finite numbers"
    );
  return out;
}

/** Images `from` to `to` (exclusive) of the stack, one after another. */
export async function* imagesOf(
  {stack}: ParticleFiles,
  from: number,
  to: number
): AsyncGenerator<Float32Array> {
  const source = await openFileSource(stack);
  try {
    yield* (await openMrcStack(source, stack)).each(from, to);
  } finally {
    await source.close();
  }
}
