import {cryosparcParticles} from "../../cryoem/cryosparcParticles.js";
import {relionCtf, relionImages, relionPoses} from "../../cryoem/relionParticles.js";
import {relionTable} from "../../cryoem/relionTable.js";
import {readCs} from "../../formats/cs.js";
import {InputError} from "../../formats/error.js";
import type {StarBlock} from "../../formats/star.js";
import {readStar} from "../../formats/star.js";
import type {ColumnFacts, Fact, Findings} from "./inspection.js";
import {ctfFacts} from "./particles.js";
import {columnFacts, spread, statistics} from "./statistics.js";

/** Tables of a STAR file with their columns, and what RELION's say of the particles. */
export function inspectStar(text: string, name: string): Findings {
  const blocks = readStar(text, name);
  const tables = blocks.map(({name: label, columns, rows}) => ({
    name: `data_${label}`,
    rows: rows.length,
    columns: columns.map((column, c) =>
      columnFacts(
        column,
        rows.map((row) => row[c])
      )
    )
  }));
  const isRelion = blocks.some(({columns}) => columns.includes("_rlnImageName"));
  const particles = isRelion ? relionFacts(blocks, name) : undefined;
  return {
    summary: particles
      ? `${String(particles.particles)} particles, RELION`
      : `${blocks.length} ${blocks.length === 1 ? "table" : "tables"}, ${tables.map(({rows}) => rows).join(" + ")} rows`,
    facts: particles ?? {},
    tables
  };
}

function relionFacts(blocks: StarBlock[], name: string): Record<string, Fact> {
  const table = relionTable(blocks, name);
  const facts: Record<string, Fact> = {particles: table.count, layout: table.optics ? "3.1 or later" : "3.0"};
  if (table.optics) facts.opticsGroups = table.optics.rows.length;
  facts.stacks = new Set(relionImages(table).imageStack).size;
  const halves = table.texts("_rlnRandomSubset");
  if (halves)
    facts.halfSets = [...new Set(halves)]
      .sort()
      .map((half) => halves.filter((h) => h === half).length)
      .join(" + ");
  // RELION 3.0 leaves the box to the stack.
  const defaults = table.texts("_rlnImageSize") ? {} : {boxSize: 1};
  const ctf = told(() => ctfFacts(relionCtf(table, defaults)));
  if (typeof ctf === "string") facts.ctf = ctf;
  else {
    if (defaults.boxSize) ctf.boxSize = "not stated, as in RELION 3.0";
    Object.assign(facts, ctf);
  }
  facts.poses = told(() => (relionPoses(table, {boxSize: 1, pixelSize: 1}), "angles and origins"));
  return facts;
}

/** Columns of a structured numpy file, and what cryoSPARC's say of the particles. */
export function inspectCs(bytes: Uint8Array, name: string): Findings {
  const table = readCs(bytes, name);
  const columns = [...table.columns].map(([column, values]): ColumnFacts => {
    if ("text" in values)
      return {name: column, type: "text", different: new Set(values.text).size, first: values.text[0] ?? ""};
    return {name: column, type: "number", ...statistics(values.data)};
  });
  const facts: Record<string, Fact> = {rows: table.count, fields: columns.length};
  const has = (field: string) => table.columns.has(field);
  if (["blob/path", "ctf/df1_A", "alignments3D/pose"].every(has)) {
    const set = told(() => cryosparcParticles(table, name));
    if (typeof set === "string") facts.particles = set;
    else {
      Object.assign(facts, {stacks: new Set(set.imageStack).size}, ctfFacts(set.ctf));
      const shift = spread(set.shifts.map((fraction, k) => fraction * set.ctf[9 * (k >> 1)]));
      if (shift !== undefined) facts.shift = shift;
    }
  }
  return {
    summary: `${table.count} rows of ${columns.length} fields`,
    facts,
    tables: [{name, rows: table.count, columns}]
  };
}

/** A value, or why it can't be had: a table without poses is no bad file. */
function told<T>(compute: () => T): T | string {
  try {
    return compute();
  } catch (error) {
    if (error instanceof InputError) return error.message.slice(error.file.length + 2);
    throw error;
  }
}
