import {deflateSync, inflateSync, strFromU8, strToU8} from "fflate";

/** Characters that cells may take in an address. */
export const LINK_LIMIT = 1500;
/** Characters that are read at all: what is longer was not made here. */
const READ_LIMIT = 20_000;

/** Cells as text for an address (deflated JSON in base64url), however long; `""` for none. */
export function encodeCells(sources: readonly string[]): string {
  if (!sources.length) return "";
  const bytes = deflateSync(strToU8(JSON.stringify(sources)), {level: 9});
  return btoa(strFromU8(bytes, true)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The cells of such a text, or undefined when it is none. */
export function decodeCells(text: string): string[] | undefined {
  if (!text || text.length > READ_LIMIT || /[^\w-]/.test(text)) return undefined;
  try {
    const bytes = strToU8(atob(text.replaceAll("-", "+").replaceAll("_", "/")), true);
    return cellsFromJson(new TextDecoder("utf-8", {fatal: true}).decode(inflateSync(bytes)));
  } catch {
    return undefined;
  }
}

/** A list of sources out of JSON, or undefined when that is something else. */
export function cellsFromJson(json: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(json);
    if (Array.isArray(value) && value.every((v) => typeof v === "string")) return value;
  } catch {
    // something else
  }
  return undefined;
}
