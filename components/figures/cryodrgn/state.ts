/** What the figures of page `cryodrgn` share: the encodings, the particle that is looked at, and the latent that is decoded. */
import {computed, signal, type ReadonlySignal, type Signal} from "@preact/signals-core";
import type {Pool} from "../../compute/pool.js";
import {stateCount, type Motion} from "../../cryoem/motion.js";
import {imageCount, type Recipe} from "../../cryoem/recipe.js";
import type {NamedBytes, NamedJson} from "../../jobs/files.js";
import type {NotebookJobs} from "../../jobs/jobs.js";
import type {Reprojection} from "../../jobs/reprojection.js";
import {shownEncodings, type ShownEncodings} from "../encodings.js";
import {follow} from "../follow.js";
import type {TrainedRun} from "../shippedRun.js";
import {urlState} from "../urlState.js";
import {CLICK} from "../worker.js";

/** Encodings that are drawn at most. */
const SHOWN = 5000;

/** A particle to look at; without a state it is in its own. */
export interface Asked {
  image: number;
  state?: number;
}

export interface CryodrgnState {
  run: TrainedRun;
  workers: Pool<NotebookJobs>;
  latents(): Promise<ShownEncodings>;
  /** What particles are made from: throws where the run has no recipe. */
  scene(): Promise<{recipe: NamedJson; vae: NamedBytes; images: number; states: number; motion: Motion}>;
  asked: Signal<Asked>;
  particle: ReadonlySignal<Reprojection | undefined>;
  /** What the particle waits for, or why there is none. */
  busy: ReadonlySignal<boolean>;
  trouble: ReadonlySignal<string>;
  /** Row of the encoding that is decoded; undefined for the particle. */
  row: Signal<number | undefined>;
  dispose(): void;
}

export function cryodrgnState(run: TrainedRun, workers: Pool<NotebookJobs>): CryodrgnState {
  const whole = (name: string) => {
    const value = urlState.number(name, NaN, 0, 2 ** 31);
    return Number.isInteger(value) ? value : undefined;
  };
  const asked = signal<Asked>({image: whole("image") ?? 0, state: whole("state")});
  let latents: Promise<ShownEncodings> | undefined;
  let kept: ReturnType<CryodrgnState["scene"]> | undefined;
  const scene = () => (kept ??= sceneOf(run, asked));
  const made = follow(asked, async (): Promise<Reprojection> => {
    const [{recipe, vae}, sigma, {mean}] = await Promise.all([scene(), noiseOf(run), run.axes()]);
    const {image, state} = asked.value; // now within what the set has
    return workers.run(
      "reprojection",
      {recipe, vae, image, state, sigma, reference: Array.from(mean)},
      // on the thread that decodes the coarse map next
      {priority: CLICK, affinity: `${run.name}, coarse`}
    );
  });
  return {
    run,
    workers,
    latents: () => (latents ??= shownEncodings(run, SHOWN)),
    scene,
    asked,
    particle: made.value,
    busy: computed(() => made.busy.value || made.stale.value),
    trouble: made.error,
    row: signal(whole("row")),
    dispose: made.dispose
  };
}

/** Recipe and VAE; the particle asked for is brought into what they have. */
async function sceneOf(run: TrainedRun, asked: Signal<Asked>) {
  const [recipe, vae] = await Promise.all([run.recipe(), run.vae()]);
  const parsed = recipe.json as Recipe;
  const [images, states] = [imageCount(parsed), stateCount(parsed.motion)];
  const {image, state} = asked.value;
  if (image >= images || (state ?? 0) >= states)
    asked.value = {image: image < images ? image : 0, state: (state ?? 0) < states ? state : undefined};
  return {recipe, vae, images, states, motion: parsed.motion};
}

/** The noise of the set's images, where its provenance says it. */
export async function noiseOf(run: TrainedRun): Promise<number | undefined> {
  try {
    const {simulation} = (await run.provenance()) as {simulation?: {noiseDeviation?: unknown}};
    const sigma = simulation?.noiseDeviation;
    return typeof sigma === "number" && sigma > 0 ? sigma : undefined;
  } catch {
    return undefined;
  }
}
