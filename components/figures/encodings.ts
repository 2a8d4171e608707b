import type {Pca} from "../analysis/pca.js";
import type {Motion} from "../cryoem/motion.js";
import type {NamedJson} from "../jobs/files.js";
import {inPlane} from "./priorState.js";
import type {Provenance} from "./provenance.js";
import type {TrainedRun} from "./shippedRun.js";

/** Encodings of a run that its prior never saw, and what is true of them. */
export interface ShownEncodings {
  d: number;
  n: number;
  /** [n, d], and in the plane of the first two principal components of all [n, 2]. */
  z: Float32Array;
  plane: Float32Array;
  axes: Pca;
  /** True state of each [n], and what changes; neither is there for real images. */
  states?: Int32Array;
  motion?: Motion;
  recipe?: NamedJson;
  /** Where the run's numbers came from. */
  source: Provenance;
}

/**
 * The first `most` held-out encodings of a run. A recipe that can't be read leaves them without states.
 * @throws InputError where the encodings themselves can't be read
 */
export async function shownEncodings(run: TrainedRun, most: number): Promise<ShownEncodings> {
  const [{has}, axes, heldOut] = await Promise.all([run.about(), run.axes(), run.heldOut()]);
  const {d} = heldOut;
  const n = Math.min(most, heldOut.m);
  const z = heldOut.z.slice(0, n * d);
  const recipe = has.includes("recipe.json") ? await run.recipe().catch(() => undefined) : undefined;
  const motion = (recipe?.json as {motion: Motion} | undefined)?.motion;
  const states = motion && heldOut.state?.slice(0, n);
  // The line is read from the prior's file, which may be missing.
  const source = await run.source().catch((): Provenance => ({kind: "shipped", detail: run.name}));
  return {d, n, z, plane: inPlane(axes, z), axes, states, motion: states && motion, recipe, source};
}
