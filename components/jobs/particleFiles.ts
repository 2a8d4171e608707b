import {cryosparcImages, cryosparcParticles} from "../cryoem/cryosparcParticles.js";
import {relionCtf, relionImages, relionPoses, type ImageReferences} from "../cryoem/relionParticles.js";
import {relionTable} from "../cryoem/relionTable.js";
import {readCs} from "../formats/cs.js";
import {InputError} from "../formats/error.js";
import type {NdArray} from "../formats/ndarray.js";
import {readNpy} from "../formats/npy.js";
import {readPickles, type PickleValue} from "../formats/pickle.js";
import {readStar} from "../formats/star.js";

export interface ParticleFilesInput {
  /** STAR, .cs, .pkl or .npy files, in any order; what a later one says holds. */
  files: {name: string; blob: Blob}[];
  /** The stack they belong to. */
  stack: {name: string; n: number; D: number; pixelSize: number};
}

/** What is known of the particles of a stack; of each only what a file says. */
export interface ParticleTable {
  /** Number of particles. */
  n: number;
  /** [n], the image of each particle in the stack, counted from 0. */
  image: Int32Array;
  /** [n, 3, 3]. */
  rotations?: Float32Array;
  /** [n, 2], fractions of the box, with the sign that centres the image. */
  shifts?: Float32Array;
  /** [n, 9], cryoDRGN's columns. */
  ctf?: Float32Array;
  /** What was found in which file, a line each. */
  found: string[];
}

/**
 * Reads poses and CTFs of a stack's particles from RELION's, cryoSPARC's or cryoDRGN's files.
 * @throws InputError naming the file that is none of these, or does not fit the stack
 */
export async function particleFiles({files, stack}: ParticleFilesInput): Promise<ParticleTable> {
  const table: ParticleTable = {
    n: stack.n,
    image: Int32Array.from({length: stack.n}, (_, i) => i),
    found: []
  };
  for (const {name, blob} of files) {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    if (/\.star$/i.test(name)) fromStar(new TextDecoder().decode(bytes), name, stack, table);
    else if (/\.cs$/i.test(name)) fromCs(bytes, name, stack, table);
    else if (/\.npy$/i.test(name)) fromArray(readNpy(bytes, name), name, table);
    else if (/\.pkl$/i.test(name))
      for (const value of readPickles(bytes, name)) fromPickle(value, name, table);
    else throw new InputError(name, "", "another kind of file", "a .star, .cs, .pkl or .npy file");
  }
  return table;
}

function fromStar(
  text: string,
  name: string,
  stack: ParticleFilesInput["stack"],
  table: ParticleTable
): void {
  const all = relionTable(readStar(text, name), name);
  const defaults = {boxSize: stack.D, pixelSize: stack.pixelSize || undefined};
  const rows = rowsOf(relionImages(all), name, stack);
  const has = (label: string) => all.texts(label) !== undefined;
  const poses = has("_rlnAngleRot") ? relionPoses(all, defaults) : undefined;
  const ctf = has("_rlnDefocusU") ? relionCtf(all, defaults) : undefined;
  take(table, rows, relionImages(all), {...poses, ctf}, name);
}

function fromCs(
  bytes: Uint8Array,
  name: string,
  stack: ParticleFilesInput["stack"],
  table: ParticleTable
): void {
  const all = readCs(bytes, name);
  const images = cryosparcImages(all, name);
  const rows = rowsOf(images, name, stack);
  take(
    table,
    rows,
    images,
    cryosparcParticles(all, name, {boxSize: stack.D, pixelSize: stack.pixelSize || undefined}),
    name
  );
}

const baseName = (path: string) => path.slice(path.lastIndexOf("/") + 1);

/** The rows whose image is in this stack, by the stack's name; all of them where they name one stack, which was renamed. */
function rowsOf(
  {imageIndex, imageStack}: ImageReferences,
  name: string,
  stack: ParticleFilesInput["stack"]
): number[] {
  const all = imageStack.map((_, i) => i);
  let rows = all.filter((i) => baseName(imageStack[i]) === stack.name);
  if (rows.length === 0) {
    const stacks = new Set(imageStack);
    if (stacks.size !== 1)
      throw new InputError(
        name,
        "image names",
        `${stacks.size} stacks, none called ${stack.name}`,
        "particles of the stack that was chosen"
      );
    rows = all;
  }
  const beyond = rows.find((i) => imageIndex[i] >= stack.n);
  if (beyond !== undefined)
    throw new InputError(
      name,
      `particle ${beyond + 1}`,
      `image ${imageIndex[beyond] + 1} of the stack`,
      `at most ${stack.n}, as ${stack.name} holds`
    );
  return rows;
}

function take(
  table: ParticleTable,
  rows: number[],
  {imageIndex}: ImageReferences,
  columns: Partial<Pick<ParticleTable, "rotations" | "shifts" | "ctf">>,
  name: string
): void {
  const pick = (values: Float32Array | undefined, width: number) =>
    values &&
    Float32Array.from(
      {length: rows.length * width},
      (_, k) => values[rows[Math.floor(k / width)] * width + (k % width)]
    );
  table.n = rows.length;
  table.image = Int32Array.from(rows, (i) => imageIndex[i]);
  table.rotations = pick(columns.rotations, 9);
  table.shifts = pick(columns.shifts, 2);
  table.ctf = pick(columns.ctf, 9);
  const what = [table.rotations && "poses", table.ctf && "CTFs"].filter(Boolean).join(" and ");
  table.found.push(`${name}: ${what || "image names"} of ${rows.length.toLocaleString("en")} particles`);
}

function fromPickle(value: PickleValue, name: string, table: ParticleTable): void {
  if (Array.isArray(value)) for (const part of value) fromPickle(part, name, table);
  else if (value instanceof Map || value === null || typeof value !== "object")
    throw new InputError(
      name,
      "",
      value instanceof Map ? "a dictionary" : String(value),
      "poses or CTFs, as cryoDRGN writes them"
    );
  else fromArray(value, name, table);
}

/** Known by its shape: [n, 3, 3] rotations, [n, 2] shifts, [n, 9] CTFs. */
function fromArray({shape, data}: NdArray, name: string, table: ParticleTable): void {
  const kind = {"3,3": "rotations", "2": "shifts", "9": "ctf"}[shape.slice(1).join()] as
    "rotations" | "shifts" | "ctf" | undefined;
  if (!kind)
    throw new InputError(name, "shape", shape, "[n, 3, 3] rotations, [n, 2] shifts or [n, 9] CTF parameters");
  if (shape[0] !== table.n)
    throw new InputError(name, kind, `${shape[0]} rows`, `${table.n}, one for each particle`);
  const values = Float32Array.from(data as Float32Array, Number);
  const bad = values.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0)
    throw new InputError(
      name,
      `${kind}: row ${Math.floor((bad * table.n) / values.length)}`,
      values[bad],
      "finite numbers"
    );
  const far = kind === "shifts" ? values.findIndex((t) => Math.abs(t) > 1) : -1;
  if (far >= 0)
    throw new InputError(name, `shifts: row ${far >> 1}`, values[far], "fractions of the box, not pixels");
  table[kind] = values;
  table.found.push(`${name}: ${kind === "ctf" ? "CTFs" : kind} of ${table.n.toLocaleString("en")} particles`);
}
