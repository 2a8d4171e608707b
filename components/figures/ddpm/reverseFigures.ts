import {computed} from "@preact/signals-core";
import {forwardLaw} from "../../diffusion/ddpmForward.js";
import {placeOfLine} from "../../diffusion/ddpmSampling.js";
import {stepVariance} from "../../diffusion/elbo.js";
import {boundNumber} from "../lab/boundControls.js";
import type {LabPage} from "../lab/labPage.js";
import {liveFigure, type LiveFigureOptions} from "../lab/liveFigure.js";
import {plane} from "../lab/plane.js";
import {algorithm2Panel} from "./algorithm2.js";
import {coordinates, particleRows, rowsOf} from "./forwardFigures.js";
import {lawPlane} from "./lawPlane.js";
import {block, legend, row} from "../lab/parts.js";
import {chainText, half, timePlayer} from "./parts.js";
import type {DdpmState} from "./state.js";
import {stepPlane} from "./stepPlane.js";
import {reversePlane} from "./timePlane.js";

/** E1 and A2: the reverse chain, and the algorithm that runs it. */
export function reverseFigures({own, keep, strip}: LabPage<DdpmState>) {
  const {lab, chain, states, reverse, place, followed, trouble, variance} = own;
  const provenance = computed(
    () =>
      `exact denoiser, ${own.particles.value} particles, ${chainText(own)}, σₜ² = ${variance.value === "beta" ? "βₜ" : "β̃ₜ"}, seed ${lab.seed.value}; computed as you look`
  );
  const known = computed(() => {
    const [law, made, run, x] = [lab.mixture.value, chain.value, states.value, reverse.value];
    return law && made && run && x ? {law, chain: made, states: run, reverse: x} : undefined;
  });
  /** The t that the particles are at: t - 1 once line 4 has run. */
  const at = computed(() => place.value.t - Number(place.value.line === 4));
  /** p_theta of the marked particle at this step, and where it came from and goes to. */
  const step = computed(() => {
    const now = known.value;
    const {t} = place.value;
    if (!now || t === 0) return undefined;
    const state = now.states[placeOfLine(now.chain.T, t, 4)];
    const d = lab.d.value;
    const from = followed.value * d;
    return {
      t,
      xt: now.reverse[now.chain.T - t].slice(from, from + d),
      mean: state.mu![from],
      variance: stepVariance(now.chain, t, variance.value),
      next: state.x[from]
    };
  });
  const made = <V>(
    options: Omit<LiveFigureOptions<V>, "strip" | "provenance" | "trouble"> & {trouble?: typeof trouble}
  ) =>
    keep(liveFigure<V>({trouble, provenance, strip, ...options, source: () => block(options.source!())}))
      .element;
  const setup = `const states = recordSampling({chain, denoiser, n: particles, d, seed, variance});
const x = chainOfStates(states); // x[k] is x_(T - k)`;

  const paths = () => {
    const time = keep(timePlayer(own));
    const particle = keep(boundNumber("marked particle", own.marked, {min: 1, max: 5000}));
    return made({
      id: "E1",
      title: "the reverse chain, one step at a time",
      painter: plane(half()),
      values: computed(() => {
        const now = known.value;
        const next = step.value;
        return (
          now &&
          reversePlane({
            ...now,
            t: at.value,
            particle: followed.value,
            step: next && {t: next.t - 1, mean: next.mean, variance: next.variance}
          })
        );
      }),
      controls: [time.element, particle],
      caption:
        "Noise on the right, data on the left: play backwards. The bell stands on the marked particle’s p_θ(xₜ₋₁ | xₜ), from which its next place is drawn. In 2-D, this is the first coordinate.",
      rows: () => ({
        columns: ["particle", "t", ...coordinates(lab.d.value)],
        rows: particleRows(known.value!.reverse.slice(0, chain.value!.T - at.value + 1), lab.d.value, [
          chain.value!.T,
          -1
        ])
      }),
      source: () => `${setup}
const s = Math.max(1, t);
const {mu} = states[placeOfLine(T, s, 4)];
const step = {t: s - 1, mean: mu[particle * d], variance: stepVariance(chain, s, variance)};
display(painted(plane({width: 520, height: 340}), reversePlane({chain, law, reverse: x, t, particle, step})));`
    });
  };
  const oneStep = () =>
    made({
      id: "E1-step",
      title: "one step of one particle",
      painter: plane(half()),
      values: computed(() => {
        const [now, next] = [known.value, step.value];
        if (!now || !next) return undefined;
        // The particle is at its new place once line 4 has run.
        const drawn = place.value.line === 4 ? next.next : undefined;
        return stepPlane({...next, next: drawn, law: now.law, chain: now.chain});
      }),
      trouble: computed(
        () =>
          trouble.value ||
          (place.value.t === 0
            ? "The chain has arrived at x₀: there is no further step. Move t to 1 or more."
            : "")
      ),
      controls: [
        legend(
          {name: "q(xₜ₋₁ | xₜ), exact", color: "--series-gaussian"},
          {name: "p_θ(xₜ₋₁ | xₜ)", color: "--series-live"}
        )
      ],
      caption:
        "The model’s one Gaussian against the exact law, a mixture. With many small steps they agree; take T = 5 to see where they don’t.",
      rows: (shown) => ({
        columns: ["x_(t-1)", "p_theta"],
        rows: curveRows(shown.layers)
      }),
      source: () => `${setup}
const s = Math.max(1, t);
const state = states[placeOfLine(T, s, 4)];
display(painted(plane({width: 520, height: 340}), stepPlane({
  chain, law, t: s, xt: x[T - s].slice(particle * d, particle * d + d),
  mean: state.mu[particle * d], variance: stepVariance(chain, s, variance)
})));`
    });
  const cloud = () =>
    made({
      id: "E1-at",
      title: "the particles against the exact law",
      painter: plane(half()),
      values: computed(() => {
        const now = known.value;
        if (!now) return undefined;
        const t = at.value;
        return lawPlane({
          law: forwardLaw(now.chain, now.law, t),
          x: now.reverse[now.chain.T - t],
          color: "--series-prior",
          particle: followed.value,
          name: `x_t of the reverse chain at t = ${t}`
        });
      }),
      controls: [
        legend(
          {name: "particles of the reverse chain", color: "--series-prior"},
          {name: "density of q(xₜ), exact", color: "--theme-foreground", kind: "dashed"},
          {name: "marked particle", color: "--series-live", kind: "dots"}
        )
      ],
      caption:
        "If each step were exact, the particles at t would follow q(xₜ), the law of the forward chain. In 2-D the density is the shading.",
      rows: () => ({
        columns: coordinates(lab.d.value),
        rows: rowsOf(known.value!.reverse[chain.value!.T - at.value], lab.d.value)
      }),
      source: () => `${setup}
display(painted(plane({width: 520, height: 340}), lawPlane({
  law: forwardLaw(chain, law, t), x: x[T - t], color: "--series-prior", particle, name: \`x_t at t = \${t}\`
})));`
    });
  const steps = () => {
    const panel = keep(algorithm2Panel(own));
    return made({
      id: "A2",
      title: "Algorithm 2, sampling, and the code that runs it",
      painter: panel.painter,
      photograph: true,
      values: panel.values,
      controls: [panel.control],
      caption:
        "The marked line has just run; the numbers are the marked particle’s. Below each line is the code that has run: the text of the function that moves all the particles of E1, without its stops.",
      rows: () => ({
        columns: ["line", "t", "particle", "coordinate", "x", "z", "eps", "mu"],
        rows: stateRows()
      }),
      source: () => `${setup}
display(sampling.toString());
display(states[placeOfLine(T, Math.max(1, t), 4)]);`
    });
  };
  function* stateRows(): Generator<(string | number)[]> {
    const d = lab.d.value;
    for (const {line, t, x, z, eps, mu} of states.value!)
      for (let k = 0; k < d; ++k) {
        const i = followed.value * d + k;
        yield [line, t, followed.value + 1, k + 1, x[i], z?.[i] ?? "", eps?.[i] ?? "", mu?.[i] ?? ""];
      }
  }
  return {
    reverse: () => row(paths(), cloud()),
    algorithm: () => row(steps(), oneStep())
  };
}

/** The points of the last curve of a picture. */
function curveRows(layers: readonly {kind: string}[]): number[][] {
  const curves = layers.filter((layer): layer is {kind: "curve"; xy: Float32Array} => layer.kind === "curve");
  const {xy} = curves[curves.length - 1];
  return Array.from({length: xy.length / 2}, (_, i) => [xy[2 * i], xy[2 * i + 1]]);
}
