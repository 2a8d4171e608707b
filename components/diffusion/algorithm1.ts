// This file imports nothing, and the build leaves it as it is: a page shows the text of its function.

/** What Algorithm 1 is given, by the names of its lines. Arrays of points are [n, d], t is one number a row. */
export interface TrainingInput {
  /** Of all rows and dimensions. */
  size: number;
  /** Points of the data, steps uniform on 1 .. T, and standard normals, drawn anew. */
  data(): Float64Array;
  uniform(): Int32Array;
  normal(): Float64Array;
  /** alpha-bar_t of the row that an entry is in. */
  alphaBar(t: Int32Array, entry: number): number;
  /** The network's answer, the gradient of its parameters from that of its answer, and a step along it. */
  eps_theta(x: Float64Array, t: Int32Array): Promise<Float64Array>;
  backward(gradient: Float64Array): Promise<number>;
  descend(step: number): Promise<void>;
}

/** Where Algorithm 1 stands after one of its lines. */
export interface TrainingLineState {
  line: 1 | 2 | 3 | 4 | 5;
  step: number;
  x_0?: Float64Array;
  t?: Int32Array;
  eps?: Float64Array;
  x_t?: Float64Array;
  answer?: Float64Array;
  loss?: number;
  /** Norm of the gradient with respect to the parameters. */
  slope?: number;
}

/**
 * Algorithm 1 of Ho et al. 2020, stopping after each line. What a page shows as its code is this function's own text. A real
 * training runs `priorReplica` (training.ts), which takes the same steps in large batches.
 */
export async function* training(given: TrainingInput): AsyncGenerator<TrainingLineState, never> {
  const {size, data, uniform, normal, alphaBar, eps_theta, backward, descend} = given;
  for (let step = 1; ; ++step) {
    yield {line: 1, step};
    const x_0 = data();
    yield {line: 2, step, x_0};
    const t = uniform();
    yield {line: 3, step, x_0, t};
    const eps = normal();
    yield {line: 4, step, x_0, t, eps};
    const a = x_0.map((_, i) => alphaBar(t, i));
    const signal = a.map((v) => Math.sqrt(v));
    const noise = a.map((v) => Math.sqrt(1 - v));
    const x_t = x_0.map((v, i) => signal[i] * v + noise[i] * eps[i]);
    const answer = await eps_theta(x_t, t);
    const error = answer.map((v, i) => v - eps[i]);
    const loss = error.reduce((a, e) => a + e * e, 0) / size;
    const gradient = error.map((e) => (2 * e) / size);
    const slope = await backward(gradient);
    await descend(step);
    yield {line: 5, step, x_0, t, eps, x_t, answer, loss, slope};
  }
}
