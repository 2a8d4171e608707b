import {InputError} from "../formats/error.js";
import {quoted} from "../formats/quoted.js";
import type {StarBlock} from "../formats/star.js";
import {eulerMatrix} from "./poses.js";
import type {RelionTable} from "./relionTable.js";
import {relionTable} from "./relionTable.js";

/** Where each particle's image is. */
export interface ImageReferences {
  /** [n] number in its stack, counted from 0. */
  imageIndex: Int32Array;
  /** [n] the stack's path as the file gives it. */
  imageStack: string[];
}

/** Rotations and shifts as pose.pkl holds them. */
export interface Poses {
  /** [n, 3, 3]. */
  rotations: Float32Array;
  /** [n, 2] fractions of the box, with the sign that centres the image. */
  shifts: Float32Array;
}

/** A set of particles as RELION's tables describe it. */
export interface RelionParticles extends ImageReferences, Poses {
  count: number;
  /** [n, 9], cryoDRGN's columns: D, Å/pixel, dfU, dfV, angle, kV, Cs, w, phase. */
  ctf: Float32Array;
  /** Columns that are not in the arrays above, as text: half sets, classes, groups, helical and tomographic ones. */
  columns: Record<string, string[]>;
  /** The table of optics groups, where there is one. */
  optics?: StarBlock;
}

/** What a table may leave out; used only where it does. */
export interface RelionDefaults {
  /** D, pixels: RELION 3.0 leaves it to the stack's header. */
  boxSize?: number;
  /** Å/pixel. */
  pixelSize?: number;
}

/**
 * Reads what RELION 3.0, 3.1, 4 or 5 says of a set of particles.
 * @param blocks the tables of a STAR file
 * @param name the file's name, for errors
 * @throws InputError naming the column that is missing, or the particle whose value is wrong
 */
export function relionParticles(
  blocks: readonly StarBlock[],
  name: string,
  defaults: RelionDefaults = {}
): RelionParticles {
  const table = relionTable(blocks, name);
  return {
    count: table.count,
    ...relionImages(table),
    ...relionPoses(table, defaults),
    ctf: relionCtf(table, defaults),
    columns: otherColumns(table.particles),
    optics: table.optics
  };
}

/** Image references, "000001@stack.mrcs" or a path alone, in _rlnImageName. @throws InputError if it is missing or wrong */
export function relionImages(table: RelionTable): ImageReferences {
  const names = table.texts("_rlnImageName");
  if (!names)
    throw new InputError(table.file, "_rlnImageName", "no such column", "it in the table of particles");
  const imageIndex = new Int32Array(names.length);
  const imageStack = names.map((text, i) => {
    const at = text.indexOf("@");
    if (at < 0) return text;
    imageIndex[i] = Number(text.slice(0, at)) - 1;
    if (!/^\d{1,9}$/.test(text.slice(0, at)) || imageIndex[i] < 0)
      throw new InputError(table.file, `_rlnImageName: particle ${i + 1}`, quoted(text), "NUMBER@STACK");
    return text.slice(at + 1);
  });
  return {imageIndex, imageStack};
}

/** Angles and origins (Å from RELION 3.1 on, pixels before). @throws InputError naming the column that is missing */
export function relionPoses(table: RelionTable, defaults: RelionDefaults = {}): Poses {
  const {count} = table;
  const [rot, tilt, psi] = ["Rot", "Tilt", "Psi"].map((angle) => table.needed(`_rlnAngle${angle}`));
  const rotations = new Float32Array(9 * count);
  const R = new Float64Array(9);
  for (let i = 0; i < count; ++i) rotations.set(eulerMatrix(rot[i], tilt[i], psi[i], R), 9 * i);

  const inPixels = !table.texts("_rlnOriginXAngst") && table.texts("_rlnOriginX") !== undefined;
  const origins = ["X", "Y"].map((axis) => table.needed(`_rlnOrigin${axis}${inPixels ? "" : "Angst"}`));
  const box = boxSizes(table, defaults);
  const pixel = inPixels ? undefined : pixelSizes(table, defaults);
  const shifts = new Float32Array(2 * count);
  for (let i = 0; i < count; ++i)
    for (const [axis, origin] of origins.entries())
      shifts[2 * i + axis] = origin[i] / (box[i] * (pixel?.[i] ?? 1));
  return {rotations, shifts};
}

/**
 * CTF parameters as ctf.pkl holds them, [n, 9]. A phase shift that is not there is 0, as in RELION itself.
 * @throws InputError naming the column that is missing
 */
export function relionCtf(table: RelionTable, defaults: RelionDefaults = {}): Float32Array {
  const columns = [
    boxSizes(table, defaults),
    pixelSizes(table, defaults),
    ...["DefocusU", "DefocusV", "DefocusAngle", "Voltage", "SphericalAberration", "AmplitudeContrast"].map(
      (label) => table.needed(`_rln${label}`)
    ),
    table.numbers("_rlnPhaseShift") ?? new Float64Array(table.count)
  ];
  const ctf = new Float32Array(9 * table.count);
  for (const [c, values] of columns.entries())
    for (let i = 0; i < table.count; ++i) ctf[9 * i + c] = values[i];
  return ctf;
}

/** D of each particle's image, pixels. */
function boxSizes(table: RelionTable, {boxSize}: RelionDefaults): Float64Array {
  const label = "_rlnImageSize";
  const sizes = table.numbers(label) ?? constant(table, label, boxSize, "the box of the images");
  return positive(sizes, table, label);
}

/** Å/pixel of each particle's image: as the table says, or from the detector's pixels and the magnification. */
function pixelSizes(table: RelionTable, {pixelSize}: RelionDefaults): Float64Array {
  for (const label of ["_rlnImagePixelSize", "_rlnPixelSize"]) {
    const sizes = table.numbers(label);
    if (sizes) return positive(sizes, table, label);
  }
  const detector = table.numbers("_rlnDetectorPixelSize"); // µm
  const magnification = table.numbers("_rlnMagnification");
  if (detector && magnification) {
    const sizes = detector.map((size, i) => (1e4 * size) / magnification[i]);
    return positive(sizes, table, "_rlnDetectorPixelSize / _rlnMagnification");
  }
  return constant(
    table,
    "_rlnImagePixelSize",
    pixelSize,
    "it, _rlnDetectorPixelSize with _rlnMagnification, or the pixel size in Å"
  );
}

function constant(
  {file, count}: RelionTable,
  label: string,
  value: number | undefined,
  wanted: string
): Float64Array {
  if (value === undefined) throw new InputError(file, label, "no such column", wanted);
  return new Float64Array(count).fill(value);
}

function positive(values: Float64Array, {file}: RelionTable, label: string): Float64Array {
  const bad = values.findIndex((value) => !(value > 0 && Number.isFinite(value)));
  if (bad >= 0) throw new InputError(file, `${label}: particle ${bad + 1}`, values[bad], "more than 0");
  return values;
}

/** Labels that the arrays of RelionParticles stand for, in any version. */
const inArrays = new Set(
  [
    "ImageName AngleRot AngleTilt AnglePsi OriginX OriginY OriginXAngst OriginYAngst DefocusU DefocusV DefocusAngle",
    "Voltage SphericalAberration AmplitudeContrast PhaseShift ImageSize ImagePixelSize PixelSize DetectorPixelSize",
    "Magnification"
  ].flatMap((labels) => labels.split(" ").map((label) => `_rln${label}`))
);

function otherColumns({columns, rows}: StarBlock): Record<string, string[]> {
  const others = columns
    .map((label, c): [string, number] => [label, c])
    .filter(([label]) => !inArrays.has(label));
  return Object.fromEntries(others.map(([label, c]) => [label, rows.map((row) => row[c])]));
}
