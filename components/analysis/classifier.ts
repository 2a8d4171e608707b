import {quiet, type JobContext} from "../compute/job.js";
import {KernelAdam} from "../compute/kernel/adam.js";
import {KernelNetwork} from "../compute/kernel/network.js";
import {initialParameters, type MlpShape} from "../compute/mlp.js";
import {random} from "../compute/random.js";
import {startVectors} from "../compute/vectors.js";

/** How the classifier is trained; the defaults have power against small shifts in 8 dimensions (see its tests). */
export interface ClassifierOptions {
  /** Features and residual layers of the network (default 64 and 2). */
  width?: number;
  layers?: number;
  /** Most passes over the training rows (default 60); the best one on rows put aside is kept. */
  epochs?: number;
  /** Passes without a better one after which training ends (default 12). */
  patience?: number;
  /** Adam's learning rate (default 1e-3). */
  learningRate?: number;
  /** Networks that are averaged (default 2). */
  networks?: number;
  seed?: number;
}

const BATCH = 128;

/** Radians for a deviation: without these a network this small doesn't find a missing mode among eight dimensions. */
const FREQUENCIES = [1.5, 3];

/** Each coordinate, then its sine and cosine at each frequency: [n, d] -> [n, d (1 + 2 frequencies)]. */
function features(x: Float32Array): Float32Array {
  const each = 1 + 2 * FREQUENCIES.length;
  const out = new Float32Array(x.length * each);
  x.forEach((v, i) => {
    out[i * each] = v;
    FREQUENCIES.forEach((f, k) => {
      out[i * each + 1 + 2 * k] = Math.sin(f * v);
      out[i * each + 2 + 2 * k] = Math.cos(f * v);
    });
  });
  return out;
}

/**
 * Trains small residual MLPs to tell label 1 from label 0 by logistic regression, each with a fifth of the rows put
 * aside to stop by, and averages their log odds.
 * @param x [n, d], of deviation near 1
 * @param labels 0 or 1 [n]
 * @returns log odds of label 1 for rows [m, d] -> [m]
 */
export async function trainClassifier(
  x: Float32Array,
  labels: Uint8Array,
  d: number,
  options: ClassifierOptions = {},
  {turn}: Pick<JobContext, "turn"> = quiet
): Promise<(x: Float32Array) => Float64Array> {
  const {networks = 2, seed = 0} = options;
  const inputs = features(x);
  const trained: ((x: Float32Array) => Float64Array)[] = [];
  for (let k = 0; k < networks; ++k) {
    const each = {...options, seed: seed * networks + k};
    trained.push(await trainNetwork(inputs, labels, (inputs.length / x.length) * d, each, turn));
  }
  return (rows) => {
    const expanded = features(rows);
    const odds = trained.map((network) => network(expanded));
    return odds[0].map((_, i) => odds.reduce((sum, o) => sum + o[i] / networks, 0));
  };
}

async function trainNetwork(
  x: Float32Array,
  labels: Uint8Array,
  d: number,
  options: ClassifierOptions,
  turn: JobContext["turn"]
): Promise<(x: Float32Array) => Float64Array> {
  const {width = 64, layers = 2, epochs = 60, patience = 12, learningRate = 1e-3, seed = 0} = options;
  const shape: MlpShape = {inputs: d, outputs: 1, width, layers, activation: "silu"};
  const network = new KernelNetwork(shape, {maxRows: BATCH});
  const adam = new KernelAdam(
    [network],
    startVectors([initialParameters(shape, random(seed, 0x434c, 0))], false)
  );
  const order = random(seed, 0x434c, 1).shuffle(Int32Array.from(labels, (_, i) => i));
  const aside = order.slice(0, Math.floor(order.length / 5));
  const trained = order.slice(aside.length);

  let step = 0;
  const loss = async (rows: Int32Array, learn: boolean): Promise<number> => {
    const input = new Float32Array(rows.length * d);
    rows.forEach((row, i) => input.set(x.subarray(row * d, (row + 1) * d), i * d));
    const logit = network.forward(input, rows.length);
    let sum = 0;
    rows.forEach((row, i) => {
      const margin = labels[row] ? logit[i] : -logit[i];
      sum += margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin;
      logit[i] = (1 / (1 + Math.exp(-logit[i])) - labels[row]) / rows.length;
    });
    if (learn) {
      network.backward(logit, rows.length, d);
      await adam.step(++step, learningRate);
    }
    return sum;
  };

  let best = {loss: Infinity, epoch: 0, parameters: network.readParameters()};
  for (let epoch = 1; epoch <= epochs && epoch - best.epoch <= patience; ++epoch) {
    random(seed, 0x434c, 2, epoch).shuffle(trained);
    for (let at = 0; at < trained.length; at += BATCH) await loss(trained.subarray(at, at + BATCH), true);
    let checked = 0;
    for (let at = 0; at < aside.length; at += BATCH)
      checked += await loss(aside.subarray(at, at + BATCH), false);
    if (checked < best.loss) best = {loss: checked, epoch, parameters: network.readParameters()};
    await turn();
  }
  network.setParameters(best.parameters);
  return (rows) => {
    const n = rows.length / d;
    const out = new Float64Array(n);
    for (let at = 0; at < n; at += BATCH) {
      const m = Math.min(BATCH, n - at);
      out.set(network.forward(rows.subarray(at * d, (at + m) * d), m), at);
    }
    return out;
  };
}
