import {InputError} from "./error.js";
import {quoted} from "./quoted.js";

/** One table of a STAR file, as RELION writes them: a loop, or single values, which are a table of one row. */
export interface StarBlock {
  /** What follows `data_`: "optics", "particles", or nothing. */
  name: string;
  /** Labels as in the file, with their underscore: "_rlnImageName". */
  columns: string[];
  /** Values as text, without quotes; one for each column. */
  rows: string[][];
  /** false: single values instead of a loop. */
  loop?: boolean;
}

/**
 * Reads all tables of a STAR file. A row is a line, as in RELION; text over several lines is not read.
 * @param name the file's name, for errors
 * @throws InputError naming the line, if a row has not one value for each column or stands outside a table
 */
export function readStar(text: string, name: string): StarBlock[] {
  const blocks: StarBlock[] = [];
  let label: string | undefined;
  let block: StarBlock | undefined;
  let number = 0;
  const fail = (found: string, expected: string): never => {
    throw new InputError(name, `line ${number}`, found, expected);
  };
  const start = (loop: boolean): StarBlock => {
    if (label === undefined) return fail(loop ? "loop_" : "a label", "data_ and the block's name before it");
    const table: StarBlock = {name: label, columns: [], rows: loop ? [] : [[]], ...(loop ? {} : {loop})};
    blocks.push(table);
    return table;
  };

  for (const line of text.split(/\r\n|\r|\n/)) {
    ++number;
    if (line.startsWith(";")) fail("text over several lines", "values on one line");
    const words = splitLine(line) ?? fail(quoted(line), "each quote closed on its line");
    if (words.length === 0) continue;
    const keyword = /^\s*["']/.test(line) ? "" : words[0].toLowerCase();
    if (keyword.startsWith("data_")) {
      if (words.length > 1) fail(quoted(line), "the block's name alone");
      label = words[0].slice(5);
      block = undefined;
    } else if (keyword === "loop_") {
      if (words.length > 1) fail(quoted(line), "loop_ alone");
      block = start(true);
    } else if (keyword.startsWith("_")) {
      const inHeader = block && block.loop !== false && block.rows.length === 0;
      const table: StarBlock = block && (inHeader || block.loop === false) ? block : start(false);
      if (words.length !== (inHeader ? 1 : 2))
        fail(quoted(line), inHeader ? "a label alone" : "a label and a value");
      table.columns.push(words[0]);
      if (!inHeader) table.rows[0].push(words[1]);
      block = table;
    } else {
      if (!block || block.loop === false) return fail(quoted(line), "data_, loop_ or a label");
      if (words.length !== block.columns.length)
        fail(`${words.length} values`, `${block.columns.length}, one for each column`);
      block.rows.push(words);
    }
  }
  if (blocks.length === 0)
    throw new InputError(name, "", `${text.length} characters without a table`, "a STAR file");
  return blocks;
}

/**
 * Writes tables as RELION reads them: a version line and `data_` with the block's name before each.
 * @throws RangeError if a row has not one value for each column, or a value no quotes can hold
 */
export const writeStar = (blocks: readonly StarBlock[]): string => blocks.map(writeBlock).join("\n");

function writeBlock({name, columns, rows, loop = true}: StarBlock): string {
  const bad = rows.find((row) => row.length !== columns.length);
  if (bad || (!loop && rows.length !== 1))
    throw new RangeError(
      `star: ${name}: found ${bad?.length ?? rows.length}; expected ${bad ? columns.length : 1}`
    );
  const lines = ["", "# version 30001", "", `data_${name}`, ""];
  if (loop) {
    lines.push("loop_", ...columns.map((column, i) => `${column} #${i + 1}`));
    for (const row of rows) lines.push(row.map(quoteValue).join(" "));
  } else lines.push(...columns.map((column, i) => `${column} ${quoteValue(rows[0][i])}`));
  lines.push("");
  return lines.join("\n");
}

/** The words of a line up to a comment; undefined if a quote is not closed. */
function splitLine(line: string): string[] | undefined {
  if (!/["'#]/.test(line)) return line.split(/\s+/).filter((word) => word !== "");
  const words: string[] = [];
  for (const [, double, single, comment, bare] of line.matchAll(WORD)) {
    if (comment !== undefined) break;
    if (bare !== undefined && /^["']/.test(bare)) return undefined;
    words.push(double ?? single ?? bare);
  }
  return words;
}

/** A quote ends only where white space follows, so that "5' end" needs no other. */
const WORD = /"((?:[^"]|"(?=\S))*)"(?!\S)|'((?:[^']|'(?=\S))*)'(?!\S)|(#.*)|(\S+)/g;

function quoteValue(value: string): string {
  if (/[\r\n]/.test(value)) throw new RangeError(`star: found ${quoted(value)}; expected values of one line`);
  if (/^[^\s"'#_;]\S*$/.test(value) && !/^(data_|loop_|save_|stop_|global_)/i.test(value)) return value;
  if (!/"(\s|$)/.test(value)) return `"${value}"`;
  if (!/'(\s|$)/.test(value)) return `'${value}'`;
  throw new RangeError(`star: found ${quoted(value)}; expected a value without both kinds of quotes`);
}
