/** What the pages on diffusion share: the law of the data, the schedule, the seed; each a signal, all in the address. */
import {computed, signal, type ReadonlySignal, type Signal} from "@preact/signals-core";
import {random} from "../../compute/random.js";
import type {ExactDenoiser} from "../../diffusion/denoiser.js";
import {mixtureDenoiser, sampleMixture, type GaussianMixture} from "../../diffusion/gaussianMixture.js";
import {lawOfPoints, laws, type Law} from "../../diffusion/laws.js";
import {faultOf, scheduleFrom, type Schedule, type ScheduleSketch} from "../../diffusion/schedule.js";
import {
  scheduleKinds,
  scheduleOf,
  type ScheduleKind,
  type ScheduleKindName,
  type ScheduleSpec
} from "../../diffusion/scheduleKinds.js";
import type {ControlPoint} from "../../diffusion/drawnCurve.js";
import {PAD_MOST, PAD_REACH} from "./drawingPad.js";
import {shippedLatents} from "./latents.js";
import {planeCodec, pointsCodec, type PageState} from "./pageState.js";

/** Deviation of the Gaussian around each drawn point, and around each latent. */
export const DRAWN_WIDTH = 0.08;

/** Latents to choose as data: two principal components, at a variance of 1 a dimension on average. */
export type Latents = Record<string, {name: string; load(): Promise<number[]>}>;

export interface LabOptions {
  /** The law at first, a key of `laws`. */
  law: keyof typeof laws;
  schedule: ScheduleKindName;
  /** Dimensions that the page can show. Default 1 and 2. */
  dimensions?: readonly (1 | 2)[];
  /** Points drawn from the law, at first. Default 500. */
  count?: number;
  /** Default: those that ship. */
  latents?: Latents;
}

export interface Lab {
  state: PageState;
  /** Keys and names of the laws that the page can show; `drawn1` and `drawn2` are drawn by hand. */
  lawOptions: readonly (readonly [key: string, name: string])[];
  lawKey: Signal<string>;
  /** What was drawn by hand, [n, d], for one and for two dimensions. */
  drawn: Record<1 | 2, Signal<number[]>>;
  law: ReadonlySignal<Law | undefined>;
  /** Why there is no law. */
  lawTrouble: ReadonlySignal<string>;
  mixture: ReadonlySignal<GaussianMixture | undefined>;
  /** Of the law; 1 while there is none. */
  d: ReadonlySignal<number>;
  /** The law's exact denoiser. */
  denoiser: ReadonlySignal<ExactDenoiser | undefined>;
  /** Points drawn from the law [count, d]. */
  data: ReadonlySignal<Float64Array | undefined>;
  count: Signal<number>;
  seed: Signal<number>;

  /** A kind, `drawnBeta`, `drawnSigma`, or `cell:NAME`. */
  scheduleKey: Signal<string>;
  parameters: Record<string, Record<string, Signal<number>>>;
  /** Control points of a schedule drawn by hand. */
  points: Signal<ControlPoint[]>;
  schedule: ReadonlySignal<Schedule | undefined>;
  /** Why there is no schedule. */
  scheduleTrouble: ReadonlySignal<string>;
  /** Top-level values of the reader's own cells, by name. */
  offered: Signal<Map<string, unknown>>;
  /** Whichever stands in the way first: no law, or no schedule. */
  trouble: ReadonlySignal<string>;
}

export const isSketch = (value: unknown): value is ScheduleSketch =>
  typeof value === "object" && value !== null && typeof (value as ScheduleSketch).sigma === "function";

const names = Object.keys(scheduleKinds) as ScheduleKindName[];

export function openLab(state: PageState, options: LabOptions): Lab {
  const {dimensions = [1, 2], latents = shippedLatents} = options;
  const shown = (d: number) => (dimensions as readonly number[]).includes(d);
  const known: Record<string, Law> = laws;
  const lawOptions: [string, string][] = Object.entries(known)
    .filter(([, law]) => shown(law.mixture.dimension))
    .map(([key, {name}]) => [key, name]);
  if (shown(2)) for (const [key, {name}] of Object.entries(latents)) lawOptions.push([key, name]);
  if (shown(1)) lawOptions.push(["drawn1", "drawn by hand (1-D)"]);
  if (shown(2)) lawOptions.push(["drawn2", "drawn by hand (2-D)"]);

  const lawKey = state.text<string>("data", options.law, lawOptions.map(([key]) => key)); // prettier-ignore
  const drawn = {
    1: state.custom<number[]>("draw1", [], planeCodecOf(1)),
    2: state.custom<number[]>("draw2", [], planeCodec(PAD_REACH, PAD_MOST))
  };
  const loaded = signal<Record<string, Law | string>>({});
  const found = computed((): Law | string => {
    const key = lawKey.value;
    if (key in known) return known[key];
    if (key in latents) {
      const now = loaded.value[key];
      if (now === undefined) void load(key);
      return now ?? "The latents are being loaded.";
    }
    const d = key === "drawn1" ? 1 : 2;
    const points = drawn[d].value;
    if (points.length === 0)
      return "No data yet: draw some in the frame beside the choice of data, with the mouse, a finger or keys.";
    return lawOfPoints("drawn by hand", points, {d, width: DRAWN_WIDTH});
  });
  const asked = new Set<string>();
  async function load(key: string) {
    if (asked.has(key)) return;
    asked.add(key);
    let result: Law | string;
    try {
      result = lawOfPoints(latents[key].name, await latents[key].load(), {d: 2, width: DRAWN_WIDTH});
    } catch (error) {
      result = `The latents can't be loaded: ${(error as Error).message}`;
    }
    loaded.value = {...loaded.peek(), [key]: result};
  }
  const law = computed(() => (typeof found.value === "string" ? undefined : found.value));
  const lawTrouble = computed(() => (typeof found.value === "string" ? found.value : ""));
  const mixture = computed(() => law.value?.mixture);
  const count = state.number("n", options.count ?? 500, {min: 1, max: 5000, integer: true});
  const seed = state.number("seed", 1, {min: 0, max: 2 ** 31 - 1, integer: true});

  const scheduleKey = state.text<string>("schedule", options.schedule);
  const parameters = Object.fromEntries(
    names.map((kind) => [
      kind,
      Object.fromEntries(
        Object.entries((scheduleKinds[kind] as ScheduleKind).parameters).map(([name, {value, min, max}]) => [
          name,
          state.number(`${kind}.${name}`, value, {min, max})
        ])
      )
    ])
  );
  const points = state.custom<ControlPoint[]>("points", [], pointsCodec);
  const offered = signal(new Map<string, unknown>());
  const made = computed(() => {
    const key = scheduleKey.value;
    if (key.startsWith("cell:")) return ofCell(key.slice(5), offered.value);
    const kind = key as ScheduleSpec["kind"];
    if (kind === "drawnBeta" || kind === "drawnSigma") return scheduleOf({kind, points: points.value});
    if (!names.includes(kind)) return {fault: `${key}: there is no such schedule.`};
    return scheduleOf({kind, parameters: valuesOf(parameters[kind])});
  });
  return {
    state,
    lawOptions,
    lawKey,
    drawn,
    law,
    lawTrouble,
    mixture,
    d: computed(() => mixture.value?.dimension ?? 1),
    denoiser: computed(() => mixture.value && mixtureDenoiser(mixture.value)),
    data: computed(
      () => mixture.value && sampleMixture(mixture.value, count.value, random(seed.value, 0x44415441))
    ),
    count,
    seed,
    scheduleKey,
    parameters,
    points,
    offered,
    schedule: computed(() => made.value.schedule),
    scheduleTrouble: computed(() => made.value.fault ?? ""),
    trouble: computed(() => lawTrouble.value || (made.value.fault ?? ""))
  };
}

/** The present values of some signals. */
export const valuesOf = (signals: Record<string, Signal<number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(signals).map(([name, {value}]) => [name, value]));

/** In one dimension, a drawing is written as in two, at height 0. */
function planeCodecOf(d: 1) {
  const plane = planeCodec(PAD_REACH, PAD_MOST);
  return {
    write: (points: number[]) => plane.write(points.flatMap((x) => [x, 0])),
    read: (text: string) => plane.read(text)?.filter((_, i) => i % (d + 1) === 0)
  };
}

function ofCell(name: string, offered: Map<string, unknown>) {
  const value = offered.get(name);
  if (!isSketch(value))
    return {
      fault: `No cell defines the schedule ${name} at present: an object with a function sigma(t), and s(t) if it is not 1.`
    };
  try {
    const schedule = {...scheduleFrom(value), name};
    const fault = faultOf(schedule);
    return fault === undefined ? {schedule} : {fault};
  } catch (error) {
    return {fault: `${name}: ${(error as Error).message}`};
  }
}
