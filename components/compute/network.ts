import type {MlpShape} from "./mlp.js";

/** Where networks run, best first: `wasm` is the CPU kernel of this notebook, the others are TensorFlow.js. */
export const backends = ["webgpu", "wasm", "webgl", "cpu"] as const;
export type Backend = (typeof backends)[number];

/** A value now, or later where the backend computes elsewhere: always to be awaited. */
export type Awaitable<T> = T | Promise<T>;

/**
 * Inputs that are computed from points: column sine[j] is sin(point . f_j), cosine[j] its cosine; the columns behind these
 * are a vector z that groups of rows share.
 */
export interface PointEncoding {
  /** [count, 3]. */
  frequencies: Float32Array;
  /** Columns [count] among the first 2 count inputs. */
  sine: Int32Array;
  cosine: Int32Array;
}

export interface NetworkOptions {
  /** False saves the memory for gradients; `backward` then throws. Default true. */
  training?: boolean;
  /** Makes `forwardPoints` possible. */
  encoding?: PointEncoding;
}

/**
 * A residual MLP (mlp.ts) that runs and learns, the same on every backend. Arrays are float32, row-major; parameters and
 * gradients are flat vectors in the layout of mlp.ts.
 */
export interface Network {
  readonly shape: MlpShape;
  /** The most rows of one call, and the number that suits the backend best. */
  readonly maxRows: number;
  /** @throws RangeError if the vector is not as long as the shape has parameters */
  setParameters(flat: Float32Array): void;
  /** A copy of the parameters. */
  readParameters(): Awaitable<Float32Array>;
  /** A copy of the sum of the gradients of all `backward` calls since `zeroGradient`. */
  readGradient(): Awaitable<Float32Array>;
  zeroGradient(): void;
  /**
   * x [n, inputs] to y [n, outputs]; in training, keeps what `backward` needs.
   * @throws RangeError if n is more than maxRows
   */
  forward(x: Float32Array, n: number): Awaitable<Float32Array>;
  /**
   * The same from points, for a network with an encoding.
   * @param points [n, 3]
   * @param z [ceil(n / perGroup), inputs - 2 count]: row i has vector floor(i / perGroup)
   */
  forwardPoints(points: Float32Array, n: number, z: Float32Array, perGroup: number): Awaitable<Float32Array>;
  /**
   * Adds the gradient of sum(dy * y) with respect to the parameters, for the rows of the last forward call.
   * @param dy [n, outputs]
   * @param from first input whose gradient is wanted (default: all of them; `inputs`: none, which costs less)
   * @returns the gradient with respect to the inputs from column `from` on, [n, inputs - from]
   */
  backward(dy: Float32Array, n: number, from?: number): Awaitable<Float32Array>;
  /** Frees what is held outside the garbage collector's reach. */
  dispose(): void;
}

/** Parameters of some networks and the state of their optimiser: flat vectors, one network after another. */
export interface TrainingVectors {
  parameters: Float32Array;
  /** Adam's moments. */
  firstMoment: Float32Array;
  secondMoment: Float32Array;
  /** Moving average of the parameters; empty where none is kept. */
  average: Float32Array;
}

/** Adam's constants (Kingma and Ba 2014), with its published defaults. */
export interface AdamOptions {
  /** 0.9 */
  beta1?: number;
  /** 0.999 */
  beta2?: number;
  /** 1e-8 */
  epsilon?: number;
}

/** Adam on the parameters of some networks, with an exponential moving average of them where one is kept. */
export interface Optimiser {
  /**
   * One step along the networks' gradients, which are zero afterwards.
   * @param t number of the step, from 1 (Adam's bias correction)
   * @param decay of the moving average, 0..1
   */
  step(t: number, learningRate: number, decay?: number): Awaitable<void>;
  dispose(): void;
}
