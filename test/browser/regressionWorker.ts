import {loadTfjs, tfjsAvailable, type TfjsBackend} from "../../components/compute/tfjs/load.js";
import {TfjsAdam} from "../../components/compute/tfjs/tfjsAdam.js";
import {TfjsNetwork} from "../../components/compute/tfjs/tfjsNetwork.js";
import {learningRate, lossCurve, shape, start} from "./regression.js";

/** What this worker answers to the name of a backend; null where that can't run. */
export type Trained =
  {backend: string; losses: number[]; tensors: number[]; seconds: number} | {error: string} | null;

async function train(backend: TfjsBackend): Promise<Trained> {
  if (!(await tfjsAvailable(backend))) return null;
  const tf = await loadTfjs(backend);
  const network = new TfjsNetwork(tf, shape);
  const parameters = start();
  const zeros = new Float32Array(parameters.length);
  const vectors = {parameters, firstMoment: zeros, secondMoment: zeros, average: parameters};
  const adam = new TfjsAdam(tf, [network], vectors);
  const tensors: number[] = [];
  const begin = performance.now();
  const losses = await lossCurve(network, (t) => {
    adam.step(t, learningRate, 0.9);
    tensors.push(tf.memory().numTensors);
  });
  return {backend: tf.getBackend(), losses, tensors, seconds: (performance.now() - begin) / 1000};
}

self.addEventListener("message", ({data}: MessageEvent<TfjsBackend>) => {
  train(data).then(
    (trained) => self.postMessage(trained),
    (error: unknown) => self.postMessage({error: String(error)})
  );
});
