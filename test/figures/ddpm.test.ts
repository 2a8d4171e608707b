import {describe, expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {ddpm, linearBetas} from "../../components/diffusion/ddpm.js";
import {forwardChain, forwardLaw, stepNoises} from "../../components/diffusion/ddpmForward.js";
import {placeOfLine, sampling} from "../../components/diffusion/ddpmSampling.js";
import {training} from "../../components/diffusion/ddpmTraining.js";
import {mixtureDenoiser, sampleMixture} from "../../components/diffusion/gaussianMixture.js";
import {laws} from "../../components/diffusion/laws.js";
import {typeset} from "../../components/figures/ddpm/algorithm.js";
import {nextPlace, placeBefore, placeOf, vectorText} from "../../components/figures/ddpm/algorithm2.js";
import {codeByLine} from "../../components/figures/ddpm/algorithmCode.js";
import {barLines, shareLines, snrLines} from "../../components/figures/ddpm/chainCurves.js";
import {
  elboLines,
  elbos,
  negativeLogDensity,
  sweepElbos,
  sweepLines
} from "../../components/figures/ddpm/elboLines.js";
import {gaussianOf} from "../../components/figures/ddpm/gaussianOf.js";
import {densityCurve, histogram, lawPlane} from "../../components/figures/ddpm/lawPlane.js";
import {shareOfLossLines} from "../../components/figures/ddpm/lossLines.js";
import {openModels} from "../../components/figures/ddpm/models.js";
import {posteriorPlane} from "../../components/figures/ddpm/posteriorPlane.js";
import {ofLink, openDdpm} from "../../components/figures/ddpm/state.js";
import {stepPlane} from "../../components/figures/ddpm/stepPlane.js";
import {forwardPlane, heatOfChain, REACH} from "../../components/figures/ddpm/timePlane.js";
import {pageState} from "../../components/figures/lab/pageState.js";
import type {Layer} from "../../components/figures/lab/plane.js";

const peaks = laws.peaks.mixture;
const chain = ddpm(linearBetas(50));
const open = (query = "") => openDdpm(pageState(query));

describe("state", () => {
  test("defaults, and the same again by way of the address", () => {
    const own = open("T=10&t=4&beta=cosine&cosine.c=0.1&variance=betaTilde&data=ring&x0=0.5&particle=7");
    expect([own.T.value, own.now.value, own.chain.value!.T]).toEqual([10, 4, 10]);
    expect(own.lab.d.value).toBe(2);
    const query = own.lab.state.query();
    const again = open(query);
    expect(again.lab.state.query()).toBe(query);
    expect(again.chain.value!.beta).toEqual(own.chain.value!.beta);
    own.lab.state.reset();
    expect(own.lab.state.query()).toBe("");
    expect(own.chain.value!.beta).toEqual(linearBetas(50));
  });
  test("T = 1 works; t is kept within T", () => {
    const own = open("T=1&t=20");
    expect(own.trouble.value).toBe("");
    expect(own.now.value).toBe(1);
    expect(own.states.value!.map(({line}) => line)).toEqual([1, 2, 3, 4, 6]);
    expect(own.forward.value).toHaveLength(2);
  });
  test.each([
    ["beta=drawn&betas=0:0,1:0", /β is 0 at every step/],
    ["beta=cell:mine", "No cell defines the schedule mine at present."],
    ["beta=nonsense", "nonsense: there is no such kind of β."],
    ["data=drawn2", /^No data yet/]
  ])("%s is explained", (query, message) => {
    const own = open(query);
    expect(own.trouble.value).toMatch(message);
    expect(own.states.value).toBeUndefined();
    expect(own.forward.value).toBeUndefined();
    expect(openModels(own).trouble.value).toMatch(message);
  });
  test("a cell's schedule makes the chain", () => {
    const own = open("beta=cell:mine&schedule=cell:mine");
    own.lab.offered.value = new Map([["mine", {sigma: (t: number) => 5 * t}]]);
    expect(own.trouble.value).toBe("");
    expect(own.chain.value!.alphaBar[49]).toBeCloseTo(1 / 26, 9);
  });
  test("what cells see by a link", async () => {
    const {chain: found, t, T, data} = await ofLink("T=20&t=5");
    expect([(found as typeof chain).T, t, T, (data as Float64Array).length]).toEqual([20, 5, 20, 500]);
  });
  test("particles are fewer where they cost more", () => {
    expect(open().particles.value).toBe(500);
    expect(open("T=1000&data=spiral").particles.value).toBeLessThan(50);
    expect(open("T=1000&data=spiral&particle=400").followed.value).toBeLessThan(50);
  });
});

describe("Algorithm 2's places", () => {
  test("forwards and backwards are each other's inverse, from line 1 at T to line 6", () => {
    let place: {t: number; line: 1 | 2 | 3 | 4 | 6} = {t: 3, line: 1};
    const way = [place];
    while (place.line !== 6) way.push((place = nextPlace(place)));
    expect(way).toHaveLength(11);
    for (let i = way.length - 1; i > 0; --i) expect(placeBefore(3, way[i])).toEqual(way[i - 1]);
    expect(placeBefore(3, way[0])).toEqual(way[0]);
    way.forEach(({t, line}, i) => expect(placeOfLine(3, t, line)).toBe(i));
  });
  test("the variables shown are those of the line", () => {
    const own = open("t=7&line=4&particle=3");
    const states = own.states.value!;
    const {x, z, mu} = states[placeOfLine(50, 7, 4)];
    const shown = Object.fromEntries(placeOf(own)!.variables.map(({name, value}) => [name, value]));
    expect(shown.t).toBe("7");
    expect(shown["x_{t−1}"]).toBe(vectorText(x, 2, 1));
    expect(shown.mean).toBe(vectorText(mu, 2, 1));
    expect(shown.z).toBe(vectorText(z, 2, 1));
    const sigma = Math.sqrt(own.chain.value!.beta[6]);
    expect(x[2]).toBeCloseTo(mu![2] + sigma * z![2], 12);
    own.line.value = 2;
    expect(placeOf(own)!.variables.find(({name}) => name === "mean")!.value).toBe("·");
  });
});

describe("the code beside an algorithm", () => {
  test("is the function's own, by line, without the stops", () => {
    for (const [f, first, last] of [
      [sampling, 1, 6],
      [training, 1, 6]
    ] as const) {
      const code = codeByLine(f.toString());
      const text = [...code.values()].join("\n");
      expect(text).not.toContain("yield");
      for (let line = first; line <= last; ++line) expect(code.get(line), `line ${line}`).toMatch(/\S/);
      // nothing but stops, names and braces is missing
      const words = (s: string) => s.replace(/yield\s*\{[^}]*\};?/g, "").replace(/\s+/g, "");
      const all = f.toString();
      expect(words(text)).toBe(words(all.slice(all.indexOf("{") + 1, all.lastIndexOf("}"))));
    }
    const code = codeByLine(sampling.toString());
    expect(code.get(1)).toMatch(/x = normal\(\)/);
    expect(code.get(3)).toMatch(/z = t > 1/);
    expect(code.get(5)!.trim()).toMatch(/^\};?$/);
    expect(code.get(6)).toMatch(/return x/);
  });
  test("subscripts are set by a pattern of their own", () => {
    expect(typeset).toBeTypeOf("function");
  });
});

describe("pictures", () => {
  const x0 = sampleMixture(peaks, 400, random(1));
  const forward = forwardChain(chain, x0, stepNoises(50, 400, random(2)));
  const of = (layers: readonly Layer[], kind: Layer["kind"]) => layers.filter((layer) => layer.kind === kind);

  test("each column of the heat is a density: it sums to 1", () => {
    const heat = heatOfChain(chain, peaks) as Extract<Layer, {kind: "heat"}>;
    const step = (2 * REACH) / heat.ny;
    for (const column of [5, heat.nx - 1]) {
      let sum = 0;
      for (let row = 0; row < heat.ny; ++row) sum += heat.values[row * heat.nx + column] * step;
      expect(sum).toBeCloseTo(1, 2);
    }
  });
  test("the forward picture ends at t, in 2-D with the first coordinate", () => {
    const {layers, x} = forwardPlane({chain, law: peaks, forward, t: 20});
    const [points] = of(layers, "points") as Extract<Layer, {kind: "points"}>[];
    expect(points.xy).toHaveLength(800);
    expect([points.xy[0], points.xy[1]]).toEqual([20, Math.fround(forward[20][0])]);
    expect(x.domain).toEqual([-0.5, 50.5]);
    const law = laws.ring.mixture;
    const flat = sampleMixture(law, 50, random(3));
    const way = forwardChain(chain, flat, stepNoises(50, 100, random(4)));
    const [two] = of(forwardPlane({chain, law, forward: way, t: 3}).layers, "points") as Extract<
      Layer,
      {kind: "points"}
    >[];
    expect(two.xy[3]).toBe(Math.fround(way[3][2]));
  });
  test("histogram and density curve both have the mass 1", () => {
    expect(histogram(forward[50]).reduce((a, v) => a + (v * 2 * REACH) / 36, 0)).toBeCloseTo(1, 1);
    const {density} = densityCurve(forwardLaw(chain, peaks, 50));
    expect(density.reduce((a, v) => a + (v * 2 * REACH) / 320, 0)).toBeCloseTo(1, 3);
    expect(lawPlane({law: laws.ring.mixture, x: new Float64Array(4), name: ""}).layers[0].kind).toBe("heat");
  });
  test("curves of the chain", () => {
    const [signal, noise] = barLines({chain, t: 9}).series;
    for (let i = 0; i <= 50; ++i) expect(signal.y[i] + noise.y[i]).toBeCloseTo(1, 12);
    expect(snrLines({chain, t: 9}).series[0].y[8]).toBeCloseTo(chain.alphaBar[8] / chain.noise[8], 12);
    const [parts, data] = shareLines({chain, t: 9}).series;
    expect(Array.from(parts.y).reduce((a, v) => a + v, data.y[0])).toBeCloseTo(1, 12);
    expect(shareLines({chain, t: 0}).series[0].x).toHaveLength(0);
  });
  test("the posterior's two curves coincide, at any scale", () => {
    for (const scaled of [true, false]) {
      const curves = of(posteriorPlane({chain, t: 2, x0: 2, xt: -2, scaled}).layers, "curve") as Extract<
        Layer,
        {kind: "curve"}
      >[];
      const [, , product, exact] = curves;
      const top = Math.max(...exact.xy.filter((_, i) => i % 2));
      for (let i = 1; i < exact.xy.length; i += 2)
        expect(Math.abs(product.xy[i] - exact.xy[i])).toBeLessThan(1e-5 * top);
    }
  });
  test("one step: both laws are densities, and are alike where steps are small", () => {
    const fine = ddpm(linearBetas(1000));
    const [t, xt] = [500, Float64Array.of(0.2)];
    const s = Math.sqrt(fine.alphaBar[t - 1]);
    const sigma = Math.sqrt(fine.noise[t - 1]) / s;
    const [D] = mixtureDenoiser(peaks)(Float64Array.of(xt[0] / s), Float64Array.of(sigma));
    const mean =
      (xt[0] - (fine.beta[t - 1] / Math.sqrt(fine.noise[t - 1])) * ((xt[0] / s - D) / sigma)) /
      Math.sqrt(fine.alpha[t - 1]);
    const {layers} = stepPlane({chain: fine, law: peaks, t, xt, mean, variance: fine.beta[t - 1]});
    const [exact, model] = of(layers, "curve") as Extract<Layer, {kind: "curve"}>[];
    const mass = ({xy}: {xy: Float32Array}) => {
      let sum = 0;
      for (let i = 1; i < xy.length; i += 2) sum += xy[i] * (xy[2] - xy[0]);
      return sum;
    };
    expect(mass(exact)).toBeCloseTo(1, 2);
    expect(mass(model)).toBeCloseTo(1, 2);
    const top = Math.max(...exact.xy.filter((_, i) => i % 2));
    for (let i = 1; i < exact.xy.length; i += 2)
      expect(Math.abs(model.xy[i] - exact.xy[i])).toBeLessThan(0.05 * top);
  });
});

describe("the bound", () => {
  const x0 = sampleMixture(peaks, 800, random(5));
  const exact = {name: "exact", color: "--a", denoiser: mixtureDenoiser(peaks)};
  const gaussian = {name: "gaussian", color: "--b", denoiser: mixtureDenoiser(gaussianOf(peaks))};

  test("falls with T towards the exact -log p, and never below; a wrong model stays above", async () => {
    const floor = negativeLogDensity(peaks, x0);
    const sweep = await sweepElbos((T) => ({chain: ddpm(linearBetas(T))}), {
      models: [exact, gaussian],
      x0,
      d: 1,
      seed: 1,
      variance: "beta"
    });
    const at = (T: number) => sweep.find((point) => point.T === T)!.bounds;
    for (const {bounds} of sweep)
      for (const {bound} of bounds) expect(bound.value).toBeGreaterThan(floor - 3 * bound.error);
    expect(at(100)[0].bound.value).toBeLessThan(at(10)[0].bound.value - 0.3);
    expect(at(1000)[0].bound.value - floor).toBeLessThan(0.05);
    expect(at(1000)[1].bound.value - floor).toBeGreaterThan(0.3);
    expect(at(1000)[0].bound.error).toBeLessThan(0.03);
    const {y, series} = sweepLines({sweep, floor, d: 1, T: 50});
    expect(y.domain![0]).toBeLessThan(floor / Math.LN2);
    expect(series).toHaveLength(7);
  });
  test("terms by t, with their errors", async () => {
    const bounds = await elbos({chain, models: [exact], x0, d: 1, seed: 1, variance: "beta"}, undefined, 64);
    const {series} = elboLines({chain, bounds, t: 3});
    expect(series[0].x).toHaveLength(49);
    expect(series[0].y[0]).toBe(bounds[0].elbo.terms[1]);
    expect(series[1].name).toBe("");
  });
  test("shares of a loss average to 1 over t", () => {
    const errors = {mean: chain.alphaBar, error: new Float64Array(50)};
    const {series} = shareOfLossLines({
      chain,
      variance: "beta",
      models: [{name: "", color: "", errors}],
      t: 1
    });
    for (const {y} of series) expect(Array.from(y).reduce((a, b) => a + b, 0)).toBeCloseTo(50, 9);
  });
});
