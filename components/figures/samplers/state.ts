/** What page `samplers` shows: the laboratory, a sampler with its times, beta(t) of the Langevin term, and who races. All in the address. */
import {computed, type ReadonlySignal, type Signal} from "@preact/signals-core";
import type {ControlPoint} from "../../diffusion/drawnCurve.js";
import type {ScheduleSpec} from "../../diffusion/scheduleKinds.js";
import {spacings, type SpacingName} from "../../diffusion/times.js";
import {langevinStrength, type StrengthShape} from "../../samplers/langevinStrength.js";
import {isSampler, type Sampler} from "../../samplers/sampler.js";
import {
  samplerDefaults,
  samplerKinds,
  samplerOf,
  type SamplerKind,
  type SamplerKindName,
  type SamplerSpec
} from "../../samplers/samplerKinds.js";
import {labValues} from "../lab/labPage.js";
import {openLab, valuesOf, type Lab} from "../lab/lab.js";
import {pointsCodec, type Codec, type PageState} from "../lab/pageState.js";
import {linkValues} from "../lab/prelude.js";

export const kinds: Record<string, SamplerKind> = samplerKinds;
const names = Object.keys(samplerKinds) as SamplerKindName[];

/** Samplers that race at first. */
const RACERS = ["euler", "heun", "dpmSolver", "adaptive", "eulerMaruyama", "regularised"];

/** What error a curve shows. */
export type ErrorName = "w2" | "mmd2";
export const errorNames: readonly (readonly [ErrorName, string])[] = [
  ["w2", "sliced W2"],
  ["mmd2", "MMD²"]
];

/** Why there is no beta(t). */
export const NO_POINTS = "β(t) has no points: choose another shape, or Reset.";

/** A sampler made ready for a number of steps. */
export interface Chosen {
  name: string;
  /** Plain data, where it isn't a reader's own. */
  spec?: SamplerSpec;
  solvesOde: boolean;
  make(steps: number): Sampler;
}

export interface SamplersState {
  lab: Lab;
  values: Record<string, ReadonlySignal<unknown>>;
  /** A kind, or `cell:NAME`. */
  samplerKey: Signal<string>;
  parameters: Record<string, Record<string, Signal<number>>>;
  steps: Signal<number>;
  spacing: Signal<SpacingName>;
  /** How far on the way the picture stands, 0..1. */
  at: Signal<number>;
  /** Whether x is shown over the deviation that it has at its time. */
  scaled: Signal<boolean>;
  /** Whether ways are drawn, or points alone. */
  ways: Signal<boolean>;
  /** The trajectory whose adaptive steps are marked, from 1. */
  row: Signal<number>;
  /** Times of so many steps; undefined without a schedule. */
  timesOf: ReadonlySignal<((steps: number) => Float64Array) | undefined>;
  chosen: ReadonlySignal<Chosen | undefined>;
  /** Why there is no sampler. */
  samplerTrouble: ReadonlySignal<string>;
  /** Whichever stands in the way first: no law, no schedule, no sampler. */
  trouble: ReadonlySignal<string>;

  shapeKind: Signal<StrengthShape["kind"]>;
  shapePoints: Signal<ControlPoint[]>;
  shape: ReadonlySignal<StrengthShape>;
  /** Strength of the Langevin term: the regularised sampler's b. */
  b: Signal<number>;
  /** Steps of the comparison with and without it. */
  coarse: Signal<number>;
  /** Draws, each of noise of its own, that its errors are averaged over. */
  draws: Signal<number>;
  regularisedError: Signal<ErrorName>;
  /** Steps of the tests whether samplers agree in law. */
  many: Signal<number>;

  racers: Signal<readonly string[]>;
  /** Points of each race. */
  raceCount: Signal<number>;
  raceError: Signal<ErrorName>;
  scheduleSpec: ReadonlySignal<ScheduleSpec | undefined>;
  /** A sampler by its key, or why there is none. */
  sampler(key: string): Chosen | string;
  /** Keys of samplers that the reader's own cells define. */
  ownSamplers: ReadonlySignal<string[]>;
}

const listCodec: Codec<readonly string[]> = {
  write: (list) => list.join("."),
  read: (text) =>
    (text === "" ? [] : text.split(".")).filter((key) => key in kinds || key.startsWith("cell:"))
};

export function openSamplers(state: PageState): SamplersState {
  const lab = openLab(state, {law: "ring", schedule: "vp"});
  const samplerKey = state.text<string>("sampler", "heun");
  const parameters = Object.fromEntries(
    names.map((kind) => [
      kind,
      Object.fromEntries(
        Object.entries(kinds[kind].parameters).map(([name, {value, min, max}]) => [
          name,
          state.number(`${kind}.${name}`, value, {min, max})
        ])
      )
    ])
  );
  const steps = state.number("steps", 12, {min: 1, max: 200, integer: true});
  const spacing = state.text<SpacingName>("spacing", "uniform", Object.keys(spacings) as SpacingName[]);
  const shapeKind = state.text<StrengthShape["kind"]>("beta", "constant", [
    "constant",
    "rising",
    "sde",
    "drawn"
  ]);
  const shapePoints = state.custom<ControlPoint[]>("betaPoints", [{t: 0, value: 1}, {t: 0.5, value: 1}, {t: 1, value: 1}], pointsCodec); // prettier-ignore
  const shape = computed((): StrengthShape =>
    shapeKind.value === "drawn" ? {kind: "drawn", points: shapePoints.value} : {kind: shapeKind.value}
  );
  const {b} = parameters.regularised;
  const at = state.number("at", 1, {min: 0, max: 1});
  const scaled = state.flag("scaled", true);
  const ways = state.flag("ways", true);
  const coarse = state.number("coarse", 8, {min: 1, max: 100, integer: true});
  const scheduleSpec = computed((): ScheduleSpec | undefined => {
    const key = lab.scheduleKey.value;
    if (!lab.schedule.value || key.startsWith("cell:")) return undefined;
    const kind = key as ScheduleSpec["kind"];
    if (kind === "drawnBeta" || kind === "drawnSigma") return {kind, points: lab.points.value};
    return {kind, parameters: valuesOf(lab.parameters[kind])};
  });
  const timesOf = computed(() => {
    const schedule = lab.schedule.value;
    const {times} = spacings[spacing.value];
    return schedule && ((n: number) => times(schedule, n));
  });

  function sampler(key: string): Chosen | string {
    if (key.startsWith("cell:")) {
      const name = key.slice(5);
      const own = lab.offered.value.get(name);
      if (!isSampler(own))
        return `No cell defines the sampler ${name} at present: what sampler(step) returns, or another sampler of the library.`;
      // Whether it draws noise, and so can't follow the ODE, is seen when it runs
      return {name, solvesOde: true, make: () => own};
    }
    if (!Object.hasOwn(kinds, key)) return `${key}: there is no such sampler.`;
    const kind = key as SamplerKindName;
    const spec: SamplerSpec = {kind, parameters: samplerDefaults(kind, valuesOf(parameters[kind]))};
    if (kind === "regularised") {
      if (shape.value.kind === "drawn" && shape.value.points.length === 0) return NO_POINTS;
      spec.shape = shape.value;
    }
    return {
      name: kinds[kind].label,
      spec,
      solvesOde: kinds[kind].solvesOde(spec.parameters),
      make: (n) => samplerOf(spec, n)
    };
  }
  const found = computed(() => sampler(samplerKey.value));
  const chosen = computed(() => (typeof found.value === "string" ? undefined : found.value));
  const samplerTrouble = computed(() => (typeof found.value === "string" ? found.value : ""));

  return {
    lab,
    samplerKey,
    parameters,
    steps,
    spacing,
    at,
    scaled,
    ways,
    row: state.number("row", 1, {min: 1, max: 100, integer: true}),
    timesOf,
    chosen,
    samplerTrouble,
    trouble: computed(() => lab.trouble.value || samplerTrouble.value),
    shapeKind,
    shapePoints,
    shape,
    b,
    coarse,
    draws: state.number("draws", 4, {min: 1, max: 16, integer: true}),
    regularisedError: state.text<ErrorName>("betaError", "mmd2", ["w2", "mmd2"]),
    racers: state.custom<readonly string[]>("race", RACERS, listCodec),
    raceCount: state.number("raceN", 2000, {min: 50, max: 10000, integer: true}),
    raceError: state.text<ErrorName>("raceError", "w2", ["w2", "mmd2"]),
    many: state.number("many", 200, {min: 2, max: 500, integer: true}),
    scheduleSpec,
    sampler,
    ownSamplers: computed(() =>
      [...lab.offered.value].filter(([, value]) => isSampler(value)).map(([name]) => `cell:${name}`)
    ),
    values: {
      ...labValues(lab),
      steps,
      times: computed(() => timesOf.value?.(steps.value)),
      timesOf,
      chosenSampler: computed(() => chosen.value?.make(steps.value)),
      part: at,
      scaled,
      tolerance: computed(() => 10 ** parameters.adaptive.tolerance.value),
      coarse,
      strength: b,
      shape,
      beta: computed(() => lab.schedule.value && langevinStrength(shape.value, b.value, lab.schedule.value))
    }
  };
}

/** The page's values in the state that a link describes, for a page of a reader's own. */
export const ofLink = linkValues(openSamplers);
