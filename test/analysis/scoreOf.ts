/** The gradient of log p by differences of F = -log p, at points [m, d]. */
export const numericalScore =
  (energyAt: (points: Float64Array) => Float64Array, d: number, h = 1e-5) =>
  (points: Float64Array): Float64Array => {
    const out = new Float64Array(points.length);
    for (let c = 0; c < d; ++c) {
      const [up, down] = [h, -h].map((by) => energyAt(points.map((v, i) => (i % d === c ? v + by : v))));
      up.forEach((v, row) => (out[row * d + c] = (down[row] - v) / (2 * h)));
    }
    return out;
  };
