import type {Pool} from "../compute/pool.js";
import type {NotebookJobs} from "../jobs/jobs.js";
import {numberControl, runControl} from "./runControl.js";
import {urlState} from "./urlState.js";

/** UMAP's own defaults, which the figures keep. */
const [NEIGHBOURS, MIN_DISTANCE] = [15, 0.1];

export interface UmapRunOptions {
  workers: Pool<NotebookJobs>;
  /** What the field for the number of points is called, and what it holds at first. */
  label: string;
  usual: number;
  /** At most `n` points of each kind [rows, d], and what they are, in words. */
  points(n: number): Promise<{x: Float32Array; d: number; what: string}> | {x: Float32Array; d: number; what: string}; // prettier-ignore
  /** Shows a picture of them [rows, 2]; with `anew`, on axes that fit it. */
  show(picture: Float32Array, anew: boolean): void;
  /** The picture is done: how it was made, in a line. */
  done(picture: Float32Array, detail: string): void;
}

/** The button that lays points out by UMAP in a background thread, showing them on the way; their number and the seed are in the address. */
export function umapRun({workers, label, usual, points, show, done}: UmapRunOptions) {
  const first = {umapN: usual, umapSeed: 1};
  const settings = {
    umapN: Math.round(urlState.number("umapN", first.umapN, 100, 5000)),
    umapSeed: Math.round(urlState.number("umapSeed", first.umapSeed, 0, 2 ** 31 - 1))
  };
  const control = (label: string, key: keyof typeof settings, min: number, max: number, step = 1) =>
    numberControl(label, {
      value: settings[key],
      min,
      max,
      step,
      change(value) {
        settings[key] = value;
        urlState.set({[key]: value === first[key] ? undefined : value});
      }
    });
  return runControl({
    label: "Lay out",
    controls: [control(label, "umapN", 100, 5000, 100), control("Seed", "umapSeed", 0, 2 ** 31 - 1)],
    async run({signal, progress}) {
      const {umapN, umapSeed: seed} = settings;
      const {x, d, what} = await points(umapN);
      const start = performance.now();
      let anew = true;
      const input = {x, d, neighbours: NEIGHBOURS, minDistance: MIN_DISTANCE, seed};
      const picture = await workers.run("embed", input, {
        signal,
        onProgress: progress,
        onPartial(on) {
          show(on, anew);
          anew = false;
        }
      });
      show(picture, true);
      done(picture, `UMAP (umap-js), ${NEIGHBOURS} neighbours, minimum distance ${MIN_DISTANCE}, seed ${seed}, ${what}`); // prettier-ignore
      return `${(picture.length / 2).toLocaleString("en")} points in ${((performance.now() - start) / 1000).toFixed(1)} s.`;
    }
  });
}
