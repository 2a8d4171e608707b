import type {Sampled, Sampler, SamplerInput} from "./sampler.js";

/** The noise levels that each trajectory of an adaptive sampler stopped at. */
export interface StepSizes extends Sampled {
  /** Levels of each trajectory, in the order they were passed: a row for each [steps + 1]. */
  levels: Float64Array[];
}

/** Runs an adaptive sampler and keeps where each of its trajectories stopped. Those that keep to the times given have no rows. */
export async function stepSizes(sampler: Sampler, input: SamplerInput): Promise<StepSizes> {
  const passed: number[][] = [];
  const sampled = await sampler({
    ...input,
    observePath(row, t, x) {
      (passed[row] ??= []).push(input.schedule.sigma(t));
      input.observePath?.(row, t, x);
    }
  });
  return {...sampled, levels: passed.map((levels) => Float64Array.from(levels))};
}
