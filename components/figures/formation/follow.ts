import {effect, signal, type ReadonlySignal} from "@preact/signals-core";

export interface Followed<O> {
  value: ReadonlySignal<O | undefined>;
  /** Whether an answer to the present question is on its way. */
  busy: ReadonlySignal<boolean>;
  /** Why there is none. */
  error: ReadonlySignal<string>;
  dispose(): void;
}

/**
 * The answers of slow work to a changing question. One question is worked on at a time; of those that come meanwhile only
 * the last is asked, so that a moving slider gets answers on its way and the right one in the end.
 */
export function follow<I, O>(
  question: ReadonlySignal<I | undefined>,
  answer: (question: I, signal: AbortSignal, partial: (value: O) => void) => Promise<O>
): Followed<O> {
  const value = signal<O | undefined>(undefined);
  const busy = signal(false);
  const error = signal("");
  const controller = new AbortController();
  const partial = (found: O) => {
    if (!controller.signal.aborted) value.value = found;
  };
  let wanted: I | undefined;
  async function work() {
    if (busy.peek()) return;
    busy.value = true;
    for (let now: I | undefined; now !== wanted && !controller.signal.aborted;) {
      now = wanted;
      try {
        const found = now === undefined ? undefined : await answer(now, controller.signal, partial);
        if (controller.signal.aborted) return;
        value.value = found;
        error.value = "";
      } catch (reason) {
        if (controller.signal.aborted) return;
        error.value = (reason as Error).message;
      }
    }
    busy.value = false;
  }
  const stop = effect(() => {
    wanted = question.value;
    void work();
  });
  return {
    value,
    busy,
    error,
    dispose() {
      stop();
      controller.abort();
    }
  };
}
