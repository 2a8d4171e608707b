/** Work of its own thread: a function's source is run there, with the library's functions at hand. */
export type Background = <A extends unknown[], R>(
  f: (...given: A) => R | PromiseLike<R>,
  ...given: A
) => Promise<R>;

export interface BackgroundOptions {
  /** Address of the module whose functions are at hand; by default the library of the pages' cells. */
  library?: string;
  /** Ends the work; its promise is then never settled, so that nothing is done with an answer which nobody awaits. */
  signal?: AbortSignal;
}

// One message in, one out. Names of the library are arguments, so that the function may use them for something else.
const script = `onmessage = async ({data: {source, given, library, guards}}) => {
  try {
    const {default: _, ...names} = library ? await import(library) : {};
    const make = new Function(...Object.keys(names), ...guards, "return (" + source + "\\n)");
    const f = make(...Object.values(names), ...guards.map(() => () => {}));
    postMessage({value: await f(...given)});
  } catch (error) {
    const {name = "Error", message = String(error)} = error instanceof Error || error instanceof DOMException ? error : {};
    postMessage({error: {name, message}});
  }
};`;

const atOnce = Math.max(2, (globalThis.navigator?.hardwareConcurrency ?? 4) - 1);
const waiting: (() => void)[] = [];
let busy = 0;

/**
 * `background(f, ...given)`: what `f(...given)` returns, or resolves to, computed in a Web Worker of its own. The function
 * crosses over as its source: it sees its arguments (structured clones of those given), the library's functions and the
 * browser's, and nothing else of the page. Errors come back. No more run at once than this machine has cores.
 */
export function createBackground({
  library = import.meta.resolve("../lab/library.js"),
  signal
}: BackgroundOptions = {}): Background {
  return async (f, ...given) => {
    if (typeof f !== "function")
      throw new TypeError("background(f, ...) needs a function as its first argument");
    const source = String(f);
    if (/\{\s*\[native code\]\s*\}$/.test(source))
      throw new TypeError(
        "background(f, ...) can't run a function of the browser's own: wrap it in (x) => ..."
      );
    if (busy >= atOnce) await new Promise<void>((turn) => waiting.push(turn));
    if (signal?.aborted) {
      waiting.shift()?.();
      return new Promise(() => {});
    }
    busy++;
    const url = URL.createObjectURL(new Blob([script], {type: "text/javascript"}));
    const worker = new Worker(url, {type: "module", name: "background"});
    let done = () => {};
    try {
      return await new Promise((resolve, reject) => {
        done = () => reject(new Error("ended"));
        worker.onmessage = ({
          data
        }: MessageEvent<{value: never; error?: {name: string; message: string}}>) => {
          if (data.error) reject(cause(data.error));
          else resolve(data.value);
        };
        worker.onerror = (event) => {
          event.preventDefault();
          reject(new Error(`background: ${event.message || "the worker could not be started"}`));
        };
        signal?.addEventListener("abort", done);
        // The guards that the cell's own code has in its loops are not needed here: a worker can be ended at any time.
        worker.postMessage({source, given, library, guards: [...new Set(source.match(/\btick\$+/g))]});
      });
    } catch (error) {
      if (signal?.aborted) return new Promise(() => {});
      if (error instanceof DOMException && error.name === "DataCloneError")
        throw new TypeError(`background: an argument can't be handed over (${error.message})`, {
          cause: error
        });
      throw error;
    } finally {
      signal?.removeEventListener("abort", done);
      worker.terminate();
      URL.revokeObjectURL(url);
      busy--;
      waiting.shift()?.();
    }
  };
}

function cause({name, message}: {name: string; message: string}): Error {
  const unknown = /^(\S+) is not defined$/.exec(message)?.[1];
  const error = new Error(
    unknown && name === "ReferenceError"
      ? `background: ${unknown} is not known there; hand it over as an argument`
      : `background: ${name === "Error" ? "" : `${name}: `}${message}`
  );
  return error;
}
