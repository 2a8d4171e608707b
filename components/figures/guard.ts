import {h} from "./dom.js";

/** The message shown in place of a figure that could not be made; the rest of the page goes on. */
export function failure(what: string, error: unknown): HTMLElement {
  const message = error instanceof Error ? error.message : String(error);
  return h("div", {class: "failure", role: "alert"}, h("strong", {}, `${what} can't be shown. `), message);
}

/** What `make` gives, or the message in its place. */
export async function guard<T extends Node>(
  what: string,
  make: () => T | Promise<T>
): Promise<T | HTMLElement> {
  try {
    return await make();
  } catch (error) {
    return failure(what, error);
  }
}
