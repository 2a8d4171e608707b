import type {Pool} from "../../compute/pool.js";
import type {NotebookJobs} from "../../jobs/jobs.js";
import type {Surface} from "../../jobs/surface.js";
import {FOLLOW} from "../worker.js";
import type {Cell} from "./rows.js";

/** Surfaces that are made at a time: each takes a few milliseconds, and what is asked for meanwhile may make it old. */
const LANES = 2;

export interface SurfaceQueue {
  /** Asks for the surface of a cell's map, or of all again. */
  want(...cells: Cell[]): void;
  /** Resolves when every surface is that of its cell's map at the present level. */
  idle(): Promise<void>;
  dispose(): void;
}

/**
 * Makes surfaces in the background, always of the newest map at the newest level. One that fails is `null`.
 * @param level in standard deviations above a map's mean
 */
export function surfaceQueue(
  workers: Pool<NotebookJobs>,
  level: () => number,
  show: (cell: Cell, surface: Surface | null) => void
): SurfaceQueue {
  const wanted = new Set<Cell>();
  let running = 0;
  let disposed = false;
  let waiting: (() => void)[] = [];

  async function make(cell: Cell) {
    const {map} = cell;
    if (!map) return;
    const at = level();
    const {smooth, box} = map;
    const made = await workers
      .run("surface", {level: at, map: smooth, D: box, voxelSize: 2 / box}, {priority: FOLLOW})
      .catch(() => null);
    if (disposed) return;
    show(cell, made);
    if (cell.map !== map || level() !== at) wanted.add(cell);
  }
  function pump() {
    for (const cell of wanted) {
      if (running >= LANES) return;
      wanted.delete(cell);
      ++running;
      void make(cell).finally(() => {
        --running;
        pump();
      });
    }
    if (running > 0) return;
    for (const resolve of waiting.splice(0)) resolve();
  }
  return {
    want(...cells) {
      for (const cell of cells) wanted.add(cell);
      pump();
    },
    idle: () =>
      running + wanted.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)),
    dispose() {
      disposed = true;
      wanted.clear();
      waiting = [];
    }
  };
}
