/** Text out of a file as it may stand in a one-line message: in quotes, control characters escaped, cut at 60. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);

/** Any value out of a file, short: texts and numbers themselves, of the rest only the kind. */
export function described(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return value !== null && typeof value === "object" ? "an object" : String(value);
}
