import {openExchange, type Meeting} from "./exchange.js";
import {KernelAdam} from "./kernel/adam.js";
import {Kernel} from "./kernel/kernel.js";
import {KERNEL_ROWS, KernelNetwork} from "./kernel/network.js";
import {packedLength} from "./kernel/packed.js";
import type {MlpShape} from "./mlp.js";
import type {Awaitable, Backend, Network, Optimiser, PointEncoding, TrainingVectors} from "./network.js";

/** A network to be opened on some backend. */
export interface NetworkSpec {
  shape: MlpShape;
  encoding?: PointEncoding;
  /** Rows a call on the kernel, where they are known; a backend that computes elsewhere takes more at once. */
  rows?: number;
}

/** Networks and the optimiser that trains them, on one backend. */
export interface Trainer {
  networks: Network[];
  optimiser: Optimiser;
  /** This party's part of the training's vectors, zero elsewhere; the parts of all parties add up to the whole. */
  part(): Awaitable<TrainingVectors>;
  dispose(): void;
}

/** Floats that the parties of a training swap in a step: the kernel's packed parameters. */
export const exchangedFloats = (specs: readonly NetworkSpec[]): number =>
  specs.reduce((n, {shape}) => n + packedLength(shape), 0);

/** Opens a network for use. @throws Error where the backend can't run here */
export async function openNetwork(
  backend: Backend,
  {shape, encoding, rows = KERNEL_ROWS}: NetworkSpec,
  parameters: Float32Array
): Promise<Network> {
  const network =
    backend === "wasm"
      ? new KernelNetwork(shape, {maxRows: rows, encoding, training: false})
      : await tfjsNetwork(backend, {shape, encoding}, false);
  network.setParameters(parameters);
  return network;
}

/**
 * Opens networks for training.
 * @param vectors where to start from; copied
 * @param meeting with the other parties, where several threads train together: on `wasm` alone
 * @throws Error where the backend can't run here, RangeError for several parties on another backend
 */
export async function openTrainer(
  backend: Backend,
  specs: readonly NetworkSpec[],
  vectors: TrainingVectors,
  meeting?: Meeting
): Promise<Trainer> {
  if (backend === "wasm") {
    const kernel = new Kernel();
    const networks = specs.map(
      ({shape, encoding, rows}) => new KernelNetwork(shape, {maxRows: rows, encoding, kernel})
    );
    const optimiser = new KernelAdam(networks, vectors, openExchange(meeting));
    return {networks, optimiser, part: () => optimiser.part(), dispose: () => {}};
  }
  if (meeting && meeting.parties > 1)
    throw new RangeError(`threads: found ${meeting.parties}; expected 1 on ${backend}`);
  const networks = await Promise.all(specs.map((spec) => tfjsNetwork(backend, spec, true)));
  const [{loadTfjs}, {TfjsAdam}] = await Promise.all([
    import("./tfjs/load.js"),
    import("./tfjs/tfjsAdam.js")
  ]);
  const optimiser = new TfjsAdam(await loadTfjs(backend), networks, vectors);
  return {
    networks,
    optimiser,
    part: () => optimiser.read(),
    dispose() {
      optimiser.dispose();
      for (const network of networks) network.dispose();
    }
  };
}

// TensorFlow.js is large: it is loaded where one of its backends is asked for, and not before.
async function tfjsNetwork(
  backend: Exclude<Backend, "wasm">,
  {shape, encoding}: NetworkSpec,
  training: boolean
) {
  const [{loadTfjs}, {TfjsNetwork}] = await Promise.all([
    import("./tfjs/load.js"),
    import("./tfjs/tfjsNetwork.js")
  ]);
  return new TfjsNetwork(await loadTfjs(backend), shape, {encoding, training});
}
