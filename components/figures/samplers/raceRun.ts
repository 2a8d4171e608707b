import {computed, type ReadonlySignal} from "@preact/signals-core";
import {samplerAgreement, type Agreement} from "../../analysis/samplerAgreement.js";
import {samplerRace, type RaceResult} from "../../analysis/samplerRace.js";
import type {JobContext} from "../../compute/job.js";
import type {Pool} from "../../compute/pool.js";
import type {NotebookJobs} from "../../jobs/jobs.js";
import {samplerOf, type SamplerSpec} from "../../samplers/samplerKinds.js";
import type {Sampler} from "../../samplers/sampler.js";
import type {MeasuredContext} from "./measured.js";
import {sliced} from "./slices.js";
import type {SamplersState} from "./state.js";

export type Workers = Pool<NotebookJobs>;

/** A sampler of a run: plain data, or a reader's own function, which no other thread can be given. */
export interface RacingSampler {
  spec?: SamplerSpec;
  make?(steps: number): Sampler;
}

export interface RunAsked {
  series: number;
  value: number;
  steps: number;
  sampler: RacingSampler;
  solvesOde: boolean;
}

export interface RaceAsked {
  runs: RunAsked[];
  n: number;
  draws: number;
  seed: number;
  /** Default true. */
  reference?: boolean;
}

/** The page's law and schedule, and what is asked of them. */
export type RaceQuestion<A> = A & {setting: ReturnType<typeof settingOf> & {}};

function settingOf({lab, timesOf, scheduleSpec, spacing}: SamplersState) {
  const [mixture, denoiser, schedule] = [lab.mixture.value, lab.denoiser.value, lab.schedule.value];
  if (!mixture || !denoiser || !schedule) return undefined;
  return {
    mixture,
    denoiser,
    schedule,
    times: timesOf.value!,
    spec: scheduleSpec.value,
    spacing: spacing.value
  };
}

/** A question about the page's law and schedule; none where one of these is missing, or `ask` has none. */
export const raceQuestion = <A>(state: SamplersState, ask: () => A | undefined): ReadonlySignal<RaceQuestion<A> | undefined> =>
  computed(() => {
    const setting = settingOf(state);
    const asked = ask();
    return setting && asked && {...asked, setting};
  }); // prettier-ignore

const samplerFor = ({spec, make}: RacingSampler, steps: number): Sampler =>
  spec ? samplerOf(spec, steps) : make!(steps);

/** In slices in the page, with progress. */
const inPage = <R>({signal, progress}: MeasuredContext<R>): JobContext => ({...sliced(signal), progress});

/**
 * Races samplers: in a background thread, or in the page, in slices, where a schedule or sampler is a function of a reader's cell.
 */
export const runRace =
  (workers: Workers) =>
  (
    {runs, setting, reference = true, ...asked}: RaceQuestion<RaceAsked>,
    context: MeasuredContext<RaceResult>
  ) => {
    const {mixture, spec, spacing} = setting;
    if (spec && runs.every(({sampler}) => sampler.spec))
      return workers.run(
        "samplerRace",
        {
          ...asked,
          mixture,
          schedule: spec,
          spacing,
          reference,
          runs: runs.map(({series, value, steps, sampler}) => ({
            series,
            value,
            steps,
            sampler: sampler.spec!
          }))
        },
        {signal: context.signal, onProgress: context.progress, onPartial: context.partial}
      );
    return samplerRace(
      runs.map((run) => ({...run, sampler: samplerFor(run.sampler, run.steps)})),
      {...asked, ...setting, reference},
      inPage(context),
      context.partial
    );
  };

export interface AgreementAsked {
  samplers: {name: string; steps: number; sampler: RacingSampler}[];
  n: number;
  seed: number;
}

/** Two-sample tests, likewise. */
export const runAgreement =
  (workers: Workers) =>
  ({samplers, setting, n, seed}: RaceQuestion<AgreementAsked>, context: MeasuredContext<Agreement[]>) => {
    const {mixture, spec, spacing} = setting;
    if (spec && samplers.every(({sampler}) => sampler.spec))
      return workers.run(
        "samplerAgreement",
        {
          mixture,
          schedule: spec,
          spacing,
          n,
          seed,
          samplers: samplers.map(({sampler, ...rest}) => ({...rest, sampler: sampler.spec!}))
        },
        {signal: context.signal, onProgress: context.progress, onPartial: context.partial}
      );
    return samplerAgreement(
      samplers.map(({name, steps, sampler}) => ({name, steps, sampler: samplerFor(sampler, steps)})),
      {...setting, n, seed},
      inPage(context),
      context.partial
    );
  };
