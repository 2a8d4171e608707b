import {ctfValue, wavelength, type Ctf} from "./ctf.js";

const radians = Math.PI / 180;

/**
 * The CTF along one direction.
 * @param frequencies 1/Å
 * @param direction degrees from the x axis
 */
export function ctfCurve(ctf: Ctf, frequencies: ArrayLike<number>, direction: number): Float64Array {
  const [cos, sin] = [Math.cos(direction * radians), Math.sin(direction * radians)];
  return Float64Array.from(frequencies, (s) => ctfValue(ctf, s * cos, s * sin));
}

/** Defocus along a direction (degrees), Å: (U + V + (U - V) cos 2(a - a0)) / 2. */
export const defocusAlong = ({defocusU, defocusV, astigmatismAngle}: Ctf, direction: number): number =>
  (defocusU + defocusV + (defocusU - defocusV) * Math.cos(2 * (direction - astigmatismAngle) * radians)) / 2;

/**
 * Frequencies in 1/Å up to `most` where the CTF is zero along a direction (degrees), in ascending order. With x = s^2 the
 * phase is pi (Cs lambda^3 x^2 / 2 - df lambda x) - phase - asin w, and zero where that is a multiple of pi.
 */
export function ctfZeros(ctf: Ctf, direction: number, most: number): number[] {
  const lambda = wavelength(ctf.voltage);
  const quartic = (ctf.sphericalAberration * 1e7 * lambda ** 3) / 2;
  const df = defocusAlong(ctf, direction);
  const constant = (ctf.phaseShift * radians + Math.asin(ctf.amplitudeContrast)) / Math.PI;
  // quartic x^2 - df lambda x - constant, a parabola in x, equals whole numbers k between its extremes on 0..most^2.
  const value = (x: number) => quartic * x * x - df * lambda * x - constant;
  const X = most * most;
  const turn = quartic > 0 ? (df * lambda) / (2 * quartic) : Infinity;
  const ends = [value(0), value(X), ...(turn > 0 && turn < X ? [value(turn)] : [])];
  const zeros: number[] = [];
  for (let k = Math.ceil(Math.min(...ends)); k <= Math.max(...ends); ++k)
    for (const x of parabola(quartic, -df * lambda, -constant - k)) if (x > 0 && x <= X) zeros.push(x);
  return zeros.sort((a, b) => a - b).map(Math.sqrt);
}

/** The real roots of a x^2 + b x + c, by the formula that loses no digits where a is small. */
function parabola(a: number, b: number, c: number): number[] {
  const D = b * b - 4 * a * c;
  if (D < 0) return [];
  const q = -(b + (b < 0 ? -1 : 1) * Math.sqrt(D)) / 2;
  const roots = [];
  if (q !== 0) roots.push(c / q);
  if (a !== 0 && (D > 0 || q === 0)) roots.push(q / a);
  return roots;
}
