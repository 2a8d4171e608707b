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

/** Law, schedule and the spacing of times as plain data. */
export interface CourseSpec {
  mixture: GaussianMixture;
  schedule: ScheduleSpec;
  spacing: SpacingName;
}

export interface RaceInput extends CourseSpec {
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

/** What samplers run on: the law with its exact denoiser, the schedule, and the times of so many steps. */
function courseOf({mixture, schedule: spec, spacing}: CourseSpec) {
  const schedule = scheduleOfSpec(spec);
  return {
    mixture,
    denoiser: mixtureDenoiser(mixture),
    schedule,
    times: (steps: number) => spacings[spacing].times(schedule, steps)
  };
}

/** Races samplers on a mixture's exact denoiser: how far from the law, after how many denoiser calls. */
export function samplerRace(
  {runs, n, draws, seed, reference, ...course}: RaceInput,
  context: WorkerContext<RaceResult>
): Promise<RaceResult> {
  return race(
    runs.map(({sampler, steps, ...run}) => ({
      ...run,
      steps,
      sampler: samplerOf(sampler, steps),
      solvesOde: samplerKind(sampler.kind).solvesOde(samplerDefaults(sampler.kind, sampler.parameters))
    })),
    {...courseOf(course), n, draws, seed, reference},
    context,
    (result) => context.partial(result)
  );
}

export interface AgreementInput extends CourseSpec {
  samplers: {name: string; sampler: SamplerSpec; steps: number}[];
  n: number;
  seed: number;
}

/** Two-sample tests of samplers against the law and against each other. */
export function samplerAgreement(
  {samplers, n, seed, ...course}: AgreementInput,
  context: WorkerContext<Agreement[]>
): Promise<Agreement[]> {
  return agreement(
    samplers.map(({name, sampler, steps}) => ({name, steps, sampler: samplerOf(sampler, steps)})),
    {...courseOf(course), n, seed},
    context,
    (found) => context.partial(found)
  );
}
