import type {CsTable} from "../formats/cs.js";
import {InputError} from "../formats/error.js";
import {vectorRotation} from "./poses.js";
import type {ImageReferences, Poses} from "./relionParticles.js";

/** A set of particles as cryoSPARC's .cs files describe it; the arrays are those of relionParticles.ts. */
export interface CryosparcParticles extends ImageReferences, Poses {
  count: number;
  /** [n, 9], cryoDRGN's columns: D, Å/pixel, dfU, dfV, angle, kV, Cs, w, phase. */
  ctf: Float32Array;
}

/** What a file may leave out, and which of several alignments to take. */
export interface CryosparcOptions {
  /** D, pixels; used only where there is no blob/shape. */
  boxSize?: number;
  /** Å/pixel; used only where there is no blob/psize_A. */
  pixelSize?: number;
  /** Prefix of the pose's fields: alignments3D unless given, or alignments_class_0 (ab initio) where only that is there. */
  alignment?: string;
}

/**
 * Reads poses, CTF parameters and image references of a .cs file. A pose there is a rotation vector whose matrix is the
 * transpose of this project's (and cryoDRGN's); a shift is in pixels of the alignment (alignments3D/psize_A, where the
 * refinement worked at another pixel size than the images'), with the sign that centres.
 * @param name the file's name, for errors
 * @throws InputError naming the field that is missing or wrong
 */
export function cryosparcParticles(
  table: CsTable,
  name: string,
  options: CryosparcOptions = {}
): CryosparcParticles {
  const columns = reader(table, name);
  return {
    count: table.count,
    ...cryosparcImages(table, name),
    ...poses(columns, table.count, options),
    ctf: ctfRows(columns, table.count, options)
  };
}

/** Where the images are: blob/idx and blob/path. @throws InputError naming the field that is missing */
export function cryosparcImages(table: CsTable, name: string): ImageReferences {
  const path = table.columns.get("blob/path");
  if (!path || !("text" in path))
    throw new InputError(name, "blob/path", path ? "numbers" : "no such field", "texts");
  return {
    imageIndex: Int32Array.from(reader(table, name).needed("blob/idx")),
    // A path of cryoSPARC's may begin with ">", which stands for the project's folder.
    imageStack: path.text.map((text) => text.replace(/^>/, ""))
  };
}

interface Columns {
  /** Values of a field with `width` numbers a row; undefined if it is not there. @throws InputError if it is another kind */
  numbers(field: string, width?: number): Float64Array | undefined;
  needed(field: string, width?: number): Float64Array;
  /** As `numbers`. @throws InputError also where one is not above 0 */
  positive(field: string, width?: number): Float64Array | undefined;
  has(field: string): boolean;
}

function reader({count, columns}: CsTable, name: string): Columns {
  function numbers(field: string, width = 1): Float64Array | undefined {
    const column = columns.get(field);
    if (!column) return undefined;
    if (!("data" in column)) throw new InputError(name, field, "texts", "numbers");
    if (column.data.length !== width * count)
      throw new InputError(
        name,
        `${field}: shape`,
        column.shape,
        width === 1 ? `[${count}]` : `[${count}, ${width}]`
      );
    const values = Float64Array.from(column.data as Float64Array, Number);
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw new InputError(
        name,
        `${field}: particle ${Math.floor(bad / width) + 1}`,
        values[bad],
        "a finite number"
      );
    return values;
  }
  function needed(field: string, width?: number): Float64Array {
    const values = numbers(field, width);
    if (!values) throw new InputError(name, field, "no such field", "it in the file");
    return values;
  }
  function positive(field: string, width = 1): Float64Array | undefined {
    const values = numbers(field, width);
    const bad = values?.findIndex((value) => !(value > 0)) ?? -1;
    if (bad >= 0)
      throw new InputError(
        name,
        `${field}: particle ${Math.floor(bad / width) + 1}`,
        values![bad],
        "more than 0"
      );
    return values;
  }
  return {numbers, needed, positive, has: (field) => columns.has(field)};
}

function poses(columns: Columns, count: number, options: CryosparcOptions): Poses {
  const abInitio = "alignments_class_0";
  const alignment =
    options.alignment ??
    (!columns.has("alignments3D/pose") && columns.has(`${abInitio}/pose`) ? abInitio : "alignments3D");
  const vectors = columns.needed(`${alignment}/pose`, 3);
  const rotations = new Float32Array(9 * count);
  const R = new Float64Array(9);
  // The opposite vector gives the transpose.
  for (let i = 0; i < count; ++i)
    rotations.set(vectorRotation(-vectors[3 * i], -vectors[3 * i + 1], -vectors[3 * i + 2], R), 9 * i);

  const pixels = columns.needed(`${alignment}/shift`, 2);
  const box = boxSizes(columns, count, options);
  const aligned = columns.numbers(`${alignment}/psize_A`);
  const own = aligned && columns.positive("blob/psize_A");
  const shifts = Float32Array.from(pixels, (shift, k) => {
    const i = k >> 1;
    return (shift * (own ? aligned[i] / own[i] : 1)) / box[i];
  });
  return {rotations, shifts};
}

const degrees = 180 / Math.PI;

function ctfRows(columns: Columns, count: number, options: CryosparcOptions): Float32Array {
  const values = [
    boxSizes(columns, count, options),
    columns.positive("blob/psize_A") ?? constant(columns, "blob/psize_A", options.pixelSize, count),
    columns.needed("ctf/df1_A"),
    columns.needed("ctf/df2_A"),
    columns.needed("ctf/df_angle_rad").map((angle) => angle * degrees),
    columns.needed("ctf/accel_kv"),
    columns.needed("ctf/cs_mm"),
    columns.needed("ctf/amp_contrast"),
    columns.needed("ctf/phase_shift_rad").map((angle) => angle * degrees)
  ];
  const ctf = new Float32Array(9 * count);
  for (const [c, column] of values.entries()) for (let i = 0; i < count; ++i) ctf[9 * i + c] = column[i];
  return ctf;
}

function boxSizes(columns: Columns, count: number, {boxSize}: CryosparcOptions): Float64Array {
  const shape = columns.positive("blob/shape", 2);
  return shape ? shape.filter((_, k) => k % 2 === 0) : constant(columns, "blob/shape", boxSize, count);
}

function constant(columns: Columns, field: string, value: number | undefined, count: number): Float64Array {
  return value === undefined ? columns.needed(field) : new Float64Array(count).fill(value);
}
