import {heldOut, takeRows} from "../diffusion/heldOut.js";
import {priorPresets} from "../diffusion/presets.js";
import {compareLive} from "./compareLive.js";
import type {Live, PriorState} from "./priorState.js";
import type {TrainingPlan} from "./trainingSession.js";
import {problemOf, trainingName, type TrainingSettings} from "./trainingSettings.js";

/** Samples drawn at each evaluation. */
const SAMPLES = 1000;

/** The training of page `prior`: on a run's encodings; its samples become the page's live ones, and are compared with them. */
export const priorTraining = (state: PriorState): TrainingPlan<TrainingSettings> => ({
  name: (settings) => `${state.run.name}, ${trainingName(settings)}`,
  problem: problemOf,
  running: "Training. At each evaluation its samples take the place of the prior's in the first plot.",
  async input({preset, seed, patience}) {
    const {z, n, d} = await state.run.encodings();
    const training = {patience: patience || undefined};
    return {mu: {shape: [n, d], data: z}, preset, seed, training, samples: SAMPLES};
  },
  evaluated({step, z}, settings) {
    const name = `trained here, ${trainingName(settings)}, at step ${step.toLocaleString("en")}`;
    state.live.set({name, z});
  },
  finished: {
    doing: "comparing with the encodings …",
    failed: "Trained; the comparison",
    cancelled: "Trained; not compared.",
    async run(last, settings, signal) {
      const {preset, seed} = settings;
      const {z, n, d} = await state.run.encodings();
      const shown: Live = {name: `trained here, ${trainingName(settings)}`, z: last.z};
      state.live.set(shown);
      // Held out of this training, which another seed splits otherwise than the one that ships.
      const split = heldOut(n, seed, priorPresets[preset].training.heldOutFraction);
      const [kept, others] = [split.heldOut, split.trained].map((rows) =>
        takeRows(z, d, rows.subarray(0, 2 * SAMPLES))
      );
      await compareLive(state, shown, {heldOut: kept, others, d}, {seed, signal, progress: () => {}});
      return "The table below has its row.";
    }
  }
});
