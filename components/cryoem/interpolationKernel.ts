export type Interpolation = "trilinear" | "kaiserBessel";

/** An interpolation on a grid of step 1, the product of the same kernel along each axis. */
export interface InterpolationKernel {
  /** Grid points used on each axis, even. */
  taps: number;
  /** Fills `out` [taps] with the weights of the points from `taps/2 - 1` below to `taps/2` above, at `t` in [0, 1) above a point. */
  weights(out: Float64Array, t: number): void;
  /**
   * The kernel's Fourier transform at `x` in cycles a step. Interpolating the transform of a map multiplies the map by it, x
   * being the place over the padded side; where it is divided out beforehand, only the copies of the map beyond the padding
   * remain as an error.
   */
  transform(x: number): number;
}

const TAPS = 4;
const TABLE = 1024;

/**
 * @param oversampling padded side over the map's side, which sets how steep the Kaiser-Bessel window is (Beatty,
 *   Nishimura and Pauly 2005, eq. 5)
 */
export function interpolationKernel(kind: Interpolation, oversampling: number): InterpolationKernel {
  return kind === "trilinear" ? linear : kaiserBessel(oversampling);
}

const linear: InterpolationKernel = {
  taps: 2,
  weights(out, t) {
    out[0] = 1 - t;
    out[1] = t;
  },
  transform: (x) => (x === 0 ? 1 : (Math.sin(Math.PI * x) / (Math.PI * x)) ** 2)
};

/** I0(beta sqrt(1 - (2u/W)^2)) over the W = 4 nearest points, scaled so that its transform is 1 at 0. */
function kaiserBessel(oversampling: number): InterpolationKernel {
  const beta = Math.PI * Math.sqrt((TAPS / oversampling) ** 2 * (oversampling - 0.5) ** 2 - 0.8);
  const transform = (x: number) => {
    const square = beta ** 2 - (Math.PI * TAPS * x) ** 2;
    const root = Math.sqrt(Math.abs(square));
    return root < 1e-9 ? 1 : (square > 0 ? Math.sinh(root) : Math.sin(root)) / root;
  };
  const scale = 1 / (TAPS * transform(0));
  const window = (u: number) => scale * besselI0(beta * Math.sqrt(Math.max(0, 1 - ((2 * u) / TAPS) ** 2)));
  const table = Float64Array.from({length: TAPS * (TABLE + 2)}, (_, i) =>
    window(Math.floor(i / TAPS) / TABLE + TAPS / 2 - 1 - (i % TAPS))
  );
  return {
    taps: TAPS,
    weights(out, t) {
      const place = Math.floor(t * TABLE);
      const f = t * TABLE - place;
      const at = place * TAPS;
      for (let a = 0; a < TAPS; ++a) out[a] = table[at + a] * (1 - f) + table[at + TAPS + a] * f;
    },
    transform: (x) => transform(x) / transform(0)
  };
}

/** The modified Bessel function of order 0, by its series (all terms positive: no cancellation). */
function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > 1e-17 * sum; ++k) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
