import {standardisedMixture} from "./derivedMixture.js";
import {gaussianMixture, type GaussianMixture} from "./gaussianMixture.js";

/**
 * Laws of data that a reader can choose from. All are Gaussian mixtures, so that their denoiser, score, density and marginals are
 * known exactly under every schedule, and nothing has to be trained. Mean zero, and a variance of 1 a dimension on average,
 * as the latents have that a prior is trained on (sigma_data = 1).
 */
export interface Law {
  name: string;
  mixture: GaussianMixture;
}

interface Bump {
  weight?: number;
  mean: number[];
  covariance: number | number[][];
}

const standardised = (bumps: Bump[]) => standardisedMixture(gaussianMixture(bumps));

/** Equal bumps of deviation `width` along a curve u = 0..1. */
const along = (count: number, width: number, at: (u: number) => number[]): Bump[] =>
  Array.from({length: count}, (_, i) => ({mean: at((i + 0.5) / count), covariance: width ** 2}));

/** A line of deviations `long` and `short` through a centre, at an angle. */
function bar(mean: number[], angle: number, long: number, short: number): Bump {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const cross = c * s * (long ** 2 - short ** 2);
  return {
    mean,
    covariance: [
      [(c * long) ** 2 + (s * short) ** 2, cross],
      [cross, (s * long) ** 2 + (c * short) ** 2]
    ]
  };
}

const turn = 2 * Math.PI;

/** The laws by key, those of one dimension first. */
export const laws = {
  peaks: {
    name: "two peaks (1-D)",
    mixture: standardised([
      {mean: [-1], covariance: 0.15 ** 2},
      {mean: [1], covariance: 0.15 ** 2}
    ])
  },
  uneven: {
    name: "three uneven peaks (1-D)",
    mixture: standardised([
      {weight: 0.5, mean: [-1.2], covariance: 0.1 ** 2},
      {weight: 0.2, mean: [-0.2], covariance: 0.25 ** 2},
      {weight: 0.3, mean: [1.6], covariance: 0.4 ** 2}
    ])
  },
  normal: {name: "one Gaussian (1-D)", mixture: standardised([{mean: [0], covariance: 1}])},
  ring: {
    name: "eight Gaussians on a ring (2-D)",
    mixture: standardised(
      Array.from({length: 8}, (_, i) => ({
        mean: [Math.cos((turn * i) / 8), Math.sin((turn * i) / 8)],
        covariance: 0.08 ** 2
      }))
    )
  },
  moons: {
    name: "two moons (2-D)",
    mixture: standardised([
      ...along(14, 0.09, (u) => [Math.cos(Math.PI * u) - 0.5, Math.sin(Math.PI * u) - 0.25]),
      ...along(14, 0.09, (u) => [0.5 - Math.cos(Math.PI * u), 0.25 - Math.sin(Math.PI * u)])
    ])
  },
  spiral: {
    name: "spiral (2-D)",
    mixture: standardised(
      along(40, 0.06, (u) => {
        const r = 0.15 + 0.95 * Math.sqrt(u);
        return [r * Math.cos(1.6 * turn * Math.sqrt(u)), r * Math.sin(1.6 * turn * Math.sqrt(u))];
      })
    )
  },
  circle: {
    name: "circle (2-D)",
    mixture: standardised(along(32, 0.1, (u) => [Math.cos(turn * u), Math.sin(turn * u)]))
  },
  cross: {
    name: "a cross of two long Gaussians (2-D)",
    mixture: standardised([bar([0, 0], Math.PI / 4, 1, 0.08), bar([0, 0], -Math.PI / 4, 1, 0.08)])
  }
} satisfies Record<string, Law>;

/**
 * A law of given points: a Gaussian of deviation `width` around each, all equally likely. With a small width it is the data set
 * itself, softened so that it has a density.
 * @param points [n, d]
 * @throws RangeError for no points, or one that is not finite
 */
export function lawOfPoints(
  name: string,
  points: ArrayLike<number>,
  {d, width}: {d: number; width: number}
): Law {
  const n = points.length / d;
  if (!(n >= 1 && Number.isInteger(n)))
    throw new RangeError(
      `${name}: found ${points.length} numbers; expected a multiple of ${d}, at least one point`
    );
  const numbers = Array.from(points);
  const bad = numbers.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0)
    throw new RangeError(
      `${name}: found ${numbers[bad]} at point ${Math.floor(bad / d)}; expected finite numbers`
    );
  return {
    name,
    mixture: gaussianMixture(
      Array.from({length: n}, (_, i) => ({mean: numbers.slice(i * d, (i + 1) * d), covariance: width ** 2}))
    )
  };
}
