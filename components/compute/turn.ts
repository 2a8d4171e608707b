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
