import type {JobContext} from "../compute/job.js";
import {bestBuild} from "../compute/kernel/kernel.js";
import type {Backend} from "../compute/network.js";
import type {WorkerContext} from "../compute/protocol.js";
import {priorPresets} from "../diffusion/presets.js";
import {openDenoiser} from "../diffusion/prior.js";
import {writePrior} from "../diffusion/priorFile.js";
import {
  priorOf,
  resumePrior,
  startPrior,
  writeCheckpoint,
  type PriorLoss,
  type PriorState
} from "../diffusion/priorState.js";
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
  /** In place of the preset's, where given. */
  steps?: number;
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
  /** The losses of all evaluations so far, and samples of the averaged weights [samples, d], in the latents' units. */
  | {kind: "evaluation"; step: number; losses: PriorLoss[]; z: Float64Array}
  | {kind: "checkpoint"; step: number; bytes: Uint8Array}
  /** Mean loss of the steps since the last report, a few times a second. */
  | {kind: "loss"; step: number; loss: number};

export interface TrainLiveResult {
  /** The prior as a safetensors file. */
  prior: Uint8Array;
  losses: PriorLoss[];
  backend: Backend;
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
  const {preset, seed, steps, samples} = input;
  const {model, training} = priorPresets[preset];
  const warmUp = Math.min(training.learningRate.warmUp, Math.ceil((steps ?? training.steps) / 10));
  let state = startPrior(input.mu, model, {
    ...training,
    steps: steps ?? training.steps,
    learningRate: {...training.learningRate, warmUp},
    seed
  });
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
    const clock = {running: 0, reported: -Infinity, sum: 0, steps: 0};
    const timed = {
      ...team,
      async run(from: number, to: number) {
        const start = performance.now();
        const terms = await team.run(from, to);
        const now = performance.now();
        clock.running += now - start;
        clock.sum += terms[0];
        clock.steps += to - from;
        if (now - clock.reported > REPORT) {
          context.partial({kind: "loss", step: to, loss: clock.sum / clock.steps});
          [clock.reported, clock.sum, clock.steps] = [now, 0, 0];
        }
        return terms;
      }
    };
    const evaluated = async (now: PriorState) => {
      const z = samples ? await samplesOf(now, samples, backend, context) : new Float64Array(0);
      context.partial({kind: "evaluation", step: now.step, losses: [...now.losses], z});
    };
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
    const seconds = clock.running / 1000;
    const provenance = {
      preset,
      latents: state.fingerprint,
      training: state.training,
      losses: state.losses,
      backend,
      seconds
    };
    const prior = writePrior(priorOf(state), provenance); // prettier-ignore
    return {prior, losses: state.losses, backend, steps: state.step - begun, seconds};
  } finally {
    for (const helper of helpers) helper.close();
  }
}

/** Samples of a training's averaged weights [n, d]; the same noise every time, so that they can be watched moving. */
async function samplesOf(state: PriorState, n: number, backend: Backend, {signal, turn}: JobContext) {
  const prior = priorOf(state);
  const denoiser = await openDenoiser(prior, backend);
  try {
    const context = {signal, turn, progress: () => {}};
    return (await samplePrior(prior, {n, seed: state.training.seed}, context, undefined, denoiser)).z;
  } finally {
    denoiser.dispose();
  }
}
