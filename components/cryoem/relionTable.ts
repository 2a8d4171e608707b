import {InputError} from "../formats/error.js";
import type {StarBlock} from "../formats/star.js";

/**
 * RELION's table of particles with what its optics groups say of each, so that the versions look alike: 3.0 has one table
 * with everything, 3.1 to 5 keep what is common to many particles in a table of their own.
 */
export interface RelionTable {
  /** The file's name, for errors. */
  file: string;
  count: number;
  particles: StarBlock;
  optics?: StarBlock;
  /** A column's values, one a particle, from the particles or their optics groups; undefined if neither has it. */
  texts(label: string): string[] | undefined;
  /** The same as numbers. @throws InputError naming the row if one is none */
  numbers(label: string): Float64Array | undefined;
  /** The same, for a column that must be there. @throws InputError naming it if it is not */
  needed(label: string): Float64Array;
}

const GROUP = "_rlnOpticsGroup";

/**
 * Finds the particles and the optics groups among a STAR file's tables.
 * @param file the file's name, for errors
 * @throws InputError if there is no table of particles, or if a particle's optics group is not in the table of groups
 */
export function relionTable(blocks: readonly StarBlock[], file: string): RelionTable {
  const particles =
    blocks.find(({name}) => name === "particles") ??
    blocks.find(({columns}) => columns.includes("_rlnImageName"));
  if (!particles)
    throw new InputError(
      file,
      "",
      `tables ${blocks.map(({name}) => `data_${name}`).join(", ")}`,
      "data_particles, or a table with _rlnImageName"
    );
  const optics = blocks.find(({name}) => name === "optics");
  const groupOf = optics && opticsRows(particles, optics, file);
  const count = particles.rows.length;

  function texts(label: string): string[] | undefined {
    const own = particles!.columns.indexOf(label);
    if (own >= 0) return particles!.rows.map((row) => row[own]);
    const shared = optics?.columns.indexOf(label) ?? -1;
    if (!groupOf || shared < 0) return undefined;
    return Array.from(groupOf, (row) => optics.rows[row][shared]);
  }

  function numbers(label: string): Float64Array | undefined {
    const values = texts(label);
    return values && Float64Array.from(values, (text, i) => number(text, label, i));
  }

  function number(text: string, label: string, i: number): number {
    const value = text === "" ? NaN : Number(text);
    if (!Number.isFinite(value))
      throw new InputError(file, `${label}: particle ${i + 1}`, text || "nothing", "a number");
    return value;
  }

  function needed(label: string): Float64Array {
    const values = numbers(label);
    if (!values)
      throw new InputError(file, label, "no such column", "it in the table of particles or of optics");
    return values;
  }

  return {file, count, particles, optics, texts, numbers, needed};
}

/** Each particle's row of the table of optics groups. */
function opticsRows(particles: StarBlock, optics: StarBlock, file: string): Int32Array {
  const [own, theirs] = [particles, optics].map(({columns}) => columns.indexOf(GROUP));
  if (own < 0 || theirs < 0)
    throw new InputError(file, GROUP, "no such column", "it in the tables of particles and of optics");
  const rows = new Map(optics.rows.map((row, i) => [row[theirs], i]));
  return Int32Array.from(particles.rows, (row, i) => {
    const found = rows.get(row[own]);
    if (found === undefined)
      throw new InputError(
        file,
        `${GROUP}: particle ${i + 1}`,
        row[own],
        `one of the ${rows.size} groups in data_optics`
      );
    return found;
  });
}
