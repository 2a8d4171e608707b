import {pca} from "../../analysis/pca.js";
import {takeRows} from "../../diffusion/heldOut.js";
import {InputError} from "../../formats/error.js";
import type {OpenedRun} from "../../jobs/run/assemble.js";

/** Fewest latents that a prior is trained on. */
export const FEWEST = 50;

/** Rows of a run that a prior is to be trained on, and which they are, in words. */
export interface Kept {
  rows: Int32Array;
  words: string;
}

/**
 * A run of some of its latents, with everything that belongs to them; axes are their own, so that outliers that are left out have no say.
 * A prior that was opened with all of them is left out: it was trained on others.
 * @throws InputError for fewer than 50 rows
 */
export function keptRun(opened: OpenedRun, {rows, words}: Kept): OpenedRun {
  const {latents, labels, images, poses, ctf} = opened;
  if (!latents) return opened;
  const {z, logvar, d, name} = latents;
  if (rows.length < FEWEST) throw new InputError(name, "rows kept", rows.length, `${FEWEST} or more`);
  const own = takeRows(z, d, rows);
  const pick = (values: Int32Array) => Int32Array.from(rows, (row) => values[row]);
  return {
    ...opened,
    prior: undefined,
    latents: {
      name: `${name}, ${words}`,
      z: own,
      logvar: logvar && takeRows(logvar, d, rows),
      n: rows.length,
      d,
      axes: pca(own, d)
    },
    labels: labels.map(({name, values}) => ({name, values: pick(values)})),
    images: images ? pick(images) : rows,
    poses: poses && {...poses, rotations: takeRows(poses.rotations, 9, rows), shifts: poses.shifts && takeRows(poses.shifts, 2, rows)}, // prettier-ignore
    ctf: ctf && {...ctf, values: takeRows(ctf.values, 9, rows)}
  };
}
