/**
 * Bad input from outside: names the file, the field in it, what was found and what was expected, in one line.
 * The command line prints its message alone; pages show it in place of the figure.
 */
export class InputError extends Error {
  override name = "InputError";
  /**
   * @param file name of the file (or of the control) that is wrong
   * @param field what in it is wrong, or "" for the file as a whole
   */
  constructor(
    readonly file: string,
    readonly field: string,
    found: unknown,
    expected: string
  ) {
    super(`${file}: ${field ? `${field}: ` : ""}found ${shown(found)}; expected ${expected}`);
  }
}

function shown(value: unknown): string {
  if (typeof value === "string") return oneLine(value);
  if (typeof value === "number" || value == null) return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Text out of a file may be of any length, and hold line ends or what a terminal obeys. */
function oneLine(text: string): string {
  const short = text.length > 300 ? `${text.slice(0, 297)}...` : text;
  return short.replace(
    /[\p{Cc}\u2028\u2029]/gu,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`
  );
}
