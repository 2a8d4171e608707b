import {InputError} from "./error.js";
import type {MrcMode} from "./mrcPixels.js";

/** The header of an MRC2014 file (Cheng et al. 2015, J. Struct. Biol. 192, 146), as far as it is used here. */
export interface MrcHeader {
  nx: number;
  ny: number;
  nz: number;
  /** 0 int8, 1 int16, 2 float32, 6 uint16, 12 float16. */
  mode: number;
  /** Å/pixel along x; 0 where the file gives no cell. */
  pixelSize: number;
  /** x, y, z of the first voxel, Å. */
  origin: [number, number, number];
  /** Space group 0: images that belong to no common volume. */
  isStack: boolean;
  /** Density statistics as the file states them; where it states none, max < min and rms < 0. */
  min: number;
  max: number;
  mean: number;
  rms: number;
  littleEndian: boolean;
  /** Mode 0 written by old IMOD, which had no signed bytes. */
  unsignedBytes: boolean;
  /** Where the first pixel is: 1024 and the length of the extended header. */
  dataOffset: number;
  /** Bytes of one image or section. */
  sectionBytes: number;
}

const pixelBytes: Record<number, number> = {0: 1, 1: 2, 2: 4, 6: 2, 12: 2};
const otherModes: Record<number, string> = {3: " (complex)", 4: " (complex)", 101: " (4 bits)"};

/** Byte offsets of the words used. */
const word = {
  nx: 0,
  mode: 12,
  mx: 28,
  cell: 40,
  angles: 52,
  axes: 64,
  min: 76,
  spaceGroup: 88,
  extended: 92,
  version: 108,
  imodStamp: 152,
  imodFlags: 156,
  origin: 196,
  map: 208,
  machine: 212,
  rms: 216
};

/**
 * Reads and checks a header.
 * @param bytes at least the first 1024 bytes of the file
 * @param name the file's name, for errors
 * @param fileSize bytes of the whole file, to check that it holds all the pixels
 * @throws InputError if a field makes no sense, names a mode or axis order not read here, or the file is too short
 */
export function parseMrcHeader(bytes: Uint8Array, name: string, fileSize?: number): MrcHeader {
  if (bytes.length < 1024) throw new InputError(name, "size", `${bytes.length} bytes`, "a header of 1024");
  const view = new DataView(bytes.buffer, bytes.byteOffset, 1024);
  const littleEndian = isLittleEndian(view);
  const int = (at: number) => view.getInt32(at, littleEndian);
  const float = (at: number) => view.getFloat32(at, littleEndian);

  const mode = int(word.mode);
  if (!Object.hasOwn(pixelBytes, mode))
    throw new InputError(name, "mode", `${mode}${otherModes[mode] ?? ""}`, "0, 1, 2, 6 or 12");
  const [nx, ny, nz] = [0, 4, 8].map((offset) => int(word.nx + offset));
  if (Math.min(nx, ny, nz) < 1) throw new InputError(name, "nx, ny, nz", [nx, ny, nz], "at least 1 each");
  const axes = [0, 4, 8].map((offset) => int(word.axes + offset));
  if (axes.some((axis, i) => axis !== i + 1) && axes.some((axis) => axis !== 0))
    throw new InputError(name, "mapc, mapr, maps", axes, "1, 2, 3 (columns along x)");
  const extended = int(word.extended);
  if (extended < 0) throw new InputError(name, "nsymbt", extended, "the length of the extended header");

  const dataOffset = 1024 + extended;
  const sectionBytes = nx * ny * pixelBytes[mode];
  const needed = dataOffset + sectionBytes * nz;
  if (fileSize !== undefined && fileSize < needed)
    throw new InputError(
      name,
      "size",
      `${fileSize} bytes`,
      `${needed} for ${nx} x ${ny} x ${nz} of mode ${mode}`
    );

  const spacing = float(word.cell) / int(word.mx);
  return {
    nx,
    ny,
    nz,
    mode,
    pixelSize: Number.isFinite(spacing) && spacing > 0 ? spacing : 0,
    origin: [float(word.origin), float(word.origin + 4), float(word.origin + 8)],
    isStack: int(word.spaceGroup) === 0,
    min: float(word.min),
    max: float(word.min + 4),
    mean: float(word.min + 8),
    rms: float(word.rms),
    littleEndian,
    unsignedBytes: int(word.imodStamp) === 1146047817 && (int(word.imodFlags) & 1) === 0,
    dataOffset,
    sectionBytes
  };
}

/** What a header is written from; statistics that are not known (yet) may be left out. */
export interface MrcFields {
  nx: number;
  ny: number;
  nz: number;
  /** Å/pixel. */
  pixelSize: number;
  isStack: boolean;
  min?: number;
  max?: number;
  mean?: number;
  rms?: number;
  /** x, y, z of the first voxel, Å; 0 unless given. */
  origin?: readonly [number, number, number];
  /** How the pixels are stored; 2 (float32) unless given. */
  mode?: MrcMode;
  /** Byte order; little endian unless false. */
  littleEndian?: boolean;
}

/** The 1024 bytes before the pixels of a file without extended header. */
export function mrcHeader(fields: MrcFields): Uint8Array<ArrayBuffer> {
  const {nx, ny, nz, pixelSize, isStack, min = 0, max = -1, mean = -2, rms = -1, origin = [0, 0, 0]} = fields;
  const {mode = 2, littleEndian = true} = fields;
  const header = new Uint8Array(1024);
  const view = new DataView(header.buffer);
  const ints = (at: number, ...values: number[]) =>
    values.forEach((v, i) => view.setInt32(at + 4 * i, v, littleEndian));
  const floats = (at: number, ...values: number[]) =>
    values.forEach((v, i) => view.setFloat32(at + 4 * i, v, littleEndian));
  const mz = isStack ? 1 : nz; // a stack's cell is one image thick
  ints(word.nx, nx, ny, nz, mode);
  ints(word.mx, nx, ny, mz);
  floats(word.cell, nx * pixelSize, ny * pixelSize, mz * pixelSize);
  floats(word.angles, 90, 90, 90);
  ints(word.axes, 1, 2, 3);
  floats(word.min, min, max, mean);
  ints(word.spaceGroup, isStack ? 0 : 1);
  ints(word.version, 20141);
  floats(word.origin, ...origin);
  header.set([0x4d, 0x41, 0x50, 0x20], word.map); // "MAP "
  header.set(littleEndian ? [0x44, 0x44] : [0x11, 0x11], word.machine);
  floats(word.rms, rms);
  return header;
}

/** The order in which mode and nx make sense; the machine stamp, which many programs get wrong, where both or neither do. */
function isLittleEndian(view: DataView): boolean {
  const plausible = (little: boolean) => {
    const [nx, mode] = [view.getInt32(word.nx, little), view.getInt32(word.mode, little)];
    return mode >= 0 && mode <= 101 && nx >= 1 && nx <= 65535;
  };
  const [little, big] = [plausible(true), plausible(false)];
  return little === big ? view.getUint8(word.machine) !== 0x11 : little;
}
