/** What the page computes from its controls: one computation each, shared by the figures that show it, and done while one is on the screen. */
import {computed, type ReadonlySignal} from "@preact/signals-core";
import type {Schedule} from "../../diffusion/schedule.js";
import {followSeen} from "../lab/followSeen.js";
import {endLaw} from "./agreement.js";
import {bothWays, type BothWays, type BothWaysInput} from "./bothWays.js";
import {timeHeat} from "../lab/heat.js";
import {apart, differences, sameProcess} from "./sameProcess.js";
import type {ScoreSde} from "./state.js";
import {brownianPaths, sdePaths} from "./steps.js";
import {stepsErrors} from "./stepsError.js";
import {roundTripErrors, thereAndBack} from "./thereAndBack.js";
import {timeAxis} from "../lab/timeAxis.js";
import {viewOf} from "../lab/view.js";

/** Brownian paths of the chains, which their errors are means over. */
export const CHAIN_PATHS = 40;

/** Points that are carried to noise and back, and that two schedules are compared with. */
export const CARRIED = 16;
export const COMPARED = 12;

/** Milliseconds after which the numbers are worked out that take longer than a picture. */
const REST = 150;

export function openRuns({lab, exploding, ...page}: ScoreSde) {
  const firsts = (n: number) =>
    computed(() => {
      const [data, d] = [lab.data.value, lab.d.value];
      // of a small set of data, the points are taken again
      return data && Float64Array.from({length: n}, (_, i) => data[(i * d) % data.length]);
    });
  const some = (n: number) =>
    computed(() => {
      const [data, d] = [lab.data.value, lab.d.value];
      return data && Float64Array.from({length: n * d}, (_, i) => data[i % data.length]);
    });

  const x0 = firsts(CHAIN_PATHS);
  const brownian = computed(() => brownianPaths(lab.seed.value, CHAIN_PATHS));
  const limit = computed(() => {
    const [schedule, data] = [lab.schedule.value, x0.value];
    return schedule && data && !lab.trouble.value ? {schedule, x0: data, sde: sdePaths(schedule, data, brownian.value)} : undefined; // prettier-ignore
  });
  const chainErrors = computed(() => {
    const [law, now] = [lab.mixture.value, limit.value];
    return law && now && stepsErrors(law, now.schedule, now.x0, brownian.value, now.sde);
  });

  const ask = (schedule: ReadonlySignal<Schedule | undefined>) =>
    computed((): BothWaysInput | undefined => {
      const [law, denoiser, data, now] = [lab.mixture.value, lab.denoiser.value, lab.data.value, schedule.value];
      if (!law || !denoiser || !data || !now) return undefined;
      return {law, denoiser, schedule: now, data, seed: lab.seed.value, steps: page.steps.value, start: page.start.value};
    }); // prettier-ignore
  const ways = followSeen(ask(lab.schedule), bothWays);
  const waysExploding = followSeen(ask(exploding.schedule), bothWays);
  const viewed = (run: ReadonlySignal<BothWays | undefined>) =>
    computed(() => run.value && viewOf(page.viewName.value, run.value.schedule, run.value.law));
  const heated = (run: ReadonlySignal<BothWays | undefined>) => {
    const view = viewed(run);
    const heat = computed(() => {
      const [now, how] = [run.value, view.value];
      return now && how && timeHeat(now.law, now.schedule, timeAxis(now.schedule), how);
    });
    return {view, heat};
  };
  const ends = followSeen(ways.value, async (now) => endLaw(now, lab.seed.peek()), {rest: REST});
  const endsExploding = followSeen(waysExploding.value, async (now) => endLaw(now, lab.seed.peek()), {
    rest: REST
  });

  const carried = some(CARRIED);
  const toCarry = computed(() => {
    const [law, denoiser, schedule, data] = [lab.mixture.value, lab.denoiser.value, lab.schedule.value, carried.value]; // prettier-ignore
    return law && denoiser && schedule && data && {law, denoiser, schedule, data};
  });
  const trip = followSeen(
    computed(() => toCarry.value && {...toCarry.value, steps: page.encodeSteps.value}),
    thereAndBack
  );
  const tripErrors = followSeen(toCarry, roundTripErrors);

  const compared = some(COMPARED);
  const sameTrouble = computed(() => {
    const [a, b] = [exploding.schedule.value, lab.schedule.value];
    return lab.trouble.value || exploding.scheduleTrouble.value || (a && b ? apart([a, b]) : "");
  });
  const toCompare = computed(() => {
    const [law, denoiser, data] = [lab.mixture.value, lab.denoiser.value, compared.value];
    const [a, b] = [exploding.schedule.value, lab.schedule.value];
    if (!law || !denoiser || !data || !a || !b || sameTrouble.value) return undefined;
    return {law, denoiser, data, schedules: [a, b] as const, seed: lab.seed.value};
  });
  const same = followSeen(
    computed(() => toCompare.value && {...toCompare.value, steps: page.sameSteps.value}),
    sameProcess
  );
  const sameErrors = followSeen(toCompare, differences);

  const parts = [ways, waysExploding, ends, endsExploding, trip, tripErrors, same, sameErrors];
  return {
    limit,
    brownian,
    chainErrors,
    ways: {...ways, ...heated(ways.value)},
    waysExploding: {...waysExploding, ...heated(waysExploding.value)},
    ends,
    endsExploding,
    trip: {...trip, view: computed(() => trip.value.value && viewOf(page.viewName.value, trip.value.value.schedule, trip.value.value.law))}, // prettier-ignore
    tripErrors,
    same,
    sameErrors,
    sameTrouble,
    dispose: () => parts.forEach((part) => part.dispose())
  };
}

export type Runs = ReturnType<typeof openRuns>;
