import {InputError} from "./error.js";
import type {Context, Item} from "./pickleItem.js";
import {PickledObject, shown} from "./pickleItem.js";
import type {PickleValue} from "./pickleValue.js";

/** Deepest nesting of lists and dictionaries in a result. */
const maxDepth = 100;

/**
 * What the machine leaves behind, as plain values: arrays that are finished, no other parts of numpy or torch, and no
 * container inside itself, so that a reader may walk it.
 */
export function plain(root: Item, context: Context): PickleValue {
  const done = new Map<object, PickleValue>();
  const open = new Set<object>();
  return convert(root);

  function convert(item: Item): PickleValue {
    if (item === null || typeof item !== "object") return item;
    const before = done.get(item);
    if (before !== undefined) return before;
    if (open.has(item)) refuse("a container inside itself", "plain nested data");
    if (open.size === maxDepth) refuse(`containers more than ${maxDepth} deep`, "plain nested data");
    open.add(item);
    const value = convertObject(item);
    open.delete(item);
    done.set(item, value);
    return value;
  }

  function convertObject(item: Exclude<Item, null | boolean | number | bigint | string>): PickleValue {
    if (Array.isArray(item)) return item.map(convert);
    if (item instanceof Map) {
      const map = new Map<string | number, PickleValue>();
      for (const [key, value] of item) map.set(key, convert(value));
      return map;
    }
    if (item instanceof Uint8Array) {
      context.spend(item.length);
      return {shape: [item.length], data: item.slice()};
    }
    return (item instanceof PickledObject ? item.value : undefined) ?? refuse(shown(item), "finished data");
  }

  function refuse(found: string, expected: string): never {
    throw new InputError(context.file, context.field, found, expected);
  }
}
