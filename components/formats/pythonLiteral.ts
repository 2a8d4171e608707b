import {InputError} from "./error.js";
import {quoted} from "./quoted.js";

/** What the headers of numpy's files are written in: a tuple or a list is an array, a dictionary a Map. */
export type PythonLiteral = null | boolean | number | string | PythonLiteral[] | Map<string, PythonLiteral>;

/** Deepest nesting; numpy's headers need four. */
const maxDepth = 20;

const TOKEN =
  /\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|(-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)L?|(True|False|None)|([[\](){},:]))/y;

/**
 * Reads a Python literal: texts, numbers, True, False, None, lists, tuples, and dictionaries with texts for keys.
 * @param file, field where the text stands, for errors
 * @throws InputError at anything else
 */
export function parsePythonLiteral(text: string, file: string, field: string): PythonLiteral {
  TOKEN.lastIndex = 0;
  let at = 0;
  let token = next();
  const value = parse(0);
  if (token) fail();
  return value;

  function next(): RegExpExecArray | undefined {
    at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match) return match;
    if (text.slice(at).trim() !== "") fail();
    TOKEN.lastIndex = text.length;
    return undefined;
  }

  function fail(): never {
    throw new InputError(file, field, quoted(text.slice(at, at + 40)), "a Python literal");
  }

  function parse(depth: number): PythonLiteral {
    if (!token || depth > maxDepth) fail();
    const [, single, double, number, word, sign] = token;
    if (sign === "[" || sign === "(") return sequence(sign === "[" ? "]" : ")", depth);
    if (sign === "{") return dictionary(depth);
    if (sign !== undefined) fail();
    token = next();
    if (number !== undefined) return Number(number);
    if (word !== undefined) return word === "None" ? null : word === "True";
    return (single ?? double).replace(/\\(.)/g, "$1");
  }

  /** `(1)` is a number and `(1,)` a tuple in Python; both are arrays here, which no header minds. */
  function sequence(end: string, depth: number): PythonLiteral[] {
    const items: PythonLiteral[] = [];
    token = next();
    while (token?.[5] !== end) {
      items.push(parse(depth + 1));
      separator(end);
    }
    token = next();
    return items;
  }

  function dictionary(depth: number): Map<string, PythonLiteral> {
    const map = new Map<string, PythonLiteral>();
    token = next();
    while (token?.[5] !== "}") {
      const key = parse(depth + 1);
      if (typeof key !== "string" || token?.[5] !== ":") fail();
      token = next();
      map.set(key, parse(depth + 1));
      separator("}");
    }
    token = next();
    return map;
  }

  function separator(end: string): void {
    if (token?.[5] === ",") token = next();
    else if (token?.[5] !== end) fail();
  }
}
