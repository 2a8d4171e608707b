import {samplerAgreement as agreement, type Agreement} from "../analysis/samplerAgreement.js";
import {samplerRace as race, type RaceResult} from "../analysis/samplerRace.js";
import type {WorkerContext} from "../compute/protocol.js";
import {mixtureDenoiser, type GaussianMixture} from "../diffusion/gaussianMixture.js";
import type {Schedule} from "../diffusion/schedule.js";
import {scheduleOf, type ScheduleSpec} from "../diffusion/scheduleKinds.js";
import {spacings, type SpacingName} from "../diffusion/times.js";
import {samplerDefaults, samplerKind, samplerOf, type SamplerSpec} from "../samplers/samplerKinds.js";

/** A run as plain data. */
export interface RunSpec {
  series: number;
  value: number;
  steps: number;
  sampler: SamplerSpec;
}

/** Law and schedule as plain data, and what else a race is set by. */
export interface RaceInput {
  mixture: GaussianMixture;
  schedule: ScheduleSpec;
  spacing: SpacingName;
  runs: RunSpec[];
  n: number;
  draws: number;
  seed: number;
  reference: boolean;
}

/** @throws RangeError with the sentence that says what is wrong with the schedule */
export function scheduleOfSpec(spec: ScheduleSpec): Schedule {
  const {schedule, fault} = scheduleOf(spec);
  if (!schedule) throw new RangeError(fault);
  return schedule;
}

/** Races samplers on a mixture's exact denoiser: how far from the law, after how many denoiser calls. */
export function samplerRace(
  {mixture, schedule: spec, spacing, runs, ...setting}: RaceInput,
  context: WorkerContext<RaceResult>
): Promise<RaceResult> {
  const schedule = scheduleOfSpec(spec);
  return race(
    runs.map(({sampler, steps, ...run}) => ({
      ...run,
      steps,
      sampler: samplerOf(sampler, steps),
      solvesOde: samplerKind(sampler.kind).solvesOde(samplerDefaults(sampler.kind, sampler.parameters))
    })),
    {
      ...setting,
      mixture,
      denoiser: mixtureDenoiser(mixture),
      schedule,
      times: (steps) => spacings[spacing].times(schedule, steps)
    },
    context,
    (result) => context.partial(result)
  );
}

export interface AgreementInput {
  mixture: GaussianMixture;
  schedule: ScheduleSpec;
  spacing: SpacingName;
  samplers: {name: string; sampler: SamplerSpec; steps: number}[];
  n: number;
  seed: number;
}

/** Two-sample tests of samplers against the law and against each other. */
export function samplerAgreement(
  {schedule: spec, spacing, samplers, mixture, ...setting}: AgreementInput,
  context: WorkerContext<Agreement[]>
): Promise<Agreement[]> {
  const schedule = scheduleOfSpec(spec);
  return agreement(
    samplers.map(({name, sampler, steps}) => ({name, steps, sampler: samplerOf(sampler, steps)})),
    {
      ...setting,
      mixture,
      denoiser: mixtureDenoiser(mixture),
      schedule,
      times: (steps) => spacings[spacing].times(schedule, steps)
    },
    context,
    (found) => context.partial(found)
  );
}
