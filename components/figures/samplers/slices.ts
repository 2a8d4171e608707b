import {nextTurn} from "../../compute/turn.js";
import type {JobContext} from "../../compute/job.js";

/** Milliseconds that work in the page takes before it lets the page draw and hear its reader. */
const SLICE = 12;

/** What work is ended with when its question is no longer asked. */
export const SUPERSEDED = "superseded";

/**
 * A context for work in the page itself, where a reader's own function is to be called: in slices, between which the page draws.
 * @param wanted asked after each slice; where it says no, the work ends
 */
export function sliced(signal: AbortSignal, wanted: () => boolean = () => true): JobContext {
  let began = performance.now();
  return {
    signal,
    progress() {},
    async turn() {
      if (performance.now() - began < SLICE) return;
      await nextTurn();
      signal.throwIfAborted();
      if (!wanted()) throw new Error(SUPERSEDED);
      began = performance.now();
    }
  };
}

/** A trouble's text, unless it is that the question has changed meanwhile: the answer to the next is on its way. */
export const unlessSuperseded = (error: string): string => (error === SUPERSEDED ? "" : error);
