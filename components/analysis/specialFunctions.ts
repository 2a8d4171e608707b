/** Lanczos' coefficients, g = 7, n = 9 (Godfrey 2001). */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7
];

/** log Gamma(x) for x above 0, within 1e-13 of its size (Lanczos 1964). */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const u = x - 1;
  const t = u + 7.5;
  const sum = LANCZOS.reduce((s, c, i) => (i === 0 ? c : s + c / (u + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (u + 0.5) * Math.log(t) - t + Math.log(sum);
}

/**
 * The regularised upper incomplete gamma function Q(a, x) for a above 0, within 1e-12: by the series of P = 1 - Q below a + 1 (DLMF 8.7.1),
 * by the continued fraction above (DLMF 8.9.2, modified Lentz).
 */
export function incompleteGammaQ(a: number, x: number): number {
  if (x <= 0) return 1;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let [term, sum] = [1 / a, 1 / a];
    for (let k = 1; term > 1e-16 * sum; ++k) {
      term *= x / (a + k);
      sum += term;
    }
    return 1 - front * sum;
  }
  let b = x + 1 - a;
  let numerator = Infinity;
  let denominator = 1 / b;
  let value = denominator;
  for (let k = 1; k < 10_000; ++k) {
    const an = -k * (k - a);
    b += 2;
    denominator = 1 / (b + an * denominator);
    numerator = b + an / numerator;
    const factor = numerator * denominator;
    value *= factor;
    if (Math.abs(factor - 1) < 1e-15) break;
  }
  return front * value;
}

/** Probability that chi-square with `degrees` degrees of freedom, fractions allowed, is above x. */
export const chiSquaredTail = (x: number, degrees: number): number => incompleteGammaQ(degrees / 2, x / 2);
