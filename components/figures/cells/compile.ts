import {instrument} from "./instrument.js";
import {parseJavaScript, transpileJavaScript} from "./kit.js";

/** What is wrong with a cell, for the reader; line and column count from 1. */
export interface Problem {
  message: string;
  line?: number;
  column?: number;
  /** Code that can't stand on a page of its own: it isn't JavaScript, or doesn't come to an end. */
  unfit?: true;
}

/** A cell as the runtime takes it. */
export interface Compiled {
  /** Names that it reads, in the order of the function's arguments; one of them may be `tick`. */
  inputs: string[];
  /** Names that it defines. */
  outputs: string[];
  /** Whether it is an expression, which displays itself. */
  autodisplay: boolean;
  /** Name of the guard among the inputs. */
  tick: string;
  /** The function of the inputs. In traces of the stack it goes by `cellFile(id)`. */
  evaluate(id: number): (...values: unknown[]) => unknown;
  /** Lines that the transpiler put before the cell's own first. */
  linesBefore: number;
}

/** A cell that can't be read as JavaScript. */
export class CellSyntaxError extends Error {
  override name = "CellSyntaxError";
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

/** The name that a cell's code has in traces of the stack. */
export const cellFile = (id: number) => `reader-cell-${id}.js`;

const START = "/*cell*/";

/**
 * Reads a cell as Framework does (an expression, or a program whose top-level names are the cell's outputs), with a guard
 * in every loop and function.
 * @throws CellSyntaxError with line and column
 */
export function compileCell(source: string): Compiled {
  try {
    const {source: guarded, tick} = instrument(source, parseJavaScript(source).body);
    const {body, inputs, outputs, autodisplay} = transpileJavaScript(START + guarded);
    return {
      inputs,
      outputs,
      autodisplay,
      tick,
      linesBefore: body.slice(0, body.indexOf(START)).split("\n").length - 1,
      evaluate: (id) => evaluateScript(`"use strict";(${body}\n)\n//# sourceURL=${cellFile(id)}`)
    };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CellSyntaxError({...syntaxProblem(error.message), unfit: true});
  }
}

// Called by another name, eval sees the global scope alone.
const evaluateScript = eval as (script: string) => (...values: unknown[]) => unknown;

function syntaxProblem(text: string): Problem {
  const at = /\s*\((\d+):(\d+)\)$/.exec(text);
  if (!at) return {message: text};
  return {message: text.slice(0, at.index), line: Number(at[1]), column: Number(at[2]) + 1};
}

/** Names that a cell reads and defines; none where it can't be read as JavaScript. */
export function namesOf(source: string): {inputs: string[]; outputs: string[]} {
  try {
    const {inputs, outputs} = transpileJavaScript(source);
    return {inputs, outputs};
  } catch {
    return {inputs: [], outputs: []};
  }
}
