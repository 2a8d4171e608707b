import type {Measured} from "./plan.js";

/** What a row is compared with: another row of the same run, if there is one. */
export type Reference = (row: Measured, rows: readonly Measured[]) => Measured | undefined;

const isPlain = ({backend}: Measured) => backend.startsWith("plain ");

/** The same work in plain TensorFlow.js (or JavaScript), the first that was measured: its wasm, unless that failed. */
export const plain: Reference = (row, rows) => rows.find((b) => b.work === row.work && isPlain(b));

/** The same work in PyTorch with as many threads. */
export const torch: Reference = (row, rows) =>
  rows.find((b) => b.work === row.work && b.threads === row.threads && b.backend.startsWith("torch"));

/** How many times as fast as its reference a row is; nothing for the reference itself, or where there is none. */
export function ratio(row: Measured, rows: readonly Measured[], reference: Reference): number | undefined {
  const base = reference(row, rows);
  return base && base !== row ? row.value / base.value : undefined;
}

/** A rate as it is shown: three digits, more where there are more before the point. */
export const rateText = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
