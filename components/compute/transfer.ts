/**
 * What of a value is given away when it is posted, once each: the MessagePorts in its plain arrays, objects, maps and sets,
 * which can't be copied, and, where `buffers` is set, the ArrayBuffers, also those under typed arrays. Shared memory stays
 * shared.
 */
export function transferables(value: unknown, {buffers}: {buffers: boolean}): (ArrayBuffer | MessagePort)[] {
  const found = new Set<ArrayBuffer | MessagePort>();
  const seen = new Set<object>();
  const collect = (item: unknown): void => {
    if (typeof item !== "object" || item === null || seen.has(item)) return;
    seen.add(item);
    if (item instanceof MessagePort) found.add(item);
    else if (item instanceof ArrayBuffer) {
      if (buffers) found.add(item);
    } else if (ArrayBuffer.isView(item)) collect(item.buffer);
    else if (Array.isArray(item) || item instanceof Set) item.forEach(collect);
    else if (item instanceof Map) {
      item.forEach((held, key) => {
        collect(key);
        collect(held);
      });
    } else Object.values(item).forEach(collect);
  };
  collect(value);
  return [...found];
}
