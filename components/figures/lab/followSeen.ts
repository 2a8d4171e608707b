import {effect, signal, type ReadonlySignal} from "@preact/signals-core";
import {follow} from "../follow.js";

/**
 * The latest answer of asynchronous work, as `follow` gives it, for as long as somebody looks: while no figure on the screen reads `value`,
 * nothing is asked.
 */
export function followSeen<I, O>(
  question: ReadonlySignal<I | undefined>,
  answer: (question: I, signal: AbortSignal) => Promise<O>,
  options?: {rest?: number}
): {value: ReadonlySignal<O | undefined>; error: ReadonlySignal<string>; dispose(): void} {
  const error = signal("");
  let stop: (() => void) | undefined;
  let watched = false;
  let ended = false;
  function begin() {
    if (stop || !watched || ended) return;
    const followed = follow(question, answer, options);
    const copy = effect(() => {
      error.value = followed.error.value;
      const found = followed.value.value;
      // Until there is an answer, the last one stays.
      if (found !== undefined || !followed.busy.value) value.value = found;
    });
    stop = () => {
      copy();
      followed.dispose();
      stop = undefined;
    };
  }
  const value = signal<O | undefined>(undefined, {
    watched() {
      watched = true;
      queueMicrotask(begin); // not amid the effect that begins to look
    },
    unwatched() {
      watched = false;
      queueMicrotask(() => !watched && stop?.());
    }
  });
  return {
    value,
    error,
    dispose() {
      ended = true;
      stop?.();
    }
  };
}
