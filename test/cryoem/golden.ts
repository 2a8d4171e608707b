import {existsSync, readFileSync} from "node:fs";
import {readNpy} from "../../components/formats/npy.js";

const folder = new URL("../../../shared/fixtures/", import.meta.url);

/** Whether cryoDRGN's reference numbers are beside the repository; tests that need them are skipped where they are not. */
export const haveGolden = existsSync(new URL("cryodrgn-golden/", folder));
if (!haveGolden) console.warn("skipped: tests against ../shared/fixtures, which is not there");

export const fixture = (path: string): URL => new URL(path, folder);
export const fixtureBytes = (path: string): Uint8Array => new Uint8Array(readFileSync(fixture(path)));

/** A golden .npy as numbers. */
export const golden = (name: string): Float64Array =>
  Float64Array.from(readNpy(fixtureBytes(`cryodrgn-golden/${name}`), name).data as Float64Array);

export const goldenJson = (name: string) =>
  JSON.parse(readFileSync(fixture(`cryodrgn-golden/${name}`), "utf8")) as never;

/** Largest difference of two arrays of one length. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`lengths ${a.length} and ${b.length}`);
  let most = 0;
  for (let i = 0; i < a.length; ++i) {
    const d = Math.abs(a[i] - b[i]);
    if (!(d <= most)) most = d;
  }
  return most;
}
