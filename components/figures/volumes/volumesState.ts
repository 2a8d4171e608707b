import type {Pool} from "../../compute/pool.js";
import type {Motion} from "../../cryoem/motion.js";
import type {NamedBytes, NamedJson} from "../../jobs/files.js";
import type {NotebookJobs} from "../../jobs/jobs.js";
import type {TrainedRun} from "../shippedRun.js";
import type {Store} from "../store.js";
import {urlState} from "../urlState.js";
import type {Letter, Row} from "./rows.js";

/** What the figures of page `volumes` share. */
export interface VolumesState {
  run: TrainedRun;
  workers: Pool<NotebookJobs>;
  /** Contour level of all maps, standard deviations above each map's mean. */
  level: Store<number>;
  /** The map that is shown large. */
  chosen: Store<{letter: Letter; index: number}>;
  /** Empty before the first are there. */
  rows: Store<readonly Row[]>;
  /** Whether the first maps are there, so that other work may begin. */
  ready: Store<boolean>;
  /** Where the maps come from. A run on real images has no recipe. */
  files(): Promise<{vae: NamedBytes; recipe?: NamedJson; motion?: Motion}>;
}

/** The level at first, and what it can be. */
export const LEVEL = {first: 3, min: 0.5, max: 8};

/** The choice in the address: `B-3`. */
export function chosenAtFirst(): {letter: Letter; index: number} {
  const found = /^([ABC])-(\d{1,2})$/.exec(urlState.text("cell", ""));
  return found ? {letter: found[1] as Letter, index: Number(found[2])} : {letter: "B", index: 0};
}
