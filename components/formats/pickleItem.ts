import {quoted} from "./quoted.js";
import type {PickleValue} from "./pickleValue.js";

/** What stands on the machine's stack: values, and the parts that arrays and tensors are made from. */
export type Item =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickledObject
  | Global
  | Item[]
  | Map<string | number, Item>;

/** Where in which file we are, and how many bytes may still be made from it. */
export interface Context {
  file: string;
  field: string;
  /** Counts bytes made from the file; throws when repeated references blow a small file up. */
  spend(bytes: number): void;
}

/** A part of an array or tensor under construction. */
export abstract class PickledObject {
  /** What it is, as an error names it. */
  abstract readonly kind: string;
  /** What it is worth in the result; nothing for a part that means something only inside a whole. */
  abstract readonly value: PickleValue | undefined;
  /** BUILD: takes the state that follows it in the file; absent where none may. */
  build?(state: Item, context: Context): void;
}

/** A name that a pickle may refer to, and what calling it makes; classes that are only named have no `call`. */
export class Global {
  constructor(
    readonly name: string,
    readonly call?: (args: Item[], context: Context) => Item
  ) {}
}

/** What a pickle may refer to: nothing that is not here is ever looked up or called. Keys are "module name". */
export type AllowList = ReadonlyMap<string, Global>;

/** Whether a value may be the key of a dictionary here. */
export const isKey = (value: Item): value is string | number =>
  typeof value === "string" || typeof value === "number";

/** An integer as a number where that is exact. */
export const narrowInteger = (value: bigint): number | bigint =>
  Number.isSafeInteger(Number(value)) ? Number(value) : value;

/** A value as an error names it. */
export function shown(item: Item | undefined): string {
  if (item === undefined) return "nothing";
  if (typeof item === "string") return quoted(item);
  if (Array.isArray(item)) return `${item.length} values`;
  if (item instanceof Uint8Array) return `${item.length} bytes`;
  if (item instanceof Map) return `a dictionary of ${item.size}`;
  if (item instanceof Global) return quoted(item.name);
  if (item instanceof PickledObject) return item.kind;
  return String(item);
}
