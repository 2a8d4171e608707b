/** The slope of a line through points on two logarithmic axes, by least squares; NaN for fewer than two. */
export function logSlope(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const points: [number, number][] = [];
  for (let i = 0; i < x.length; ++i) if (x[i] > 0 && y[i] > 0) points.push([Math.log(x[i]), Math.log(y[i])]);
  const n = points.length;
  if (n < 2) return NaN;
  const [mx, my] = [0, 1].map((c) => points.reduce((sum, p) => sum + p[c], 0) / n);
  const over = points.reduce((sum, [u, v]) => sum + (u - mx) * (v - my), 0);
  return over / points.reduce((sum, [u]) => sum + (u - mx) ** 2, 0);
}

/** A slope in words, rounded. */
export const inWords = (slope: number): string => (Number.isFinite(slope) ? `slope ${slope.toFixed(2).replace("-", "−")}` : "no slope"); // prettier-ignore

/** A small number as a reader wants it. */
export function short(v: number, digits = 2): string {
  if (!Number.isFinite(v)) return "–";
  if (v !== 0 && (Math.abs(v) < 1e-3 || Math.abs(v) >= 1e5)) {
    const [m, power] = v.toExponential(digits - 1).split("e");
    return `${m}·10${power.replace("+", "").replace(/[-\d]/g, (c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)]))}`;
  }
  return String(Number(v.toPrecision(digits)));
}
