/**
 * Resolves in a later turn of the event loop, so that messages and timers that have come are heard first. A nested
 * setTimeout(0) takes 4 ms in browsers; a message to oneself takes microseconds. Node has setImmediate for this, and needs
 * it: its ports hand out up to 1000 messages, those sent meanwhile included, before any other port is heard.
 */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else {
      waiting.push(resolve);
      (channel ??= openChannel()).port2.postMessage(null);
    }
  });

// One channel serves all who wait; a message wakes the one who has waited longest.
const waiting: (() => void)[] = [];
let channel: MessageChannel | undefined;

function openChannel(): MessageChannel {
  const opened = new MessageChannel();
  opened.port1.onmessage = () => waiting.shift()?.();
  return opened;
}

/**
 * Runs a computation that yields between its steps: after each of them it may be cancelled, and may report.
 * @param turn a job context's
 * @param step called with what the step yields, such as the part that is done
 */
export async function inTurns<S, T>(
  steps: Generator<S, T>,
  turn: () => Promise<void>,
  step?: (value: S) => void
): Promise<T> {
  for (;;) {
    const {done, value} = steps.next();
    if (done) return value;
    step?.(value);
    await turn();
  }
}

/** The same at once. */
export function atOnce<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const {done, value} = steps.next();
    if (done) return value as T;
  }
}
