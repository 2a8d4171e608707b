import type {NdArray} from "./ndarray.js";

/** What a pickle may hold here. Tuples and lists are both arrays; bytes are a one-dimensional Uint8Array. */
export type PickleValue =
  null | boolean | number | bigint | string | NdArray | PickleValue[] | Map<string | number, PickleValue>;
