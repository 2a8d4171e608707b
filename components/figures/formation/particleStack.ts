import {ctfFromRows, type Ctf} from "../../cryoem/ctf.js";
import {blobSource} from "../../formats/byteSource.js";
import {InputError} from "../../formats/error.js";
import {openMrcStack} from "../../formats/mrcStack.js";
import type {ParticleTable} from "../../jobs/particleFiles.js";

/** One particle of a stack. */
export interface Particle {
  /** Counted from 0. */
  index: number;
  /** [D, D]. */
  image: Float32Array;
  D: number;
  /** Å. */
  pixelSize: number;
  /** Undefined where no file says. */
  ctf?: Ctf;
  /** 3 x 3 row-major. */
  rotation?: Float32Array;
  /** Å that the content is moved by: x to the right, y to higher rows. */
  shift?: [x: number, y: number];
}

/** A stack whose images stay in their file until they are looked at. */
export interface ParticleStack {
  name: string;
  n: number;
  D: number;
  pixelSize: number;
  particle(index: number): Promise<Particle>;
  image(index: number): Promise<Float32Array>;
  /** The stack's file. */
  blob: Blob;
  /** Numbers, in the file, of the `count` images nearest in defocus to that of a particle; undefined without CTFs. */
  alike(index: number, count: number): Int32Array | undefined;
}

/** Opens a stack of square images. @throws InputError if it is none */
export async function openStackFile(file: File) {
  const {header, image} = await openMrcStack(blobSource(file), file.name);
  const {nx, ny, nz, pixelSize} = header;
  if (nx !== ny || nx % 2 || nx < 8)
    throw new InputError(
      file.name,
      "nx, ny",
      `${nx} x ${ny}`,
      "square images with an even box of at least 8"
    );
  return {name: file.name, blob: file as Blob, n: nz, D: nx, pixelSize, image};
}

/** A stack together with what files say of its particles. */
export function particleStack(
  file: Awaited<ReturnType<typeof openStackFile>>,
  {n, image: at, rotations, shifts, ctf}: ParticleTable
): ParticleStack {
  const {D} = file;
  // The images' own pixel size, or that of the CTF's table, which counts in the box it was estimated at.
  const pixelSize = file.pixelSize || (ctf ? (ctf[0] * ctf[1]) / D : 0) || 1;
  const image = async (index: number): Promise<Float32Array> => {
    const values = await file.image(at[index]);
    const bad = values.findIndex((v) => !Number.isFinite(v));
    if (bad >= 0)
      throw new InputError(file.name, `image ${at[index] + 1}, pixel ${bad}`, values[bad], "finite numbers");
    return values;
  };
  return {
    name: file.name,
    n,
    D,
    pixelSize,
    image,
    blob: file.blob,
    alike(index, count) {
      if (!ctf) return undefined;
      const difference = (i: number) =>
        Math.abs(ctf[9 * i + 2] - ctf[9 * index + 2]) + Math.abs(ctf[9 * i + 3] - ctf[9 * index + 3]);
      const order = Array.from({length: n}, (_, i) => i).sort((a, b) => difference(a) - difference(b));
      return Int32Array.from(order.slice(0, count), (i) => at[i]);
    },
    async particle(index) {
      return {
        index,
        D,
        pixelSize,
        image: await image(index),
        ctf: ctf && ctfFromRows(ctf, index),
        rotation: rotations?.slice(9 * index, 9 * index + 9),
        shift: shifts && [-shifts[2 * index] * D * pixelSize, -shifts[2 * index + 1] * D * pixelSize]
      };
    }
  };
}
