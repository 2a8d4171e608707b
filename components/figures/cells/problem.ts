import {cellFile, type Problem} from "./compile.js";
import {RanTooLong} from "./clock.js";
import {nearNames} from "./nearNames.js";

/**
 * What went wrong while a cell ran, for the reader.
 * @param id of the cell
 * @param linesBefore lines of the evaluated script before the cell's own first
 * @param known every name that the cell could have used
 * @param output the name whose value failed, where that is not the cell as a whole
 */
export function explain(
  error: unknown,
  id: number,
  linesBefore: number,
  known: () => string[],
  output?: string
): Problem {
  const message = text(error);
  // The runtime's errors say which name could not be had.
  const input = inputOf(error);
  if (input !== undefined && input !== output) {
    if (message !== `${input} is not defined`) return {message: `${input} can't be had: ${message}`};
    const near = nearNames(input, known());
    return {message: message + (near.length ? `. Did you mean ${near.join(" or ")}?` : "")};
  }
  const line = lineOf(error, id);
  const problem = {message, line: line === undefined ? undefined : Math.max(1, line - linesBefore)};
  return error instanceof RanTooLong ? {...problem, unfit: true} : problem;
}

function text(error: unknown): string {
  if (!(error instanceof Error)) return `it threw ${shortly(error)}`;
  const plain = error.name === "Error" || error.name === "RuntimeError" || error.name === "RanTooLong";
  return (plain ? "" : `${error.name}: `) + (error.message || "an error without a message");
}

function shortly(value: unknown): string {
  let shown: string;
  try {
    shown = typeof value === "string" ? JSON.stringify(value) : String(value);
  } catch {
    shown = "something";
  }
  return shown.length > 200 ? `${shown.slice(0, 197)}...` : shown;
}

/** The name that an error of the runtime is about; undefined for other errors. */
function inputOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("input" in error)) return undefined;
  return typeof error.input === "string" && !error.input.startsWith("cell ") ? error.input : undefined;
}

/** The line of the script of this cell in which an error was made, counted from 1. */
function lineOf(error: unknown, id: number): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const at = new RegExp(`${cellFile(id).replace(".", "\\.")}:(\\d+)`).exec(error.stack ?? "");
  return at ? Number(at[1]) : undefined;
}
