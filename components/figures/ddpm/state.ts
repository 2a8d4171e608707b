import {computed, type ReadonlySignal, type Signal} from "@preact/signals-core";
import {random} from "../../compute/random.js";
import type {Ddpm} from "../../diffusion/ddpm.js";
import {forwardChain, stepNoises} from "../../diffusion/ddpmForward.js";
import {chainKinds, chainOfSketch, type ChainKindName} from "../../diffusion/ddpmKinds.js";
import {chainOfStates, recordSampling, type SamplingState} from "../../diffusion/ddpmSampling.js";
import type {ControlPoint} from "../../diffusion/drawnCurve.js";
import type {StepVariance} from "../../diffusion/elbo.js";
import {openLab, valuesOf, type Lab} from "../lab/lab.js";
import {labValues, type PageValues} from "../lab/labPage.js";
import {linkValues} from "../lab/prelude.js";
import {pointsCodec, type PageState} from "../lab/pageState.js";

/** What a reader compares with the exact denoiser. */
export const modelNames = {
  exact: "exact denoiser",
  gaussian: "one Gaussian",
  learned: "network trained below"
} as const;
export type ModelName = keyof typeof modelNames;

/** Evaluations of a Gaussian that a chain of particles may cost: what is drawn again while a control moves. */
const BUDGET = 8e5;
/** Numbers that a recording keeps for each of its arrays. */
const KEPT = 1e6;

/** The state of the page `ddpm`: each control a signal, all in the address. */
export interface DdpmState extends PageValues {
  lab: Lab;
  /** A kind of beta_t, `drawn`, or `cell:NAME`. */
  kind: Signal<string>;
  parameters: Record<ChainKindName, Record<string, Signal<number>>>;
  /** T beta_t against t/T, drawn by hand. */
  points: Signal<ControlPoint[]>;
  T: Signal<number>;
  variance: Signal<StepVariance>;
  /** The step that the figures look at, 0 .. T. */
  t: Signal<number>;
  now: ReadonlySignal<number>;
  /** The chain of the same kind in any number of steps, or why there is none. */
  chainAt: ReadonlySignal<(T: number) => ReturnType<typeof chainOfSketch>>;
  chain: ReadonlySignal<Ddpm | undefined>;
  /** Why there is no chain, and why there is no figure: no law, or no chain. */
  chainTrouble: ReadonlySignal<string>;
  trouble: ReadonlySignal<string>;
  /** Particles of the forward and the reverse chain. */
  particles: ReadonlySignal<number>;
  /** eps_1 .. eps_T of the forward chain [T, particles d], and x_0 .. x_T. */
  noises: ReadonlySignal<Float64Array>;
  forward: ReadonlySignal<Float64Array[] | undefined>;
  /** Algorithm 2's own place: the line that has run last. */
  line: Signal<number>;
  place: ReadonlySignal<{t: number; line: SamplingState["line"]}>;
  states: ReadonlySignal<SamplingState[] | undefined>;
  /** x_T .. x_0 of the reverse chain. */
  reverse: ReadonlySignal<Float64Array[] | undefined>;
  /** The particle that is followed. */
  marked: Signal<number>;
  followed: ReadonlySignal<number>;
  /** The pair whose posterior is drawn. */
  x0: Signal<number>;
  xt: Signal<number>;
  scaled: Signal<boolean>;
  model: Signal<ModelName>;
  /** What is trained, for how long, and from which seed. */
  objective: Signal<"simple" | "variational">;
  trainSteps: Signal<number>;
  trainSeed: Signal<number>;
}

export function openDdpm(state: PageState): DdpmState {
  const lab = openLab(state, {law: "peaks", schedule: "vp"});
  const kind = state.text<string>("beta", "linear");
  const parameters = Object.fromEntries(
    Object.entries(chainKinds).map(([name, {parameters}]) => [
      name,
      Object.fromEntries(
        Object.entries(parameters).map(([key, {value, min, max}]) => [
          key,
          state.number(`${name}.${key}`, value, {min, max})
        ])
      )
    ])
  ) as DdpmState["parameters"];
  const points = state.custom<ControlPoint[]>("betas", [], pointsCodec);
  const T = state.number("T", 50, {min: 1, max: 1000, integer: true});
  const variance = state.text<StepVariance>("variance", "beta", ["beta", "betaTilde"]);
  const t = state.number("t", 10, {min: 0, max: 1000, integer: true});
  const now = computed(() => Math.min(t.value, T.value));

  const chainAt = computed((): ((T: number) => ReturnType<typeof chainOfSketch>) => {
    const key = kind.value;
    if (key === "drawn") {
      const drawn = points.value;
      return (T) => chainOfSketch({kind: "drawn", T, points: drawn});
    }
    if (key.startsWith("cell:")) {
      const found = lab.scheduleKey.value === key ? lab.schedule.value : undefined;
      const fault = lab.scheduleTrouble.value || `No cell defines the schedule ${key.slice(5)} at present.`;
      return (T) => (found ? chainOfSketch({kind: "schedule", T, schedule: found}) : {fault});
    }
    if (!(key in chainKinds)) return () => ({fault: `${key}: there is no such kind of β.`});
    const name = key as ChainKindName;
    const numbers = valuesOf(parameters[name]);
    return (T) => chainOfSketch({kind: name, T, parameters: numbers});
  });
  const made = computed(() => chainAt.value(T.value));
  const chain = computed(() => made.value.chain);
  const chainTrouble = computed(() => made.value.fault ?? "");
  const trouble = computed(() => lab.lawTrouble.value || chainTrouble.value);

  const particles = computed(() => {
    const K = lab.mixture.value?.weights.length ?? 1;
    const most = Math.min(BUDGET / (T.value * K), KEPT / (T.value * lab.d.value));
    return Math.max(20, Math.min(lab.count.value, Math.floor(most)));
  });
  const start = computed(() => lab.data.value?.slice(0, particles.value * lab.d.value));
  // Apart from the chain: dragging beta_t leaves the draws as they are.
  const size = computed(() => start.value?.length ?? 0);
  const noises = computed(() => stepNoises(T.value, size.value, random(lab.seed.value, 0x4e4f4953)));
  const forward = computed(
    () => chain.value && start.value && forwardChain(chain.value, start.value, noises.value)
  );
  const line = state.number("line", 2, {min: 1, max: 6, integer: true});
  const place = computed((): {t: number; line: SamplingState["line"]} => {
    if (now.value === 0) return {t: 0, line: 6};
    const least = now.value === T.value ? 1 : 2;
    return {t: now.value, line: (line.value >= least && line.value <= 4 ? line.value : 2) as 1 | 2 | 3 | 4};
  });
  const states = computed(
    () =>
      chain.value &&
      lab.denoiser.value &&
      recordSampling({
        chain: chain.value,
        denoiser: lab.denoiser.value,
        n: particles.value,
        d: lab.d.value,
        seed: lab.seed.value,
        variance: variance.value
      })
  );
  const marked = state.number("particle", 1, {min: 1, max: 5000, integer: true});

  const followed = computed(() => Math.min(marked.value, particles.value) - 1);
  const reverse = computed(() => states.value && chainOfStates(states.value));
  const x0 = state.number("x0", 1, {min: -3, max: 3});
  const xt = state.number("xt", -0.5, {min: -3, max: 3});

  const values = labValues(lab);
  // The laboratory's continuous schedule has no part here.
  delete values.schedule;
  return {
    lab,
    kind,
    parameters,
    points,
    T,
    variance,
    t,
    now,
    chainAt,
    chain,
    chainTrouble,
    trouble,
    particles,
    noises,
    forward,
    line,
    place,
    states,
    reverse,
    marked,
    followed,
    x0,
    xt,
    scaled: state.flag("scaled", true),
    model: state.text<ModelName>("model", "gaussian", ["exact", "gaussian", "learned"]),
    objective: state.text<"simple" | "variational">("objective", "simple", ["simple", "variational"]),
    trainSteps: state.number("steps", 1500, {min: 50, max: 200_000, integer: true}),
    trainSeed: state.number("trainSeed", 1, {min: 0, max: 2 ** 31 - 1, integer: true}),
    values: {
      ...values,
      chain,
      T,
      t: now,
      variance,
      particles,
      noises,
      forward,
      reverse,
      particle: followed,
      x0,
      xt
    }
  };
}

/** What the page's cells see, in the state that a link describes. */
export const ofLink = linkValues(openDdpm);
