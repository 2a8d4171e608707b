/** What the page `score-sde` knows: the laboratory, a second schedule without scaling, and its own controls, all in the address. */
import {computed, type ReadonlySignal, type Signal} from "@preact/signals-core";
import type {Schedule} from "../../diffusion/schedule.js";
import {openLab, type Lab} from "../lab/lab.js";
import {labValues} from "../lab/labPage.js";
import type {PageState} from "../lab/pageState.js";
import {linkValues} from "../lab/prelude.js";
import type {Start} from "./bothWays.js";
import {openExploding, type Exploding} from "./exploding.js";
import {fields, type Field} from "./field.js";
import {STEPS} from "./steps.js";
import {timeAxis, type TimeAxis} from "../lab/timeAxis.js";
import {viewOf, type View, type ViewName} from "../lab/view.js";
import type {Process} from "./waysPlane.js";

export interface ScoreSde {
  lab: Lab;
  /** The second schedule. */
  exploding: Exploding;
  /** Place of the present time on the axis, 0..1, and what it is in a schedule. */
  u: Signal<number>;
  axis: ReadonlySignal<TimeAxis | undefined>;
  time: ReadonlySignal<number>;
  viewName: Signal<ViewName>;
  view: ReadonlySignal<View | undefined>;
  /** Index of the chain's T among STEPS. */
  chain: Signal<number>;
  /** Paths drawn of each process, and steps that they take. */
  paths: Signal<number>;
  steps: Signal<number>;
  show: Record<Process, Signal<boolean>>;
  shown: ReadonlySignal<Process[]>;
  start: Signal<Start>;
  field: Signal<Field | "none">;
  /** Steps of the way to noise and back. */
  encodeSteps: Signal<number>;
  /** Steps in which the two schedules are compared. */
  sameSteps: Signal<number>;
  values: Record<string, ReadonlySignal<unknown>>;
}

const names: readonly ViewName[] = ["auto", "plain", "scaled", "unscaled"];

export function openScoreSde(state: PageState): ScoreSde {
  const lab = openLab(state, {law: "uneven", schedule: "vp"});
  const exploding = openExploding(state);
  const u = state.number("u", 0.3, {min: 0, max: 1});
  const axis = computed(() => lab.schedule.value && timeAxis(lab.schedule.value));
  const time = computed(() => axis.value?.at(u.value) ?? NaN);
  const viewName = state.text<ViewName>("view", "auto", names);
  const show = {
    forward: state.flag("forward", true),
    sde: state.flag("sde", true),
    ode: state.flag("ode", true)
  };
  const steps = state.number("N", 40, {min: 4, max: 200, integer: true});
  return {
    lab,
    exploding,
    u,
    axis,
    time,
    viewName,
    view: computed(() => viewFor(lab.schedule.value)),
    chain: state.custom("T", STEPS.indexOf(50), {
      write: (i) => String(STEPS[i]),
      read(text) {
        const i = STEPS.indexOf(Number(text));
        return i < 0 ? undefined : i;
      }
    }),
    paths: state.number("paths", 8, {min: 1, max: 60, integer: true}),
    steps,
    show,
    shown: computed(() => (Object.keys(show) as Process[]).filter((name) => show[name].value)),
    start: state.text<Start>("start", "noise", ["noise", "ends"]),
    field: state.text<Field | "none">("field", "flow", [...(Object.keys(fields) as Field[]), "none"]),
    encodeSteps: state.number("encode", 12, {min: 2, max: 64, integer: true}),
    sameSteps: state.number("same", 60, {min: 4, max: 80, integer: true}),
    values: {...labValues(lab), time, steps, exploding: exploding.schedule}
  };
  function viewFor(schedule: Schedule | undefined): View | undefined {
    return schedule && lab.mixture.value && viewOf(viewName.value, schedule, lab.mixture.value);
  }
}

/** What the page's cells see, from a link. */
export const ofLink = linkValues(openScoreSde);
