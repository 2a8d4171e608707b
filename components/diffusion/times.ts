import {timeOf, type Schedule} from "./schedule.js";

/**
 * Where a sampler stops, apart from the schedule: n + 1 falling times from a schedule's end to (nearly) its beginning.
 */
export interface Spacing {
  label: string;
  times(schedule: Schedule, n: number): Float64Array;
}

/** Below this noise level, for data of unit variance, nothing is seen to change. */
const LEAST = 2e-3;

/**
 * The times between which a sampler goes: the schedule's last, and its first at which there is noise to take away. (At sigma = 0 the
 * probability-flow ODE has no slope, and a schedule that a reader drew may stay there for long.)
 */
export function timeRange(schedule: Schedule, least = LEAST): [last: number, first: number] {
  const {t_min, t_max, sigma} = schedule;
  const low = Math.min(least, sigma(t_max) / 10);
  const first = sigma(t_min) >= low ? t_min : timeOf(schedule, low);
  return [t_max, sigma(first) > 0 ? first : first + 1e-6 * (t_max - first)];
}

/** The same times with their ends exact: rounding would leave one just outside of the schedule. */
function ended(times: Float64Array, last: number, first: number): Float64Array {
  [times[0], times[times.length - 1]] = [last, first];
  return times;
}

/** Times whose place between last and first, on some scale of the noise level, is even. */
const evenIn =
  (to: (sigma: number) => number, from: (v: number) => number) =>
  (schedule: Schedule, n: number): Float64Array => {
    const [last, first] = timeRange(schedule);
    const [top, low] = [to(schedule.sigma(last)), to(schedule.sigma(first))];
    const times = Float64Array.from({length: n + 1}, (_, i) =>
      timeOf(schedule, from(top + ((low - top) * i) / n))
    );
    return ended(times, last, first);
  };

/** EDM's rho (Karras et al. 2022, Table 1). */
const RHO = 7;

export const spacings = {
  uniform: {
    label: "even in t",
    times(schedule, n) {
      const [last, first] = timeRange(schedule);
      return ended(
        Float64Array.from({length: n + 1}, (_, i) => last + ((first - last) * i) / n),
        last,
        first
      );
    }
  },
  snr: {label: "even in ln σ (log SNR)", times: evenIn(Math.log, Math.exp)},
  rho: {
    label: "EDM, even in σ^(1/7)",
    times: evenIn(
      (sigma) => sigma ** (1 / RHO),
      (v) => v ** RHO
    )
  },
  quadratic: {
    label: "quadratic in t",
    times(schedule, n) {
      const [last, first] = timeRange(schedule);
      return ended(
        Float64Array.from({length: n + 1}, (_, i) => first + (last - first) * (1 - i / n) ** 2),
        last,
        first
      );
    }
  }
} satisfies Record<string, Spacing>;

export type SpacingName = keyof typeof spacings;
