import {backends as allBackends, type Backend} from "../compute/network.js";
import {plan, workNames, type Measurement, type WorkName} from "../jobs/bench/plan.js";
import type {Standings} from "./benchBackends.js";
import type {Environment} from "./benchEnvironment.js";
import {urlState} from "./urlState.js";

/** What the reader asks to be measured. */
export interface BenchSettings {
  works: readonly WorkName[];
  backends: readonly Backend[];
  /** Seconds for each measurement. */
  seconds: number;
}

/** Limits of the seconds for a measurement. */
export const SECONDS = {min: 0.1, max: 60, otherwise: 1};

/** Backends that are measured unless the reader says otherwise. */
const usual = (here: Standings) => allBackends.filter((b) => here[b] === "quick");

/** The settings in the page's address; where it has none, every work on every backend that is no waste of time. */
export const settingsFromUrl = (here: Standings): BenchSettings => ({
  works: some("works", workNames, workNames),
  backends: some("backends", allBackends, usual(here)),
  seconds: urlState.number("seconds", SECONDS.otherwise, SECONDS.min, SECONDS.max)
});

/** Writes the settings into the address, without those that are as they would be anyway. */
export function settingsToUrl({works, backends, seconds}: BenchSettings, here: Standings): void {
  const unless = (usual: readonly string[], now: readonly string[]) =>
    String(usual) === String(now) ? undefined : now.join(",");
  urlState.set({
    works: unless(workNames, works),
    backends: unless(usual(here), backends),
    seconds: seconds === SECONDS.otherwise ? undefined : seconds
  });
}

/** The measurements that settings stand for: on the CPU with one thread and with all. */
export const measurementsOf = (
  {works, backends}: BenchSettings,
  {cores, build}: Environment
): Measurement[] => plan({works, backends, threads: [1, cores], build});

// Words of a list in the address, in the order of `allowed`; an empty list is one, words that are unknown are not.
function some<T extends string>(name: string, allowed: readonly T[], otherwise: readonly T[]): readonly T[] {
  const text = urlState.text(name, otherwise.join(","));
  const words = text.split(",");
  const known = allowed.filter((word) => words.includes(word));
  return known.length > 0 || text === "" ? known : otherwise;
}
