import {describe, expect, test} from "vitest";
import {openTrainer} from "../../components/compute/open.js";
import {initialParameters} from "../../components/compute/mlp.js";
import {random} from "../../components/compute/random.js";
import {startVectors} from "../../components/compute/vectors.js";
import {cosineBetas, ddpm, linearBetas} from "../../components/diffusion/ddpm.js";
import {
  closedForm,
  combinedNoise,
  forwardChain,
  forwardLaw,
  largestDifference,
  noiseShares,
  stepNoises
} from "../../components/diffusion/ddpmForward.js";
import {chainKinds, chainOfSketch, scheduleBetas} from "../../components/diffusion/ddpmKinds.js";
import {boundOfErrors, drawsByWeight, epsErrors, threeLosses} from "../../components/diffusion/ddpmLosses.js";
import {bayesCheck, reverseLaw} from "../../components/diffusion/ddpmPosterior.js";
import {chainOfStates, placeOfLine, recordSampling} from "../../components/diffusion/ddpmSampling.js";
import {training, trainingInput} from "../../components/diffusion/ddpmTraining.js";
import {lossAndGradient} from "../../components/diffusion/denoisingLoss.js";
import {mixtureMoments} from "../../components/diffusion/derivedMixture.js";
import {elbo} from "../../components/diffusion/elbo.js";
import {logDensity, mixtureDenoiser, sampleMixture} from "../../components/diffusion/gaussianMixture.js";
import {laws} from "../../components/diffusion/laws.js";
import {
  noiseFrequencies,
  preconditioner,
  priorShape,
  writeInput
} from "../../components/diffusion/network.js";
import {priorPresets} from "../../components/diffusion/presets.js";
import {variancePreserving, linearRate} from "../../components/diffusion/schedule.js";
import {ancestral} from "../../components/samplers/ancestral.js";

const ring = laws.ring.mixture;
const peaks = laws.peaks.mixture;

describe.each([
  ["linear, T = 50", linearBetas(50)],
  ["cosine, T = 200", cosineBetas(200)],
  ["T = 1", linearBetas(1)]
])("forward chain, %s", (_, betas) => {
  const chain = ddpm(betas);
  const n = 2000;
  const x0 = sampleMixture(ring, n, random(1));
  const noises = stepNoises(chain.T, 2 * n, random(2));
  const states = forwardChain(chain, x0, noises);

  test("the steps' noises combined give the same point by the closed form", () => {
    for (const t of [0, 1, Math.ceil(chain.T / 2), chain.T]) {
      const eps = combinedNoise(chain, t, noises, 2 * n);
      expect(largestDifference(closedForm(chain, t, x0, eps), states[t])).toBeLessThan(2e-14);
    }
  });

  test("the shares' squares sum to 1 - alpha-bar, and the combined noise has variance 1", () => {
    const t = chain.T;
    const sum = noiseShares(chain, t).reduce((a, v) => a + v * v, 0);
    expect(sum).toBeCloseTo(chain.noise[t - 1], 13);
    const eps = combinedNoise(chain, t, noises, 2 * n);
    const square = eps.reduce((a, v) => a + (v * v) / eps.length, 0);
    // chi-square with 4000 degrees of freedom: deviation 0.022
    expect(Math.abs(square - 1)).toBeLessThan(4 * 0.0224);
  });

  test("simulated marginals have the moments of the exact law", () => {
    for (const t of [1, chain.T]) {
      const {mean, variance} = mixtureMoments(forwardLaw(chain, ring, t));
      const x = states[t];
      const found = [0, 1].map((k) => x.reduce((a, v, i) => a + (i % 2 === k ? v / n : 0), 0));
      const spread = x.reduce((a, v, i) => a + (v - found[i % 2]) ** 2 / (2 * n), 0);
      for (const k of [0, 1]) expect(Math.abs(found[k] - mean[k])).toBeLessThan(4 * Math.sqrt(variance / n));
      expect(Math.abs(spread / variance - 1)).toBeLessThan(0.1);
    }
  });
});

describe("the posterior", () => {
  const chain = ddpm(linearBetas(50));
  test.each([
    [2, 2, -2],
    [10, 1, -0.5],
    [50, -3, 3]
  ])("Bayes' rule on a grid gives mu-tilde and beta-tilde at t = %i", (t, x0, xt) => {
    const {numeric, exact, difference} = bayesCheck(chain, t, x0, xt);
    expect(numeric.mean).toBeCloseTo(exact.mean, 10);
    expect(numeric.variance / exact.variance).toBeCloseTo(1, 10);
    expect(difference).toBeLessThan(1e-10);
  });
  test("with narrow and with very unlike factors", () => {
    const fine = ddpm(linearBetas(1000));
    for (const t of [2, 500, 1000]) expect(bayesCheck(fine, t, 3, -3).difference).toBeLessThan(1e-9);
    expect(bayesCheck(ddpm([0.001, 0.999]), 2, 1, -1).difference).toBeLessThan(1e-9);
  });
  test("is refused where there is none", () => {
    expect(() => bayesCheck(chain, 1, 0, 0)).toThrow("t: found 1; expected 2 to 50");
    expect(() => bayesCheck(ddpm([0, 0.1]), 2, 0, 0)).toThrow(/beta: found 0/);
  });

  test.each([
    ["two peaks", peaks, [0.3]],
    ["ring", ring, [0.4, -0.2]],
    ["cross, with axes", laws.cross.mixture, [0.4, -0.2]]
  ])(
    "the exact reverse law satisfies q(x_(t-1)) q(x_t | x_(t-1)) = q(x_t) q(x_(t-1) | x_t): %s",
    (_, law, xt) => {
      const few = ddpm(linearBetas(5));
      const d = law.dimension;
      const zero = new Float64Array(1);
      for (const t of [1, 3, 5]) {
        const back = reverseLaw(few, law, t, xt);
        const now = logDensity(forwardLaw(few, law, t), Float64Array.from(xt), zero)[0];
        for (const at of [-1, 0, 0.7]) {
          const x = Float64Array.from({length: d}, (_, k) => at + 0.3 * k);
          const before = logDensity(forwardLaw(few, law, t - 1), x, zero)[0];
          let step = 0;
          for (let k = 0; k < d; ++k) {
            const [alpha, beta] = [few.alpha[t - 1], few.beta[t - 1]];
            step -= ((xt[k] - Math.sqrt(alpha) * x[k]) ** 2 / beta + Math.log(2 * Math.PI * beta)) / 2;
          }
          expect(logDensity(back, x, zero)[0]).toBeCloseTo(before + step - now, 8);
        }
      }
    }
  );
});

describe("Algorithm 2, line by line", () => {
  test.each(["beta", "betaTilde"] as const)("is the ancestral sampler, sigma_t^2 = %s", async (variance) => {
    const chain = ddpm(linearBetas(30));
    const [n, d, seed] = [40, 2, 5];
    const denoiser = mixtureDenoiser(ring);
    const states = recordSampling({chain, denoiser, n, d, seed, variance});
    const rng = random(seed, 0x53414d50);
    const x = rng.fillNormal(new Float64Array(n * d));
    const {x: end} = await ancestral({denoiser, chain, x, n, rng, variance});
    expect(largestDifference(states.at(-1)!.x, end)).toBeLessThan(1e-12);
    const way = chainOfStates(states);
    expect(way).toHaveLength(31);
    expect(way[30]).toBe(states.at(-1)!.x);
  });
  test("every line of every t has its place", () => {
    const chain = ddpm(linearBetas(3));
    const states = recordSampling({
      chain,
      denoiser: mixtureDenoiser(peaks),
      n: 2,
      d: 1,
      seed: 1,
      variance: "beta"
    });
    expect(states).toHaveLength(11);
    for (const {t, line} of states) expect(states[placeOfLine(3, t, line)]).toMatchObject({t, line});
    expect([...states[placeOfLine(3, 1, 3)].z!]).toEqual([0, 0]);
  });
  test("steps without noise of their own change nothing, T = 1 is one step", () => {
    const chain = ddpm([0, 0, 0.3]);
    const states = recordSampling({
      chain,
      denoiser: mixtureDenoiser(peaks),
      n: 3,
      d: 1,
      seed: 1,
      variance: "beta"
    });
    expect(states.at(-1)!.x.every(Number.isFinite)).toBe(true);
    expect(states.at(-1)!.x).toEqual(states[placeOfLine(3, 2, 2)].x);
    const one = recordSampling({
      chain: ddpm([0.5]),
      denoiser: mixtureDenoiser(peaks),
      n: 3,
      d: 1,
      seed: 1,
      variance: "beta"
    });
    expect(one.map(({line}) => line)).toEqual([1, 2, 3, 4, 6]);
  });
});

describe("losses", () => {
  const chain = ddpm(linearBetas(20));
  const x0 = sampleMixture(peaks, 500, random(3));
  const denoiser = mixtureDenoiser(peaks);

  test.each(["beta", "betaTilde"] as const)("the bound from eps errors is the ELBO, %s", async (variance) => {
    const errors = await epsErrors(chain, denoiser, x0, 1, random(4), {draws: 4000});
    const bound = boundOfErrors(chain, errors, x0, 1, variance);
    const {total, error} = await elbo(chain, denoiser, x0, 1, random(5), {variance, draws: 4000});
    expect(Math.abs(bound.value - total)).toBeLessThan(4 * Math.hypot(bound.error, error));
    expect(bound.error).toBeGreaterThan(0.3 * error);
    expect(bound.error).toBeLessThan(3 * error);
  });

  test("at beta-tilde, the weighted eps loss is L_(t-1) itself", async () => {
    const errors = await epsErrors(chain, denoiser, x0, 1, random(4), {draws: 4000});
    const {terms, errors: spread} = await elbo(chain, denoiser, x0, 1, random(5), {
      variance: "betaTilde",
      draws: 4000
    });
    const {bound} = threeLosses(chain, errors.mean, "betaTilde");
    for (let i = 1; i < 20; ++i)
      expect(Math.abs(bound.value[i] - terms[i])).toBeLessThan(
        5 * Math.hypot(spread[i], bound.weight[i] * errors.error[i])
      );
  });

  test("one Gaussian: the eps error is known in closed form", async () => {
    // x_0 ~ N(0, 1): x_t ~ N(0, 1), E[eps | x_t] = sqrt(noise) x_t, and the error is alpha-bar
    const normal = laws.normal.mixture;
    const data = sampleMixture(normal, 5000, random(6));
    const {mean, error} = await epsErrors(chain, mixtureDenoiser(normal), data, 1, random(7), {draws: 3000});
    for (let i = 0; i < 20; ++i)
      expect(Math.abs(mean[i] - chain.alphaBar[i])).toBeLessThan(5 * error[i] + 0.03 * chain.alphaBar[i]);
  });

  test("draws go where the weight is, and steps without noise have none", async () => {
    const draws = drawsByWeight(chain, "beta", 2000);
    expect(draws(1)).toBeGreaterThan(draws(20));
    expect(draws(20)).toBeGreaterThanOrEqual(16);
    const late = ddpm([0, 0.2, 0.2]);
    const {mean} = await epsErrors(late, denoiser, x0, 1, random(4), {draws: 20});
    expect(mean[0]).toBe(0);
    expect(mean[1]).toBeGreaterThan(0);
    expect(threeLosses(late, mean, "beta").bound.value[0]).toBe(0);
  });
});

describe("Algorithm 1, line by line", () => {
  const chain = ddpm(linearBetas(50));
  const config = {
    ...priorPresets.lesson.model,
    zdim: 2,
    parameterisation: "eps" as const,
    layers: 2,
    width: 16
  };
  const shape = priorShape(config);
  const points = sampleMixture(ring, 300, random(8));
  const open = async () => {
    const vectors = startVectors([initialParameters(shape, random(9))], true);
    const {networks, optimiser} = await openTrainer("wasm", [{shape}], vectors);
    const setup = {
      chain,
      config,
      points,
      batch: 16,
      rng: random(10),
      network: networks[0],
      optimiser,
      learningRate: 2e-3
    };
    return {network: networks[0], steps: training(trainingInput(setup))};
  };

  test("its loss and gradient are those of the training loop on the same rows", async () => {
    const {network, steps} = await open();
    const parameters = await network.readParameters();
    let state = (await steps.next()).value;
    while (state.line < 5) state = (await steps.next()).value;
    const {x_0, t, eps, loss, slope} = state;
    expect(state.step).toBe(1);
    // The same rows as a batch of the loop: weight 1, target eps, as L_simple reads an eps network.
    const {networks} = await openTrainer("wasm", [{shape}], startVectors([parameters], true));
    const condition = preconditioner(config);
    const inputs = new Float32Array(16 * shape.inputs);
    const sigma = Float64Array.from(t!, (t) => Math.sqrt(chain.noise[t - 1] / chain.alphaBar[t - 1]));
    sigma.forEach((level, row) => {
      const x = [0, 1].map((k) => x_0![2 * row + k] + level * eps![2 * row + k]);
      writeInput(inputs, row * shape.inputs, x, 0, 2, condition(level), noiseFrequencies(config.noisePairs));
    });
    networks[0].zeroGradient();
    const batch = {
      n: 16,
      inputs,
      target: Float32Array.from(eps!),
      weight: new Float32Array(16).fill(1),
      sigma,
      c_out: sigma.map((s) => -s)
    };
    expect(await lossAndGradient(networks[0], batch, 16)).toBeCloseTo(loss!, 5);
    const gradient = await networks[0].readGradient();
    const norm = Math.sqrt(gradient.reduce((a, g) => a + g * g, 0));
    expect(norm / slope!).toBeCloseTo(1, 4);
  });

  test("it learns: the loss of its first steps is above that of its last", async () => {
    const {steps} = await open();
    const losses: number[] = [];
    while (losses.length < 400) {
      const {value} = await steps.next();
      if (value.loss !== undefined) losses.push(value.loss);
    }
    const mean = (of: number[]) => of.reduce((a, b) => a + b, 0) / of.length;
    expect(mean(losses.slice(-100))).toBeLessThan(0.7 * mean(losses.slice(0, 20)));
  });
});

describe("kinds of chains", () => {
  const numbers = (kind: keyof typeof chainKinds) =>
    Object.fromEntries(Object.entries(chainKinds[kind].parameters).map(([name, {value}]) => [name, value]));
  test.each(["linear", "cosine", "sigmoid"] as const)("%s makes a chain for every T", (kind) => {
    for (const T of [1, 2, 50, 1000]) {
      const {chain, fault} = chainOfSketch({kind, T, parameters: numbers(kind)});
      expect(fault).toBeUndefined();
      expect(chain!.T).toBe(T);
      expect(chain!.alphaBar.every((v) => v > 0 && v < 1)).toBe(true);
    }
  });
  test("linear is Ho et al.'s at T = 1000", () => {
    const {chain} = chainOfSketch({kind: "linear", T: 1000, parameters: numbers("linear")});
    expect(chain!.beta[0]).toBeCloseTo(1e-4, 12);
    expect(chain!.beta[999]).toBeCloseTo(0.02, 12);
  });
  test("a schedule's chain has its alpha-bar", () => {
    const vp = variancePreserving(linearRate());
    const chain = ddpm(scheduleBetas(vp, 500));
    expect(chain.alphaBar[499]).toBeCloseTo(1 / (1 + vp.sigma(1) ** 2), 9);
  });
  test.each([
    [{kind: "drawn", T: 10, points: [{t: 0, value: 0}, {t: 1, value: 0}]}, /β is 0 at every step/], // prettier-ignore
    [{kind: "drawn", T: 10, points: []}, /no points/],
    [{kind: "sigmoid", T: 10, parameters: {start: 2, end: 2}}, /β at t = 1 is NaN/]
  ] as const)("what is none is told of: %j", (sketch, message) => {
    const {chain, fault} = chainOfSketch(sketch);
    expect(chain).toBeUndefined();
    expect(fault).toMatch(message);
  });
});
