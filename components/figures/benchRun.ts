import {isMeasured, measureAll} from "../jobs/bench/measure.js";
import type {BenchRow, BenchState} from "./benchState.js";
import type {RunControlOptions} from "./runControl.js";
import type {TrainedRun} from "./shippedRun.js";
import type {Store} from "./store.js";
import {openTrainers} from "./worker.js";

/**
 * Seconds, beyond twenty times its own, after which a measurement is given up: a graphics card that a program stands in for
 * may take minutes.
 */
const PATIENCE = 60;

/** Takes the measurements of `rows` in training threads, and keeps `state` up to date. Returns what to say at the end. */
export async function runBench(
  state: Store<BenchState>,
  rows: readonly BenchRow[],
  {seconds, run, signal, progress}: {seconds: number; run: TrainedRun} & Parameters<RunControlOptions["run"]>[0]
): Promise<string> {
  if (rows.length === 0) throw new Error("nothing to measure; expected a work and a backend for it");
  const announce = (done: number) => {
    const next = rows[done]?.measurement;
    if (next) progress(done, rows.length, `${done + 1} of ${rows.length}: ${next.work}, ${next.label}`);
  };
  state.set({rows, made: {began: new Date(), seconds}, running: true});
  announce(0);
  let failed = 0;
  let done = 0;
  try {
    const outcomes = measureAll(
      rows.map(({measurement}) => measurement),
      {open: openTrainers, seconds, files: run, signal, limit: PATIENCE + 20 * seconds}
    );
    for await (const outcome of outcomes) {
      const at = done++;
      if (!isMeasured(outcome)) ++failed;
      state.set({...state.value, rows: state.value.rows.map((row, i) => (i === at ? {...row, outcome} : row))});
      announce(done);
    }
  } finally {
    state.set({...state.value, running: false});
  }
  return `${done - failed} measured${failed ? `, ${failed} failed` : ""}.`;
} // prettier-ignore
