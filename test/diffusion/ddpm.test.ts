import {describe, expect, test} from "vitest";
import {
  cosineBetas,
  ddpm,
  discretised,
  linearBetas,
  meanFromEps,
  posteriorMean,
  sigmoidBetas
} from "../../components/diffusion/ddpm.js";
import {fromDenoised, predictions, toDenoised} from "../../components/diffusion/parameterisation.js";
import {alphaBar, linearRate, variancePreserving} from "../../components/diffusion/schedule.js";

const chains: [string, Float64Array][] = [
  ["linear, T = 1000", linearBetas(1000)],
  ["linear, T = 50", linearBetas(50)],
  ["cosine", cosineBetas(200)],
  ["sigmoid", sigmoidBetas(200)],
  ["one step", Float64Array.of(0.5)]
];

describe.each(chains)("%s", (_, betas) => {
  const chain = ddpm(betas);
  test("alpha-bar is the product of the alphas, and falls to little where T is large", () => {
    let product = 1;
    betas.forEach((b, i) => {
      product *= 1 - b;
      expect(chain.alphaBar[i]).toBeCloseTo(product, 14);
    });
    if (chain.T > 1) expect(chain.alphaBar[chain.T - 1]).toBeLessThan(1e-4 + 1e-2 * Number(chain.T < 1000));
  });

  test("mu-tilde and beta-tilde are those of Bayes, on a grid", () => {
    // q(x_(t-1) | x_t, x_0) is proportional to q(x_t | x_(t-1)) q(x_(t-1) | x_0)
    for (const t of [...new Set([2, Math.ceil(chain.T / 2), chain.T])].filter((t) => t > 1 && t <= chain.T)) {
      const [x0, xt] = [0.8, -0.4];
      const [before, beta] = [chain.alphaBar[t - 2], chain.beta[t - 1]];
      let [mass, mean, square] = [0, 0, 0];
      const {a, b} = posteriorMean(chain, t);
      const deviation = Math.sqrt(chain.betaTilde[t - 1]);
      for (let i = -4000; i <= 4000; ++i) {
        const x = a * x0 + b * xt + (i / 4000) * 9 * deviation;
        const prior = -((x - Math.sqrt(before) * x0) ** 2) / (2 * (1 - before));
        const likelihood = -((xt - Math.sqrt(1 - beta) * x) ** 2) / (2 * beta);
        const centre = a * x0 + b * xt;
        const reference = -((centre - Math.sqrt(before) * x0) ** 2) / (2 * (1 - before)) - (xt - Math.sqrt(1 - beta) * centre) ** 2 / (2 * beta); // prettier-ignore
        const p = Math.exp(prior + likelihood - reference);
        mass += p;
        mean += p * x;
        square += p * x * x;
      }
      mean /= mass;
      expect(mean).toBeCloseTo(a * x0 + b * xt, 9);
      expect((square / mass - mean * mean) / chain.betaTilde[t - 1]).toBeCloseTo(1, 5);
    }
  });

  test("the mean from eps is the posterior's mean with the x_0 that this eps leaves", () => {
    const [x, eps] = [1.3, -0.7];
    for (let t = 1; t <= chain.T; ++t) {
      const bar = chain.alphaBar[t - 1];
      if (bar < 1e-3) continue; // x_0 from eps loses its digits there
      const x0 = (x - Math.sqrt(1 - bar) * eps) / Math.sqrt(bar);
      const {a, b} = posteriorMean(chain, t);
      const factors = meanFromEps(chain, t);
      expect(factors.x * x + factors.eps * eps).toBeCloseTo(a * x0 + b * x, 9);
    }
  });

  test("the last step back is to x_0 itself, without noise", () => {
    expect(chain.betaTilde[0]).toBe(0);
    expect(posteriorMean(chain, 1)).toEqual({a: 1, b: 0});
  });
});

test("a step of beta 0 changes nothing, and gives no NaN", () => {
  const chain = ddpm([0, 0, 0.1]);
  expect([...chain.alphaBar]).toEqual([1, 1, 0.9]);
  expect(chain.betaTilde.every(Number.isFinite)).toBe(true);
  expect(posteriorMean(chain, 1)).toEqual({a: 0, b: 1});
  expect(meanFromEps(chain, 2).eps).toBe(0);
});

test("no steps, or a beta that is none, is refused", () => {
  expect(() => ddpm([])).toThrow(/at least 1/);
  expect(() => ddpm([0.1, 1])).toThrow("beta_2: found 1; expected 0 to below 1");
  expect(() => ddpm([NaN])).toThrow(/beta_1: found NaN/);
});

test("chains of growing T tend to the VP SDE, with an error of first order", () => {
  const rate = linearRate();
  const vp = variancePreserving(rate);
  const error = (T: number) => {
    const {alphaBar: bar} = ddpm(discretised(rate.beta, T));
    return Math.abs(bar[T / 2 - 1] - alphaBar(vp, 0.5));
  };
  expect(error(4000)).toBeLessThan(1e-3);
  expect(Math.log2(error(1000) / error(2000))).toBeCloseTo(1, 1);
  expect(Math.log2(error(2000) / error(4000))).toBeCloseTo(1, 1);
});

test.each([
  [0.8, 0.5],
  [1, 3],
  [0.1, 12]
])("eps, v, score and x_0 lead to each other (s = %f, sigma = %f)", (s, sigma) => {
  const [x0, eps] = [0.7, -1.1];
  const level = {s, sigma};
  const x = s * (x0 + sigma * eps);
  for (const kind of predictions)
    expect(toDenoised(kind, fromDenoised(kind, x0, x, level), x, level)).toBeCloseTo(x0, 10);
  expect(fromDenoised("eps", x0, x, level)).toBeCloseTo(eps, 10);
  // The score of N(s x_0, (s sigma)^2), and Salimans and Ho's v for alpha^2 + tau^2 = 1.
  expect(fromDenoised("score", x0, x, level)).toBeCloseTo(-(x - s * x0) / (s * sigma) ** 2, 10);
  const norm = Math.sqrt(1 + sigma ** 2);
  expect(fromDenoised("v", x0, x, level)).toBeCloseTo(eps / norm - (sigma / norm) * x0, 10);
});
