import type {Fact} from "./inspection.js";
import {spread} from "./statistics.js";

const columns = [
  ["boxSize", 0],
  ["pixelSize", 1],
  ["defocusU", 2],
  ["defocusV", 3],
  ["voltage", 5],
  ["sphericalAberration", 6],
  ["amplitudeContrast", 7],
  ["phaseShift", 8]
] as const;

/** What rows of ctf.pkl, [n, 9], say: one number where all particles share it, a range otherwise. */
export function ctfFacts(rows: ArrayLike<number>): Record<string, Fact> {
  const facts: Record<string, Fact> = {};
  for (const [name, c] of columns) {
    const value = spread(everyNinth(rows, c));
    if (value !== undefined) facts[name] = value;
  }
  return facts;
}

function* everyNinth(rows: ArrayLike<number>, c: number): Generator<number> {
  for (let i = c; i < rows.length; i += 9) yield Number(rows[i]);
}

/** Whether [n, 9] numbers can be rows of ctf.pkl: whole boxes, positive pixel sizes, voltages of a microscope. */
export function areCtfRows(rows: ArrayLike<number>): boolean {
  for (let i = 0; i < rows.length; i += 9) {
    const [D, pixel, kV] = [0, 1, 5].map((c) => Number(rows[i + c]));
    if (!(Number.isInteger(D) && D >= 2 && pixel > 0 && kV >= 10 && kV <= 3000)) return false;
  }
  return rows.length > 0;
}

/** How far [n, 9] numbers are from rotation matrices at most: the largest entry of R R^T - 1. */
export function rotationError(rotations: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < rotations.length; i += 9)
    for (let a = 0; a < 3; ++a)
      for (let b = 0; b <= a; ++b) {
        let dot = a === b ? -1 : 0;
        for (let c = 0; c < 3; ++c)
          dot += Number(rotations[i + 3 * a + c]) * Number(rotations[i + 3 * b + c]);
        if (!(Math.abs(dot) <= most)) most = Math.abs(dot);
      }
  return most;
}
