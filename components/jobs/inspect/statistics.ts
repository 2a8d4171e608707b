import type {NdArray, NumericArray} from "../../formats/ndarray.js";
import type {ArrayFacts, ColumnFacts, Range, Statistics} from "./inspection.js";

/** Gathers the statistics of values that come in parts. */
export function tally(): {add(values: Iterable<number | bigint>): void; result(): Statistics} {
  let [min, max, sum, finite, nan, infinite] = [Infinity, -Infinity, 0, 0, 0, 0];
  return {
    add(values) {
      for (const each of values) {
        const value = Number(each);
        if (Number.isNaN(value)) ++nan;
        else if (Math.abs(value) === Infinity) ++infinite;
        else {
          ++finite;
          sum += value;
          if (value < min) min = value;
          if (value > max) max = value;
        }
      }
    },
    result: () => (finite ? {min, max, mean: sum / finite, nan, infinite} : {nan, infinite})
  };
}

export function statistics(values: Iterable<number | bigint>): Statistics {
  const {add, result} = tally();
  add(values);
  return result();
}

/** "float32" for a Float32Array. */
export const typeName = (data: NumericArray): string =>
  data[Symbol.toStringTag].replace(/^Big/, "").replace("Array", "").toLowerCase();

const names: Record<string, string> = {f: "float", i: "int", u: "uint"};

/** "float32" for numpy's "<f4" and safetensors' "F32", "float32, big endian" for ">f4", "bfloat16" for "BF16". */
export function storedType(code: string): string {
  const [, order, kind, digits] = /^([<>=|]?)([a-z]+)(\d*)$/i.exec(code) ?? [];
  if (/^b(ool|1)?$/i.test(kind ?? "")) return "bool";
  const bits = Number(digits) * (/[a-z]/.test(kind) ? 8 : 1);
  const name = kind === "BF" ? "bfloat" : names[kind?.toLowerCase()];
  return name ? `${name}${bits}${order === ">" ? ", big endian" : ""}` : code;
}

/** @param dtype how the file stored it, where that is known */
export const arrayFacts = (name: string, {shape, data}: NdArray, dtype = typeName(data)): ArrayFacts => ({
  name,
  dtype,
  shape,
  ...statistics(data)
});

/** A column of texts: numbers where all of them are. */
export function columnFacts(name: string, texts: readonly string[]): ColumnFacts {
  const numbers = texts.map((text) => (text.trim() === "" ? NaN : Number(text)));
  const isNumeric =
    texts.length > 0 && numbers.every((value, i) => !Number.isNaN(value) || /^[+-]?nan$/i.test(texts[i]));
  if (isNumeric) return {name, type: "number", ...statistics(numbers)};
  return {name, type: "text", different: new Set(texts).size, first: texts[0] ?? ""};
}

/** One number where all are the same, their range otherwise; undefined where there is none. */
export function spread(values: Iterable<number>): number | Range | undefined {
  const {min, max} = statistics(values);
  if (min === undefined || max === undefined) return undefined;
  return min === max ? min : {from: min, to: max};
}
