import {isMeasured, type Outcome} from "../jobs/bench/measure.js";
import type {Measured, Measurement} from "../jobs/bench/plan.js";

/** A measurement of the page, and what came of it, once it was taken. */
export interface BenchRow {
  measurement: Measurement;
  outcome?: Outcome;
}

/** What the page shows: a run's measurements, or those that a run would take. */
export interface BenchState {
  rows: readonly BenchRow[];
  /** When the run began and how long each measurement took, if there was one. */
  made?: {began: Date; seconds: number};
  running: boolean;
}

/** The rates that were measured, in order. */
export const measuredRows = (rows: readonly BenchRow[]): Measured[] =>
  rows.flatMap(({outcome}) => (outcome && isMeasured(outcome) ? [outcome] : []));
