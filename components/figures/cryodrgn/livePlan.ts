/** The training of a VAE in the page: images of the set are simulated and prepared on the page's threads, then trained on. */
import {canShareMemory} from "../../compute/exchange.js";
import {joinPrepared, type PreparedPart} from "../../jobs/preparedParticles.js";
import type {TrainVaeLivePart, TrainVaeLiveResult} from "../../jobs/trainVaeLive.js";
import {onTrainers} from "../trainOnThreads.js";
import type {AnyPlan} from "../trainingPlan.js";
import {BOX, problemOf, settingsText, type LiveSettings} from "./liveSettings.js";
import {noiseOf, type CryodrgnState} from "./state.js";

export type LiveEvaluation = Extract<TrainVaeLivePart, {kind: "evaluation"}>;
export type LivePlan = AnyPlan<LiveSettings, LiveEvaluation, TrainVaeLiveResult>;

/** Images that one job simulates: a third of a second or so. */
const PART = 32;

/** @param told of the images once they are there: true states, in the order of the latents */
export function livePlan(state: CryodrgnState, told: (states: Int32Array) => void): LivePlan {
  const {run, workers} = state;
  let kept: {images: number; part: PreparedPart} | undefined;

  async function prepared(
    {images}: LiveSettings,
    {signal, pausable, say}: Pick<Parameters<LivePlan["train"]>[1], "signal" | "pausable" | "say">
  ): Promise<PreparedPart> {
    if (kept?.images === images) return kept.part;
    const [{recipe}, sigma] = await Promise.all([state.scene(), noiseOf(run)]);
    let done = 0;
    let shown = -Infinity;
    const parts = await Promise.all(
      Array.from({length: Math.ceil(images / PART)}, async (_, k) => {
        const [from, to] = [k * PART, Math.min(images, (k + 1) * PART)];
        const part = await workers.run(
          "preparedParticles",
          {recipe, sigma, from, to, boxSize: BOX},
          {signal, pausable}
        );
        done += to - from;
        if (performance.now() - shown > 1000) {
          say(`Simulating: ${done.toLocaleString("en")} of ${images.toLocaleString("en")} images …`);
          shown = performance.now();
        }
        return part;
      })
    );
    const shared = (n: number) =>
      new Float32Array(canShareMemory() ? new SharedArrayBuffer(4 * n) : new ArrayBuffer(4 * n));
    kept = {images, part: joinPrepared(parts, shared)};
    return kept.part;
  }

  return {
    name: (settings) => `vae, ${run.name}, ${settingsText(settings)}`,
    problem: problemOf,
    running:
      "Training. After each epoch all images are encoded, and the map at the mean of their latents is decoded.",
    async train(settings, options) {
      const {set, states} = await prepared(settings, options);
      const {motion} = await state.scene();
      told(states);
      const {threads, signal, checkpoint} = options;
      const {epochs, seed} = settings;
      options.say("Starting …");
      return onTrainers(threads, signal, (leader, helpers) =>
        leader.run(
          "trainVaeLive",
          {preset: "quick", set, truth: {states, motion}, epochs, seed, helpers, checkpoint},
          options
        )
      );
    }
  };
}
