import {computed} from "@preact/signals-core";
import {closedForm, combinedNoise, forwardLaw, largestDifference} from "../../diffusion/ddpmForward.js";
import type {LabPage} from "../lab/labPage.js";
import {lines, type Lines} from "../lab/lines.js";
import {liveFigure, type LiveFigureOptions} from "../lab/liveFigure.js";
import {plane} from "../lab/plane.js";
import {barLines, betaLines, shareLines, snrLines} from "./chainCurves.js";
import {lawPlane} from "./lawPlane.js";
import {block, legend, row} from "../lab/parts.js";
import {chainText, followed, half, timePlayer} from "./parts.js";
import type {DdpmState} from "./state.js";
import {forwardPlane} from "./timePlane.js";

/** E2: the forward chain, its closed form, and the numbers that make it. */
export function forwardFigures({own, keep, strip}: LabPage<DdpmState>) {
  const {lab, chain, forward, now: t, noises, trouble} = own;
  const provenance = computed(
    () => `${own.particles.value} particles, ${chainText(own)}, seed ${lab.seed.value}; computed as you look`
  );
  const known = computed(() => {
    const [law, made, states] = [lab.mixture.value, chain.value, forward.value];
    return law && made && states ? {law, chain: made, forward: states, t: t.value} : undefined;
  });
  const made = <V>(options: Omit<LiveFigureOptions<V>, "strip" | "provenance" | "trouble">) =>
    keep(liveFigure<V>({trouble, provenance, strip, ...options, source: () => block(options.source!())}))
      .element;

  const steps = () => {
    const time = keep(timePlayer(own));
    return made({
      id: "E2",
      title: "the forward chain, one step at a time",
      painter: plane(half()),
      values: computed(() => known.value && forwardPlane(known.value)),
      controls: [time.element],
      caption:
        "Each particle starts at a point of the data and follows q(xₜ | xₜ₋₁). The shading is the exact density of xₜ. In 2-D, this is the first coordinate.",
      rows: () => ({
        columns: ["particle", "t", ...coordinates(lab.d.value)],
        rows: particleRows(known.value!.forward.slice(0, t.value + 1), lab.d.value)
      }),
      source: () => `const x = forwardChain(chain, data.slice(0, particles * d), noises);
display(painted(plane({width: 520, height: 340}), forwardPlane({chain, law, forward: x, t})));`
    });
  };

  const at = () =>
    made({
      id: "E2-at",
      title: "particles at t against the closed form",
      painter: plane(half()),
      values: computed(() => {
        const now = known.value;
        return (
          now &&
          lawPlane({
            law: forwardLaw(now.chain, now.law, now.t),
            x: now.forward[now.t],
            name: `x_t at t = ${now.t}`
          })
        );
      }),
      controls: [
        legend(
          {name: "particles of the chain", color: "--series-encodings"},
          {name: "density of √ᾱₜ x₀ + √(1−ᾱₜ) ε, exact", color: "--theme-foreground", kind: "dashed"}
        )
      ],
      caption:
        "Left the chain was run step by step; here its particles stand against the density that the closed form gives at once. In 2-D the density is the shading.",
      rows: () => ({
        columns: coordinates(lab.d.value),
        rows: rowsOf(known.value!.forward[t.value], lab.d.value)
      }),
      source: () => `const x = forwardChain(chain, data.slice(0, particles * d), noises)[t];
display(painted(plane({width: 520, height: 340}), lawPlane({law: forwardLaw(chain, law, t), x, name: \`x_t at t = \${t}\`})));`
    });

  const agreement = computed(() => {
    const now = known.value;
    if (!now) return "";
    const x0 = now.forward[0];
    const eps = combinedNoise(now.chain, now.t, noises.value, x0.length);
    const most = largestDifference(closedForm(now.chain, now.t, x0, eps), now.forward[now.t]);
    return `Both forms on the same draw, at t = ${now.t}: the largest difference in xₜ of ${x0.length / lab.d.value} particles is ${most.toExponential(1)}.`;
  });
  const curves = (["beta", "bar", "snr"] as const).map((name) => () => {
    const {title, of, caption} = {
      beta: {title: "the variance of each step", of: betaLines, caption: "β̃ₜ is the variance of the posterior, the smaller of the two choices for the step back; it is 0 at t = 1."},
      bar: {title: "what is left of the data", of: barLines, caption: "The two parts sum to 1: data of variance 1 keep it all the way."},
      snr: {title: "signal over noise", of: snrLines, caption: "On a logarithmic axis. Where it is 1, half of the variance is noise."}
    }[name]; // prettier-ignore
    return made<Lines>({
      id: `E2-${name}`,
      title,
      painter: lines(half(240)),
      values: computed(() => chain.value && of({chain: chain.value, t: t.value})),
      caption,
      rows: () => ({columns: ["t", "beta", "betaTilde", "alphaBar", "noise"], rows: chainRows(chain.value!)}),
      source: () => `display(painted(lines({width: 520, height: 240}), ${name}Lines({chain, t})));`
    });
  });
  const shares = () => {
    const text = keep(followed(agreement));
    return made<Lines>({
      id: "E2-agree",
      title: "the steps' noises become one",
      painter: lines(half(240)),
      values: computed(() => chain.value && shareLines({chain: chain.value, t: t.value})),
      status: text.element,
      caption: "Early noise is shrunk by all later steps. The parts, with ᾱₜ, sum to 1.",
      rows: (shown) => ({
        columns: ["s", "part of the variance"],
        rows: Array.from(shown.series[0].x, (s, i) => [s, shown.series[0].y[i]])
      }),
      source: () => `const x = forwardChain(chain, data.slice(0, particles * d), noises);
const eps = combinedNoise(chain, t, noises, x[0].length);
const difference = largestDifference(closedForm(chain, t, x[0], eps), x[t]);
display(\`largest difference: \${difference}\`);
display(painted(lines({width: 520, height: 240}), shareLines({chain, t})));`
    });
  };
  return {
    forward: () => row(steps(), at()),
    agree: () => row(shares(), curves[0]()),
    curves: () => row(curves[1](), curves[2]())
  };
}

export const coordinates = (d: number): string[] => Array.from({length: d}, (_, k) => `x_${k + 1}`);

export const rowsOf = (x: Float64Array, d: number): number[][] =>
  Array.from({length: x.length / d}, (_, i) => [...x.subarray(i * d, (i + 1) * d)]);

/** One row for each particle and time; states[k] at t = first + k * step. */
export function* particleRows(
  states: readonly Float64Array[],
  d: number,
  [first, step] = [0, 1]
): Generator<number[]> {
  for (let i = 0; i < states[0].length / d; ++i)
    for (let k = 0; k < states.length; ++k)
      yield [i + 1, first + k * step, ...states[k].subarray(i * d, (i + 1) * d)];
}

const chainRows = (chain: {
  beta: Float64Array;
  betaTilde: Float64Array;
  alphaBar: Float64Array;
  noise: Float64Array;
}) =>
  Array.from(chain.beta, (beta, i) => [i + 1, beta, chain.betaTilde[i], chain.alphaBar[i], chain.noise[i]]);
