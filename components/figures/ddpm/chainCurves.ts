import type {Ddpm} from "../../diffusion/ddpm.js";
import {noiseShares} from "../../diffusion/ddpmForward.js";
import type {Lines} from "../lab/lines.js";

export interface ChainPicture {
  chain: Ddpm;
  t: number;
}

/** 1 .. T: places of the arrays of a chain. */
export const stepsOf = ({T}: {T: number}): Float64Array => Float64Array.from({length: T}, (_, i) => i + 1);

/** Points as well as lines where there are few. */
export const dotsOf = (T: number): boolean => T <= 60;

/** The axis of t, also for a single step. */
export const timeAxis = (T: number) => ({label: "t", domain: [0, Math.max(2, T)] as const});

/** beta_t, and beta-tilde_t: the two choices of sigma_t^2. */
export const betaLines = ({chain, t}: ChainPicture): Lines => ({
  x: timeAxis(chain.T),
  y: {label: "variance"},
  series: [
    {name: "βₜ", color: "--series-encodings", x: stepsOf(chain), y: chain.beta, dots: dotsOf(chain.T)},
    {name: "β̃ₜ", color: "--series-prior", x: stepsOf(chain), y: chain.betaTilde, dash: "5,3"}
  ],
  rules: [{x: t, dash: "3,3"}],
  label: `beta_t and beta-tilde_t for t = 1 to ${chain.T}`
});

/** alpha-bar_t and 1 - alpha-bar_t, the parts of the variance that are signal and noise. */
export function barLines({chain, t}: ChainPicture): Lines {
  const {T, alphaBar, noise} = chain;
  const from = (first: number, rest: Float64Array) => Float64Array.of(first, ...rest);
  const x = from(0, stepsOf(chain));
  return {
    x: timeAxis(T),
    y: {label: "part of the variance", domain: [0, 1]},
    series: [
      {name: "ᾱₜ, signal", color: "--series-encodings", x, y: from(1, alphaBar), dots: dotsOf(T)},
      {name: "1 − ᾱₜ, noise", color: "--series-gaussian", x, y: from(0, noise), dash: "5,3"}
    ],
    rules: [{x: t, dash: "3,3"}],
    label: `alpha-bar_t and 1 - alpha-bar_t for t = 0 to ${T}`
  };
}

/** Signal over noise, alpha-bar_t / (1 - alpha-bar_t), on a logarithmic axis. */
export function snrLines({chain, t}: ChainPicture): Lines {
  const {T, alphaBar, noise} = chain;
  return {
    x: timeAxis(T),
    y: {label: "SNR", log: true},
    series: [
      {
        name: "ᾱₜ / (1 − ᾱₜ)",
        color: "--series-encodings",
        x: stepsOf(chain),
        y: alphaBar.map((bar, i) => (noise[i] > 0 ? bar / noise[i] : NaN)),
        dots: dotsOf(T)
      }
    ],
    rules: [{x: t, dash: "3,3"}, {y: 1}],
    label: `Signal-to-noise ratio for t = 1 to ${T}, logarithmic`
  };
}

/** The part of the variance of x_t that each step's noise makes up, s = 1 .. t. */
export function shareLines({chain, t}: ChainPicture): Lines {
  const parts = noiseShares(chain, t).map((v) => v * v);
  const bar = t > 0 ? chain.alphaBar[t - 1] : 1;
  return {
    x: {...timeAxis(chain.T), label: "s"},
    y: {label: "part of the variance of xₜ", domain: [0, 1.1 * Math.max(bar, ...parts)]},
    series: [
      {
        name: "of ε at step s, (ᾱₜ / ᾱₛ) βₛ",
        color: "--series-encodings",
        x: stepsOf({T: t}),
        y: parts,
        dots: t <= 60
      },
      {
        name: "of x₀, ᾱₜ",
        color: "--series-prior",
        x: [0],
        y: [bar],
        dots: "only"
      }
    ],
    rules: [{x: t, dash: "3,3"}],
    label: `What the noise of each step adds to the variance of x_t at t = ${t}`
  };
}
