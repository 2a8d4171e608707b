/** The page's second schedule, without scaling: SMLD's, EDM's, or a sigma(t) drawn by hand. */
import {computed, signal, type ReadonlySignal} from "@preact/signals-core";
import type {ControlPoint} from "../../diffusion/drawnCurve.js";
import type {Schedule} from "../../diffusion/schedule.js";
import {
  scheduleKinds,
  scheduleOf,
  type ScheduleKind,
  type ScheduleSpec
} from "../../diffusion/scheduleKinds.js";
import {valuesOf, type Lab} from "../lab/lab.js";
import {pointsCodec, type PageState} from "../lab/pageState.js";

/** Kinds of schedules with s = 1. */
export const explodingKinds = ["ve", "edm", "drawnSigma"] as const;

export type Exploding = Pick<
  Lab,
  "scheduleKey" | "parameters" | "points" | "offered" | "schedule" | "scheduleTrouble"
>;

export function openExploding(state: PageState): Exploding {
  const scheduleKey = state.text<string>("ve", "ve", explodingKinds);
  const parameters = Object.fromEntries(
    (["ve", "edm"] as const).map((kind) => [
      kind,
      Object.fromEntries(
        Object.entries((scheduleKinds[kind] as ScheduleKind).parameters).map(([name, {value, min, max}]) => [
          name,
          state.number(`ve.${kind}.${name}`, value, {min, max})
        ])
      )
    ])
  );
  const points = state.custom<ControlPoint[]>("ve.points", [], pointsCodec);
  const made = computed((): {schedule?: Schedule; fault?: string} => {
    const kind = scheduleKey.value as ScheduleSpec["kind"];
    if (kind === "drawnSigma" || kind === "drawnBeta") return scheduleOf({kind, points: points.value});
    return scheduleOf({kind, parameters: valuesOf(parameters[kind])});
  });
  const schedule: ReadonlySignal<Schedule | undefined> = computed(() => made.value.schedule);
  return {
    scheduleKey,
    parameters,
    points,
    offered: signal(new Map<string, unknown>()),
    schedule,
    scheduleTrouble: computed(() => made.value.fault ?? "")
  };
}
