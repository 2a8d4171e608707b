import {setFlagsFromString} from "node:v8";
import {runInNewContext} from "node:vm";
import {describe, expect, it} from "vitest";
import {random} from "../../components/compute/random.js";
import {loadTfjs} from "../../components/compute/tfjs/load.js";
import {EDM} from "../../components/diffusion/edm.js";
import type {PriorConfig} from "../../components/diffusion/network.js";
import {startPrior} from "../../components/diffusion/priorState.js";
import type {PriorTraining} from "../../components/diffusion/training.js";
import {priorTeam} from "../../components/jobs/trainPrior.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes that JavaScript and its buffers hold, what is garbage left out: buffers are freed some time after a collection. */
async function held(): Promise<number> {
  let least = Infinity;
  for (let k = 0; k < 3; ++k) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const {heapUsed, arrayBuffers} = process.memoryUsage();
    least = Math.min(least, heapUsed + arrayBuffers);
  }
  return least;
}

const mu = {shape: [300, 3], data: random(1).fillNormal(new Float32Array(900))};
const config: Omit<PriorConfig, "zdim"> = {layers: 2, width: 16, noisePairs: 4, edm: EDM};
const training: PriorTraining = {
  steps: 3000,
  batchSize: 64,
  learningRate: {rate: 1e-3, warmUp: 5, shape: "constant", floor: 0},
  emaDecay: 0.99,
  heldOutFraction: 0.1,
  evaluateEvery: 10,
  seed: 3
};

describe.each(["wasm", "cpu"] as const)("2,000 training steps on %s", (backend) => {
  it(
    "hold no more memory, and no more tensors, at the end than at the start",
    {timeout: 120_000},
    async () => {
      const tf = await loadTfjs("cpu");
      const before = tf.memory().numTensors;
      const team = await priorTeam(startPrior(mu, config, training), {backend});
      await team.run(0, 1000); // by then everything is compiled
      const [bytes, tensors] = [await held(), tf.memory().numTensors];
      expect(tensors > before).toBe(backend === "cpu");
      for (let step = 1000; step < 3000; step += 200) {
        await team.run(step, step + 200);
        expect(tf.memory().numTensors).toBe(tensors);
      }
      expect((await held()) - bytes).toBeLessThan(500_000); // a small array lost at each step would be more
      team.dispose();
      expect(tf.memory().numTensors).toBe(before);
    }
  );
});
