import {existsSync, readFileSync} from "node:fs";
import {afterAll, describe, expect, it} from "vitest";
import {openThreads} from "../../components/cli/threads.js";
import type {TrainJobs} from "../../components/cli/trainThread.js";
import {heldOut} from "../../components/diffusion/heldOut.js";
import {priorPresets} from "../../components/diffusion/presets.js";
import {priorOf, startPrior} from "../../components/diffusion/priorState.js";
import {readLatents} from "../../components/formats/z.js";
import {compareHeldOut} from "../../components/jobs/compareHeldOut.js";
import {priorTeam, trainPrior} from "../../components/jobs/trainPrior.js";

const file = new URL("../../../shared/fixtures/real/zvals_het-8_4k.pkl", import.meta.url);
const have = existsSync(file);
if (!have) console.warn("skipped: no latents of a real run in ../shared/fixtures");

const threads = have
  ? openThreads<TrainJobs>(new URL("../../components/cli/trainThread.ts", import.meta.url), 2)
  : [];
afterAll(() => threads.forEach((thread) => thread.close()));

// The presets are measured whole by `npm run bench:prior`; of `fast` a test has time for the first part.
describe.skipIf(!have)("latents of a real run", {timeout: 300_000}, () => {
  it.each([
    ["quick", 1500],
    ["fast", 1500]
  ] as const)("are learned by preset %s: samples are like latents held out", async (preset, steps) => {
    const {mu} = readLatents(new Uint8Array(readFileSync(file)), "zvals_het-8_4k.pkl");
    expect(mu.shape).toEqual([4549, 8]);
    const {model, training} = priorPresets[preset];
    const state = startPrior(mu, model, {...training, steps, seed: 1});
    const team = await priorTeam(state, {helpers: threads});
    await trainPrior(state, {team});
    team.dispose();
    const split = heldOut(mu.shape[0], 1, training.heldOutFraction);
    const found = await compareHeldOut(priorOf(state), mu, split, {draws: 8});
    const {mmd, mmdFloor, accuracy, accuracyFloor} = found;
    console.log(`${preset}, ${steps} steps: MMD ${mmd.toFixed(4)}, floor ${mmdFloor.toFixed(4)}; accuracy ${accuracy.toFixed(3)}, floor ${accuracyFloor.toFixed(3)}`); // prettier-ignore
    expect(mmd).toBeLessThan(1.5 * mmdFloor);
    expect(accuracy).toBeLessThan(0.57);
    expect(accuracyFloor).toBeLessThan(0.57);
  });
});
