/** Text out of a file as it may stand in a one-line message: in quotes, control characters escaped, cut at 60. */
export function quoted(text: string): string {
  const inside = JSON.stringify(text.slice(0, 61)).slice(1, -1);
  if (inside.length <= 60) return `"${inside}"`;
  return `"${inside.slice(0, 57).replace(/\\(u[0-9a-f]{0,3})?$/, "")}..."`; // no half of an escape
}

/** Any value out of a file, short: texts and numbers themselves, of the rest only the kind. */
export function described(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return value !== null && typeof value === "object" ? "an object" : String(value);
}
