/** The contrast transfer function's parameters for one image, in cryoDRGN's units. */
export interface Ctf {
  /** Å, underfocus positive. */
  defocusU: number;
  /** Å. */
  defocusV: number;
  /** Degrees, from the x axis to the direction of defocusU. */
  astigmatismAngle: number;
  /** kV. */
  voltage: number;
  /** mm. */
  sphericalAberration: number;
  /** Fraction w of amplitude contrast, 0 to 1. */
  amplitudeContrast: number;
  /** Degrees. */
  phaseShift: number;
  /** Å^2; the envelope is exp(-B s^2 / 4). 0 for none; not among cryoDRGN's columns. */
  bFactor?: number;
}

const radians = Math.PI / 180;

/** The electron's wavelength in Å for a voltage in kV: 12.2639 / sqrt(V + 0.97845e-6 V^2). */
export function wavelength(voltage: number): number {
  const V = voltage * 1000;
  return 12.2639 / Math.sqrt(V + 0.97845e-6 * V * V);
}

/**
 * CTF at the frequency (sx, sy) in 1/Å: sqrt(1 - w^2) sin gamma - w cos gamma, which is sin(gamma - asin w), with
 * gamma = 2 pi (-df lambda s^2 / 2 + Cs lambda^3 s^4 / 4) - phase and df = (U + V + (U - V) cos 2(a - a0)) / 2.
 */
export function ctfValue(ctf: Ctf, sx: number, sy: number): number {
  const s2 = sx * sx + sy * sy;
  const lambda = wavelength(ctf.voltage);
  const angle = Math.atan2(sy, sx) - ctf.astigmatismAngle * radians;
  const df = (ctf.defocusU + ctf.defocusV + (ctf.defocusU - ctf.defocusV) * Math.cos(2 * angle)) / 2;
  const Cs = ctf.sphericalAberration * 1e7;
  const gamma =
    2 * Math.PI * ((-df * lambda * s2) / 2 + (Cs * lambda ** 3 * s2 * s2) / 4) - ctf.phaseShift * radians;
  const envelope = ctf.bFactor ? Math.exp((-ctf.bFactor * s2) / 4) : 1;
  return envelope * Math.sin(gamma - Math.asin(ctf.amplitudeContrast));
}

/**
 * The CTF without its envelope as sin(phase), phase = constant + mean s^2 + cos (sx^2 - sy^2) + sin (2 sx sy) + quartic s^4, s in
 * 1/Å: what `ctfValue` says, with the cosine of the astigmatism written out.
 */
export function ctfPhase(ctf: Ctf) {
  const lambda = wavelength(ctf.voltage);
  const a0 = 2 * ctf.astigmatismAngle * radians;
  const difference = (-Math.PI * lambda * (ctf.defocusU - ctf.defocusV)) / 2;
  return {
    constant: -ctf.phaseShift * radians - Math.asin(ctf.amplitudeContrast),
    mean: (-Math.PI * lambda * (ctf.defocusU + ctf.defocusV)) / 2,
    cos: difference * Math.cos(a0),
    sin: difference * Math.sin(a0),
    quartic: (Math.PI / 2) * ctf.sphericalAberration * 1e7 * lambda ** 3
  };
}

/**
 * A CTF evaluated quickly on fixed frequencies, many images after one another.
 * @param sx, sy frequencies in 1/Å
 * @returns fill(out, ctf): out[i] = CTF at frequency i
 */
export function ctfPlan(sx: ArrayLike<number>, sy: ArrayLike<number>) {
  const n = sx.length;
  // s^2 cos 2(a - a0) = cos 2a0 (sx^2 - sy^2) + sin 2a0 (2 sx sy): one sine a frequency is all that is left.
  const s2 = Float64Array.from({length: n}, (_, i) => sx[i] ** 2 + sy[i] ** 2);
  const c2 = Float64Array.from({length: n}, (_, i) => sx[i] ** 2 - sy[i] ** 2);
  const d2 = Float64Array.from({length: n}, (_, i) => 2 * sx[i] * sy[i]);
  const envelope = new Float64Array(n).fill(1);
  let bFactor = 0;
  return function fill<T extends Float32Array | Float64Array>(out: T, ctf: Ctf): T {
    if ((ctf.bFactor ?? 0) !== bFactor) {
      bFactor = ctf.bFactor ?? 0;
      for (let i = 0; i < n; ++i) envelope[i] = Math.exp((-bFactor * s2[i]) / 4);
    }
    const {constant, mean, cos, sin, quartic} = ctfPhase(ctf);
    for (let i = 0; i < n; ++i) {
      const s = s2[i];
      out[i] = envelope[i] * sine(constant + mean * s + cos * c2[i] + sin * d2[i] + quartic * s * s);
    }
    return out;
  };
}

/**
 * sin x to 1e-13, for |x| up to thousands: the CTF's phases, for which Math.sin takes four times as long. The nearest
 * multiple of pi is taken off in two parts, the rest goes through the Taylor series to x^17.
 */
function sine(x: number): number {
  const n = Math.round(x * (1 / Math.PI));
  const r = x - n * 3.140625 - n * 9.676535897932384e-4;
  const q = r * r;
  const series =
    q * (-1 / 6 + q * (1 / 120 + q * (-1 / 5040 + q * (1 / 362880 + q * (-1 / 39916800 + q * TAIL(q))))));
  const value = r + r * series;
  return n & 1 ? -value : value;
}

const TAIL = (q: number) => 1 / 6227020800 + q * (-1 / 1307674368000 + q * (1 / 355687428096000));

/** One row of cryoDRGN's ctf.pkl: D, Å/pixel, dfU, dfV, angle, kV, Cs, w, phase. */
export const ctfRow = (ctf: Ctf, D: number, pixelSize: number): number[] => [
  D,
  pixelSize,
  ctf.defocusU,
  ctf.defocusV,
  ctf.astigmatismAngle,
  ctf.voltage,
  ctf.sphericalAberration,
  ctf.amplitudeContrast,
  ctf.phaseShift
];

/**
 * The row of an image that has no CTF, which is to have one of 1 at all frequencies: no defocus, all of it amplitude
 * contrast, turned by half a cycle, sin(-pi - asin 1) = 1.
 */
export const noCtfRow = (D: number, pixelSize: number): number[] => [D, pixelSize, 0, 0, 0, 300, 0, 1, 180];

/** The CTF of row `i` of an N x 9 array, as ctf.pkl holds it. */
export function ctfFromRows(rows: ArrayLike<number>, i: number): Ctf {
  const at = 9 * i;
  return {
    defocusU: rows[at + 2],
    defocusV: rows[at + 3],
    astigmatismAngle: rows[at + 4],
    voltage: rows[at + 5],
    sphericalAberration: rows[at + 6],
    amplitudeContrast: rows[at + 7],
    phaseShift: rows[at + 8]
  };
}
