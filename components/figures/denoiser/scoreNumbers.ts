import {mixtureMoments} from "../../diffusion/derivedMixture.js";
import {mixtureDenoiser} from "../../diffusion/gaussianMixture.js";
import {numericalScore} from "../../diffusion/numericalScore.js";
import {posteriorMixture} from "../../diffusion/posterior.js";
import {h} from "../dom.js";
import type {NoisyView} from "./noisyPlane.js";

export interface ScoreNumbers {
  x: Float64Array;
  D: Float64Array;
  /** Mean of the posterior mixture, which D is. */
  mean: Float64Array;
  /** Root of the posterior's variance a dimension. */
  deviation: number;
  /** (D - x) / sigma^2. */
  score: Float64Array;
  /** The gradient of log p(x; sigma) by finite differences. */
  gradient: Float64Array;
  /** Length of the difference of both, times sigma: of the size of eps. */
  difference: number;
}

/** The denoiser's answer at a point, and the score that it stands for, held against the density's own gradient. */
export function scoreNumbers({law, sigma, point}: NoisyView): ScoreNumbers {
  const x = Float64Array.from(point);
  const D = mixtureDenoiser(law)(x, Float64Array.of(sigma));
  const {mean, variance} = mixtureMoments(posteriorMixture(law, x, sigma));
  const score = D.map((v, i) => (v - x[i]) / (sigma * sigma));
  const gradient = numericalScore(law, x, sigma);
  const difference = Math.hypot(...score.map((v, i) => v - gradient[i])) * sigma;
  return {x, D, mean, deviation: Math.sqrt(variance), score, gradient, difference};
}

const vector = (v: Float64Array) => (v.length === 1 ? number(v[0]) : `(${Array.from(v, number).join(", ")})`);

function number(v: number): string {
  const text = Math.abs(v) >= 1e4 ? v.toExponential(3) : v.toPrecision(5);
  return text.replace("-", "−");
}

/** The numbers as a small table. */
export function scoreTable(): {element: HTMLElement; show(numbers: ScoreNumbers): void} {
  const body = h("tbody", {});
  return {
    element: h("table", {class: "score-numbers"}, body),
    show({x, D, deviation, score, gradient, difference}) {
      const row = (name: string, value: string) =>
        h("tr", {}, h("th", {scope: "row"}, name), h("td", {}, value));
      body.replaceChildren(
        row("x", vector(x)),
        row("D(x; σ), the mean of x₀ given x", vector(D)),
        row("deviation of x₀ given x", number(deviation)),
        row("(D − x) / σ²", vector(score)),
        row("gradient of log p(x; σ), by differences", vector(gradient)),
        row("their distance, times σ", difference.toExponential(1).replace("-", "−"))
      );
    }
  };
}
