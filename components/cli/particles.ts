import {closeSync, existsSync, fstatSync, openSync, readFileSync, readSync} from "node:fs";
import {join} from "node:path";
import {InputError} from "../formats/error.js";
import {parseMrcHeader} from "../formats/mrc.js";
import type {NdArray} from "../formats/ndarray.js";
import {readPickles, type PickleValue} from "../formats/pickle.js";

/** A set of particles on disk: the stack stays there, poses and CTFs are small. */
export interface ParticleFiles {
  stack: string;
  n: number;
  /** Box D, pixels, and Å/pixel. */
  boxSize: number;
  pixelSize: number;
  /** Where the first image begins in the stack, bytes; images are float32, little endian. */
  dataOffset: number;
  /** [n, 9] rotation matrices, [n, 2] shifts as fractions of the box (the sign that centres), [n, 9] rows of ctf.pkl. */
  rotations: Float32Array;
  shifts: Float32Array;
  ctf: Float32Array;
}

/**
 * Opens DIR/particles.mrcs with pose.pkl and ctf.pkl.
 * @throws InputError if a file is missing or cut short, or if they do not fit together
 */
export function openParticles(dir: string): ParticleFiles {
  const path = (name: string) => {
    if (!existsSync(join(dir, name)))
      throw new InputError(dir, name, "nothing", "the file, as `simulate` writes it");
    return join(dir, name);
  };
  const stack = path("particles.mrcs");
  const header = headerOf(stack);
  const {nx, ny, nz, mode, pixelSize, dataOffset} = header;
  if (nx !== ny || nx % 2)
    throw new InputError(stack, "nx, ny", `${nx} x ${ny}`, "square images with an even box");
  if (mode !== 2) throw new InputError(stack, "mode", mode, "2 (float32)");
  const [rotations, shifts] = tuple(readPickles(readFileSync(path("pose.pkl")), "pose.pkl")[0], "pose.pkl");
  const [ctf] = readPickles(readFileSync(path("ctf.pkl")), "ctf.pkl");
  return {
    stack,
    n: nz,
    boxSize: nx,
    pixelSize,
    dataOffset,
    rotations: floats(rotations, [nz, 3, 3], "pose.pkl", "rotations"),
    shifts: floats(shifts, [nz, 2], "pose.pkl", "shifts"),
    ctf: floats(ctf, [nz, 9], "ctf.pkl", "parameters")
  };
}

function headerOf(stack: string) {
  const fd = openSync(stack, "r");
  try {
    const bytes = new Uint8Array(1024);
    const read = readSync(fd, bytes, 0, 1024, 0);
    return parseMrcHeader(bytes.subarray(0, read), stack, fstatSync(fd).size);
  } finally {
    closeSync(fd);
  }
}

function tuple(value: PickleValue, file: string): PickleValue[] {
  if (!Array.isArray(value) || value.length !== 2)
    throw new InputError(file, "", "no pair", "(rotations [n, 3, 3], shifts [n, 2]), as cryoDRGN writes it");
  return value;
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
  // Shared memory: every thread reads it.
  const out = new Float32Array(new SharedArrayBuffer(array.data.length * 4));
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

/** Images `from` to `to` (exclusive) of the stack, one after another: each call gives the next one in the same array. */
export function* imagesOf(
  {stack, boxSize, dataOffset}: ParticleFiles,
  from: number,
  to: number
): Generator<Float32Array> {
  const fd = openSync(stack, "r");
  const image = new Float32Array(boxSize * boxSize);
  const bytes = new Uint8Array(image.buffer);
  try {
    for (let i = from; i < to; ++i) {
      const read = readSync(fd, bytes, 0, bytes.length, dataOffset + i * bytes.length);
      if (read < bytes.length) throw new InputError(stack, `image ${i}`, `${read} bytes`, `${bytes.length}`);
      yield image;
    }
  } finally {
    closeSync(fd);
  }
}
