/** A typed array with a shape, row-major (C order): what every reader returns and every writer takes. */
export interface NdArray<T extends NumericArray = NumericArray> {
  shape: number[];
  data: T;
}

export type NumericArray =
  | Float64Array
  | Float32Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** Number of elements of a shape; 1 for a scalar (an empty shape). */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((n, s) => n * s, 1);
