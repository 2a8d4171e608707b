import {existsSync, readFileSync} from "node:fs";
import {readNpy} from "../components/formats/npy.js";
import {readNpz} from "../components/formats/npz.js";

/** Outputs of cryoDRGN 4.3.0, beside the project where they are at hand; never part of it. */
export const fixtures = new URL("../../shared/fixtures/", import.meta.url);

/** Whether a folder of the fixtures is there; says so once where it is not. */
export function hasFixtures(folder: string): boolean {
  const found = existsSync(new URL(folder, fixtures));
  if (!found) console.warn(`skipped: no fixtures in ${folder}`);
  return found;
}

const bytes = (file: string) => readFileSync(new URL(file, fixtures));
export const golden = {
  json: (file: string) => JSON.parse(bytes(`cryodrgn-golden/${file}`).toString()),
  npy: (file: string) => readNpy(bytes(`cryodrgn-golden/${file}`), file),
  npz: (file: string) => readNpz(bytes(`cryodrgn-golden/${file}`), file)
};

/** Largest absolute difference of two arrays; NaN if lengths differ. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return NaN;
  let most = 0;
  for (let i = 0; i < a.length; ++i) {
    const d = Math.abs(a[i] - b[i]);
    if (!(d <= most)) most = d;
  }
  return most;
}
