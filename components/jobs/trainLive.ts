import type {JobContext} from "../compute/job.js";
import {bestBuild} from "../compute/kernel/kernel.js";
import type {Backend} from "../compute/network.js";
import type {WorkerContext} from "../compute/protocol.js";
import {levelLosses, type LevelLoss} from "../diffusion/levelLosses.js";
import {endOf, type TrainingEnd} from "../diffusion/patience.js";
import {priorPresets} from "../diffusion/presets.js";
import {objectiveFor, parsePriorConfig, type PriorConfig} from "../diffusion/network.js";
import {openDenoiser, type PriorWeights} from "../diffusion/prior.js";
import {writePrior} from "../diffusion/priorFile.js";
import {
  latestPrior,
  priorOf,
  resumePrior,
  startPrior,
  writeCheckpoint,
  type PriorLoss,
  type PriorState
} from "../diffusion/priorState.js";
import {parsePriorTraining, type PriorTraining} from "../diffusion/training.js";
import type {NdArray} from "../formats/ndarray.js";
import {borrowed} from "./lend.js";
import {probeBackends, type Probed} from "./probe.js";
import type {ReplicaJobs} from "./replicas.js";
import {samplePrior} from "./samplePrior.js";
import {priorTeam, trainPrior} from "./trainPrior.js";

export interface TrainLiveInput {
  /** Encodings [n, d]. */
  mu: NdArray<Float32Array>;
  preset: keyof typeof priorPresets;
  /** In place of the preset's, where given: also the objective, the parameterisation and the constants of the noise levels. */
  model?: Partial<Omit<PriorConfig, "zdim">>;
  /** The same of the training. */
  training?: Partial<Omit<PriorTraining, "seed" | "steps">>;
  steps?: number;
  /** False takes encodings as they are: for laws that have mean 0 and deviation sigma_data already (default true). */
  standardise?: boolean;
  seed: number;
  /** `auto`: the fastest in a short probe of the real step. */
  backend: Backend | "auto";
  /** Ports to helper threads (lend.ts), which must serve `replicaJobs`. */
  helpers: MessagePort[];
  /** Where an earlier training with the same latents and settings stopped. */
  checkpoint?: Uint8Array;
  /** Samples drawn at each evaluation, to look at (0 for none). */
  samples: number;
}

/** What a live training reports while it runs. */
export type TrainLivePart =
  | {kind: "backend"; backend: Backend; build?: string; threads: number; probed: Probed[]}
  /**
   * The losses of all evaluations so far; samples of the averaged weights [samples, d], in the latents' units; and a copy of these
   * weights, for `evaluateDenoiser` (learnedDenoiser.ts). The last one is of the weights that are kept: where these are not
   * those of the last evaluation but of a better one, it comes again.
   */
  | ({kind: "evaluation"; step: number; losses: PriorLoss[]; z: Float64Array} & PriorWeights)
  | {kind: "checkpoint"; step: number; bytes: Uint8Array}
  /** Mean loss of the steps since the last report, a few times a second; and by noise level. */
  | {kind: "loss"; step: number; loss: number; levels: LevelLoss[]};

export interface TrainLiveResult {
  /** The prior as a safetensors file. */
  prior: Uint8Array;
  losses: PriorLoss[];
  backend: Backend;
  /** Where the training ended, and which weights it kept. */
  end: TrainingEnd;
  /** Steps done now, and the seconds they took without evaluations and pauses. */
  steps: number;
  seconds: number;
}

/** Steps between checkpoints: what a cancel, a crash or a closed tab loses at most. */
const CHECKPOINT = 250;

/** Milliseconds between two reports of the loss. */
const REPORT = 250;

/** Trains a prior in the thread that runs it and its helpers, reporting what a page shows meanwhile. */
export async function trainLive(
  input: TrainLiveInput,
  context: WorkerContext<TrainLivePart>
): Promise<TrainLiveResult> {
  const {preset, samples} = input;
  let state = started(input);
  if (input.checkpoint) state = resumePrior(state, input.checkpoint, "saved training");
  const begun = state.step;
  const helpers = borrowed<ReplicaJobs>(input.helpers);
  try {
    const probed = input.backend === "auto" ? await probeBackends(state, helpers) : [];
    const backend = input.backend === "auto" ? probed[0].backend : input.backend;
    if (probed.length && !(probed[0].rate > 0))
      throw new Error(
        `no backend can train here: ${probed.map((p) => `${p.backend}: ${p.reason}`).join("; ")}`
      );
    const used = backend === "wasm" ? helpers : [];
    const team = await priorTeam(state, {backend, helpers: used, here: true});
    const build = backend === "wasm" ? bestBuild() : undefined;
    context.partial({kind: "backend", backend, build, threads: used.length + 1, probed});
    const clock = {running: 0, reported: -Infinity, terms: new Float64Array(0), steps: 0};
    const timed = {
      ...team,
      async run(from: number, to: number) {
        const start = performance.now();
        const terms = await team.run(from, to);
        const now = performance.now();
        clock.running += now - start;
        clock.terms = terms.map((v, i) => v + (clock.terms[i] ?? 0));
        clock.steps += to - from;
        if (now - clock.reported > REPORT) {
          const [sum, ...sums] = clock.terms;
          const levels = levelLosses(Float64Array.from(sums));
          context.partial({kind: "loss", step: to, loss: sum / clock.steps, levels});
          [clock.reported, clock.terms, clock.steps] = [now, new Float64Array(0), 0];
        }
        return terms;
      }
    };
    const show = async (step: number, prior: PriorWeights) => {
      const {seed} = state.training;
      const z = samples ? await samplesOf(prior, samples, seed, backend, context) : new Float64Array(0);
      const {config, standardisation, parameters} = prior;
      context.partial({
        kind: "evaluation",
        step,
        losses: [...state.losses],
        z,
        config,
        parameters: parameters.slice(), // what a partial result holds is given away
        standardisation: {mean: standardisation.mean.slice(), deviation: standardisation.deviation.slice()}
      });
    };
    const evaluated = (now: PriorState) => show(now.step, latestPrior(now));
    const checkpoint = (now: PriorState) =>
      context.partial({kind: "checkpoint", step: now.step, bytes: writeCheckpoint(now)});
    try {
      await trainPrior(
        state,
        {team: timed, backend, evaluated, checkpoint, checkpointEvery: CHECKPOINT},
        context
      );
    } finally {
      team.dispose();
    }
    const end = endOf(state);
    if (end.kept !== end.steps || begun === end.steps) await show(end.kept, priorOf(state));
    const seconds = clock.running / 1000;
    const provenance = {
      preset,
      latents: state.fingerprint,
      training: state.training,
      losses: state.losses,
      end,
      backend,
      seconds
    };
    const prior = writePrior(priorOf(state), provenance); // prettier-ignore
    return {prior, losses: state.losses, end, backend, steps: state.step - begun, seconds};
  } finally {
    for (const helper of helpers) helper.close();
  }
}

/** The training that is asked for, at its start. @throws InputError for settings that can't be trained with */
function started({mu, preset, model, training, steps, seed, standardise}: TrainLiveInput): PriorState {
  const usual = priorPresets[preset];
  const settings = {...usual.training, ...training, steps: steps ?? usual.training.steps, seed};
  const {learningRate} = settings;
  const warmUp = Math.min(learningRate.warmUp, Math.ceil(settings.steps / 10));
  const config = parsePriorConfig({...usual.model, ...model, zdim: mu.shape[1]}, "training");
  objectiveFor(config); // an objective without noise levels is told of here
  return startPrior(
    mu,
    config,
    parsePriorTraining({...settings, learningRate: {...learningRate, warmUp}}, "training"),
    {standardised: standardise}
  );
}

/** Samples of a training's averaged weights [n, d]; the same noise every time, so that they can be watched moving. */
async function samplesOf(
  prior: PriorWeights,
  n: number,
  seed: number,
  backend: Backend,
  {signal, turn}: JobContext
) {
  const denoiser = await openDenoiser(prior, backend);
  try {
    const context = {signal, turn, progress: () => {}};
    return (await samplePrior(prior, {n, seed}, context, undefined, denoiser)).z;
  } finally {
    denoiser.dispose();
  }
}
