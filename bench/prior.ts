import "../components/cli/relaxedSimd.js";
import {existsSync, readFileSync} from "node:fs";
import {basename} from "node:path";
import {command, numeric, required} from "../components/cli/command.js";
import {machine} from "../components/cli/machine.js";
import {defaultThreads, openThreads} from "../components/cli/threads.js";
import type {TrainJobs} from "../components/cli/trainThread.js";
import {heldOut} from "../components/diffusion/heldOut.js";
import {endOf} from "../components/diffusion/patience.js";
import {priorPresets} from "../components/diffusion/presets.js";
import {priorOf, startPrior} from "../components/diffusion/priorState.js";
import {InputError} from "../components/formats/error.js";
import {readLatents} from "../components/formats/z.js";
import {compareHeldOut} from "../components/jobs/compareHeldOut.js";
import {priorTeam, trainPrior} from "../components/jobs/trainPrior.js";

const help = `npm run bench:prior -- --z FILE [options]

Trains priors on latents (z.pkl or .npy) by the presets, with several seeds, and says how long that took and how far samples are
from the latents held out: MMD over its floor (means over draws; 1.5 would be half as far again as latents are from each other),
accuracy of the classifier two-sample test, and that of two halves of the latents held out (0.5 is chance). Column cpu has the
seconds of all threads on the processor: over their number, the time on a machine that does nothing else.

--presets A,B  of ${Object.keys(priorPresets).join(", ")} (quick,fast,paper)
--seeds N      seeds 1 to N (3)
--draws N      draws that MMD is averaged over (16)
--threads N    threads (default: one for every core)`;

const text = {type: "string"} as const;
const natural = {integer: true, min: 1};

await command({
  help,
  unit: "steps",
  options: {z: text, presets: text, seeds: text, draws: text, threads: text},
  async run(values, _, context) {
    const file = required(values, "z");
    if (!existsSync(file)) throw new InputError(file, "", "nothing", "latents: a z.pkl or a .npy file");
    const {mu} = readLatents(new Uint8Array(readFileSync(file)), basename(file));
    const names = (typeof values.presets === "string" ? values.presets : "quick,fast,paper").split(",");
    const presets = names.map((name) => {
      const known = Object.keys(priorPresets) as (keyof typeof priorPresets)[];
      const preset = known.find((one) => one === name);
      if (!preset) throw new InputError("command line", "--presets", name, known.join(", "));
      return preset;
    });
    const seeds = numeric(values, "seeds", 3, natural);
    const draws = numeric(values, "draws", 16, natural);
    const parties = numeric(values, "threads", defaultThreads(), {...natural, max: 64});
    console.log(`${basename(file)}: ${mu.shape.join(" x ")} latents; ${machine(parties)}`);
    const columns = ["preset", "seed", "steps", "kept", "seconds", "cpu", "loss", "MMD", "floor", "ratio", "accuracy", "its floor"]; // prettier-ignore
    const line = (cells: (string | number)[]) => console.log(cells.map((c) => String(c).padEnd(10)).join(""));
    line(columns);
    for (const preset of presets)
      for (let seed = 1; seed <= seeds; ++seed) {
        const {model, training} = priorPresets[preset];
        const state = startPrior(mu, model, {...training, seed});
        const threads = openThreads<TrainJobs>(
          new URL("../components/cli/trainThread.ts", import.meta.url),
          parties
        );
        const [began, used] = [performance.now(), process.cpuUsage()];
        try {
          await trainPrior(state, {team: await priorTeam(state, {helpers: threads})}, context);
        } finally {
          for (const thread of threads) thread.close();
        }
        const seconds = (performance.now() - began) / 1000;
        const {user, system} = process.cpuUsage(used);
        const {steps, kept} = endOf(state);
        const loss = state.losses.find(({step}) => step === kept)!.heldOut;
        const split = heldOut(mu.shape[0], seed, training.heldOutFraction);
        const {mmd, mmdFloor, accuracy, accuracyFloor} = await compareHeldOut(priorOf(state), mu, split, {draws, seed}); // prettier-ignore
        line([
          preset, seed, steps, kept, seconds.toFixed(0), ((user + system) / 1e6).toFixed(0), loss.toFixed(4),
          mmd.toFixed(4), mmdFloor.toFixed(4), (mmd / mmdFloor).toFixed(2), accuracy.toFixed(3), accuracyFloor.toFixed(3)
        ]); // prettier-ignore
      }
  }
});
