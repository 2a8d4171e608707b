import type {ArrayFacts, ColumnFacts, Fact, Inspection, Statistics} from "./inspection.js";
import {formats, units} from "./inspection.js";

/** Most arrays or columns that are printed; all of them are in the JSON. */
const mostLines = 200;

/** An inspection as lines for a terminal. */
export function inspectionText(inspection: Inspection): string {
  const {file, size, format, summary, facts, arrays = [], tables = []} = inspection;
  const lines = [`${file}: ${formats[format]}, ${summary} (${sizeText(size)})`];
  const names = Object.keys(facts).map(label);
  const width = Math.min(28, Math.max(0, ...names.map((name) => name.length)));
  for (const [i, [name, fact]] of Object.entries(facts).entries())
    lines.push(
      `  ${names[i].padEnd(width)}  ${factText(fact)}${units[name] && typeof fact !== "string" ? ` ${units[name]}` : ""}`
    );
  lines.push(...grid(arrays.map(arrayRow)));
  for (const table of tables) {
    lines.push(`  ${table.name}: ${counted(table.rows, "row")}, ${counted(table.columns.length, "column")}`);
    lines.push(...grid(table.columns.map(columnRow)));
  }
  return lines.join("\n");
}

const arrayRow = (array: ArrayFacts): string[] => [
  array.name,
  array.dtype,
  `[${array.shape.join(", ")}]`,
  ...statisticsRow(array)
];

function columnRow(column: ColumnFacts): string[] {
  if (column.type === "number") return [column.name, ...statisticsRow(column)];
  const first = column.different ? `, the first ${short(column.first)}` : "";
  return [column.name, `${counted(column.different, "different text")}${first}`];
}

function statisticsRow({min, max, mean, nan, infinite}: Statistics): string[] {
  if (min !== undefined && min === max && !nan && !infinite) return [numberText(min)];
  const range =
    min === undefined
      ? "no finite value"
      : `${numberText(min)} to ${numberText(max!)}, mean ${numberText(mean!)}`;
  const rest = [nan && `${nan} NaN`, infinite && `${infinite} infinite`].filter(Boolean).join(", ");
  return [range + (rest ? `, ${rest}` : "")];
}

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;

/** Rows of cells as indented lines with columns of one width. */
function grid(rows: string[][]): string[] {
  const shown = rows.slice(0, mostLines);
  const widths = [0, 1, 2].map((c) =>
    Math.min(60, Math.max(0, ...shown.map((row) => (c < row.length - 1 ? row[c].length : 0))))
  );
  const lines = shown.map(
    (row) => `    ${row.map((cell, c) => (c < row.length - 1 ? cell.padEnd(widths[c]) : cell)).join("  ")}`
  );
  return rows.length > shown.length ? [...lines, `    and ${rows.length - shown.length} more`] : lines;
}

/** "pixelSize" is "pixel size", "defocusU" "defocus U"; paths stay as they are. */
const label = (name: string): string =>
  /^[a-z]+([A-Z][a-z]*)+$/.test(name)
    ? name.replace(/[A-Z](?!$)/g, (letter) => ` ${letter.toLowerCase()}`).replace(/(?<=[a-z])[A-Z]$/, " $&")
    : name;

function factText(fact: Fact): string {
  if (typeof fact === "number") return numberText(fact);
  if (typeof fact === "string") return short(fact);
  if (typeof fact === "boolean") return fact ? "yes" : "no";
  if ("from" in fact) return `${numberText(fact.from)} to ${numberText(fact.to)}`;
  return fact.join(" x ");
}

const short = (text: string): string => {
  const line = text.replace(/\s+/g, " ");
  return line.length > 100 ? `${line.slice(0, 97)}...` : line;
};

const numberText = (x: number): string =>
  Number.isInteger(x) ? String(x) : String(Number(x.toPrecision(6)));

function sizeText(bytes: number): string {
  const steps = ["bytes", "kB", "MB", "GB", "TB"];
  const k = bytes < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3));
  return `${k ? (bytes / 1000 ** k).toPrecision(3) : bytes} ${steps[k]}`;
}
