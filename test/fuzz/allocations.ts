/**
 * Counts what code asks the engine for by a length: typed arrays, buffers, arrays. Copies of what is there already
 * (slice, from) are bounded by it and not counted.
 */
export interface Allocations {
  /** Bytes of the largest single request since the last `reset`. */
  largest(): number;
  reset(): void;
  /** Puts the constructors back. */
  restore(): void;
}

const names = [
  ...(["ArrayBuffer", "Array", "Float64Array", "Float32Array", "BigInt64Array", "BigUint64Array"] as const),
  ...(["Int32Array", "Uint32Array", "Int16Array", "Uint16Array", "Int8Array", "Uint8Array"] as const)
];

/**
 * Replaces the constructors by ones that count. Modules that keep a constructor of their own are counted only if they are
 * imported after this.
 */
export function watchAllocations(): Allocations {
  let largest = 0;
  const before = names.map((name) => globalThis[name]);
  names.forEach((name, i) => {
    const width = (before[i] as {BYTES_PER_ELEMENT?: number}).BYTES_PER_ELEMENT ?? (name === "Array" ? 8 : 1);
    const counting: ProxyHandler<ArrayConstructor> = {
      construct(target, args: unknown[], newTarget) {
        const [length] = args;
        // A request too large for an array throws on its own, and is counted all the same.
        if (typeof length === "number") largest = Math.max(largest, length * width);
        return Reflect.construct(target, args, newTarget) as object;
      }
    };
    set(name, new Proxy(before[i] as never, counting));
  });
  return {
    largest: () => largest,
    reset: () => (largest = 0),
    restore: () => names.forEach((name, i) => set(name, before[i]))
  };
}

const set = (name: string, value: unknown) => ((globalThis as Record<string, unknown>)[name] = value);

/** Bytes that a value holds, each part counted once: 8 for a number, a text's length, an array's bytes. */
export function bytesHeld(root: unknown): number {
  const seen = new Set<unknown>();
  let bytes = 0;
  const open: unknown[] = [root];
  while (open.length) {
    const value = open.pop();
    if (typeof value === "string") bytes += value.length;
    else if (value === null || typeof value !== "object") bytes += 8;
    else if (!seen.has(value)) {
      seen.add(value);
      if (ArrayBuffer.isView(value)) bytes += value.byteLength;
      else open.push(...(value instanceof Map ? [...value].flat() : Object.values(value)));
    }
  }
  return bytes;
}
