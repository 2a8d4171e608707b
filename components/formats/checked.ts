import type {z} from "zod";
import {InputError} from "./error.js";
import {quoted} from "./quoted.js";

/**
 * A value from a file, checked against a schema.
 * @param field where the value stands in the file, for the message
 * @throws InputError naming the first field that is wrong, what was found and what was expected
 */
export function checked<T>(schema: z.ZodType<T>, value: unknown, file: string, field: string): T {
  const {data, error} = schema.safeParse(value);
  if (!error) return data;
  const {path, message} = error.issues[0];
  const found = path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | null | undefined)?.[key],
    value
  );
  throw new InputError(
    file,
    [field, ...path].join("."),
    typeof found === "string" ? short(found) : (found ?? "nothing"),
    message.replace(/^.*expected /, "")
  );
}

/** A text as it stands, or in quotes where it is long or more than one line. */
const short = (text: string): string => (/^[\x20-\x7e]{0,60}$/.test(text) ? text : quoted(text));

/** The JSON object that a piece of text holds. @throws InputError if it holds none */
export function jsonObject(text: string, file: string, field: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new InputError(file, field, "no JSON object", "one");
  return value as Record<string, unknown>;
}
