import {batch, computed, effect, signal, type ReadonlySignal} from "@preact/signals-core";

export interface Followed<O> {
  value: ReadonlySignal<O | undefined>;
  /** Whether an answer to the present question is on its way. */
  busy: ReadonlySignal<boolean>;
  /** Whether the answer is one to an earlier question. */
  stale: ReadonlySignal<boolean>;
  /** Why there is none. */
  error: ReadonlySignal<string>;
  dispose(): void;
}

/**
 * The answers of slow work to a changing question. One question is worked on at a time; of those that come meanwhile only
 * the last is asked, so that a moving slider gets answers on its way and the right one in the end.
 * @param options.rest milliseconds that a question must stand before it is asked (0)
 */
export function follow<I, O>(
  question: ReadonlySignal<I | undefined>,
  answer: (question: I, signal: AbortSignal, partial: (value: O) => void) => Promise<O>,
  {rest = 0}: {rest?: number} = {}
): Followed<O> {
  const value = signal<O | undefined>(undefined);
  const busy = signal(false);
  const error = signal("");
  const answered = signal<I | undefined>(undefined);
  const stale = computed(() => answered.value !== question.value);
  const controller = new AbortController();
  const partial = (found: O) => {
    if (!controller.signal.aborted) value.value = found;
  };
  let wanted: I | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  async function work() {
    if (busy.peek()) return;
    busy.value = true;
    for (let now: I | undefined; now !== wanted && !controller.signal.aborted;) {
      now = wanted;
      try {
        const found = now === undefined ? undefined : await answer(now, controller.signal, partial);
        if (controller.signal.aborted) return;
        batch(() => {
          value.value = found;
          answered.value = now;
          error.value = "";
        });
      } catch (reason) {
        if (controller.signal.aborted) return;
        error.value = (reason as Error).message;
      }
    }
    busy.value = false;
  }
  const stop = effect(() => {
    const next = question.value;
    clearTimeout(timer);
    const ask = () => {
      wanted = next;
      void work();
    };
    if (rest > 0 && wanted !== undefined) timer = setTimeout(ask, rest);
    else ask();
  });
  return {
    value,
    busy,
    stale,
    error,
    dispose() {
      stop();
      clearTimeout(timer);
      controller.abort();
    }
  };
}
