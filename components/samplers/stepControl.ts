/** Options of the step control of an embedded Runge-Kutta pair. */
export interface StepControl {
  /** Tolerance relative to the size of the state. Smaller: more steps, smaller error. */
  rtol: number;
  /** Absolute tolerance, in units of the state. */
  atol: number;
  /** Part of the predicted step that is taken (default 0.9); smaller rejects less often. */
  safety?: number;
  /** Weight of the previous error, the "I" of PI (default 0.04, Hairer's for DOPRI5); 0 is the plain controller. */
  beta?: number;
  /** Bounds on the factor from one step to the next (defaults 0.2 and 10). */
  minFactor?: number;
  maxFactor?: number;
}

/**
 * Size of the error estimate in units of the tolerance; the step is accepted where it is at most 1.
 * Root mean square over the d components of error_i / (atol + rtol max(|y_i|, |y'_i|)), of rows at `offset`.
 */
export function errorNorm(
  error: Float64Array,
  y: Float64Array,
  next: Float64Array,
  offset: number,
  d: number,
  {rtol, atol}: StepControl
): number {
  let sum = 0;
  for (let i = offset; i < offset + d; ++i) {
    const scale = atol + rtol * Math.max(Math.abs(y[i]), Math.abs(next[i]));
    sum += (error[i] / scale) ** 2;
  }
  return Math.sqrt(sum / d);
}

/**
 * The factor for the next step (PI control, Hairer and Wanner, Solving ODEs II, IV.2):
 * safety err^-(1/k - 0.75 beta) previous^beta with k the embedded order + 1.
 * After a rejection a step only shrinks, and the previous error isn't asked.
 */
export function stepFactor(
  error: number,
  previous: number,
  embeddedOrder: number,
  control: StepControl
): number {
  const {safety = 0.9, beta = 0.04, minFactor = 0.2, maxFactor = 10} = control;
  const k = embeddedOrder + 1;
  if (!(error < Infinity)) return minFactor; // NaN and overflow: try a much smaller step
  if (error > 1) return Math.max(minFactor, Math.min(1, safety * error ** (-1 / k)));
  const factor = safety * Math.max(error, 1e-10) ** -(1 / k - 0.75 * beta) * Math.max(previous, 1e-4) ** beta;
  return Math.min(maxFactor, Math.max(minFactor, factor));
}
