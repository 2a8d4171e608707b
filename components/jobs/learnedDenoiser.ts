import {random} from "../compute/random.js";
import type {WorkerContext} from "../compute/protocol.js";
import type {Denoiser} from "../diffusion/denoiser.js";
import {elbo, type Elbo, type StepVariance} from "../diffusion/elbo.js";
import {parsePriorConfig, samplingLevels, type PriorConfig} from "../diffusion/network.js";
import type {Estimate} from "../diffusion/meanAndError.js";
import {objectiveOf} from "../diffusion/objective.js";
import {chainOf} from "../diffusion/objectiveLevels.js";
import type {ChainSpec, ObjectiveSpec} from "../diffusion/objectiveSpec.js";
import {objectiveValue} from "../diffusion/objectiveValue.js";
import {priorDenoiser, type PriorWeights} from "../diffusion/prior.js";
import {edmSchedule} from "../diffusion/schedule.js";
import {identity, standardise, unstandardise, type Standardisation} from "../diffusion/standardise.js";
import {InputError} from "../formats/error.js";
import {heun} from "../samplers/heun.js";
import {noiseLevels} from "../samplers/noiseLevels.js";
import {initialNoise, samplePrior, type PriorSamples} from "./samplePrior.js";

/** A learned denoiser, as a live training reports it. */
export interface LearnedPrior {
  config: PriorConfig;
  parameters: Float32Array;
  /** Of the latents (default: none, they are what the network sees). */
  standardisation?: Standardisation;
}

/** Names a learned denoiser. What was sent once under a key is kept, and needs not be sent again. */
export interface LearnedInput {
  /** One key for one set of parameters: the run and the step, say. */
  key: string;
  prior?: LearnedPrior;
}

interface Opened {
  prior: PriorWeights;
  denoiser: Denoiser;
}

/** Networks that a thread keeps open: the last ones asked for. */
const KEPT = 6;
const kept = new Map<string, Opened>();

/** The denoiser of a key, opened at its first call. @throws InputError for a key that is not here, without parameters */
function opened({key, prior: sent}: LearnedInput): Opened {
  const found = kept.get(key);
  if (!found && !sent)
    throw new InputError("denoiser", "key", key, "one sent before, or its configuration and parameters");
  const {config, parameters, standardisation} = found?.prior ?? sent!;
  const now = found ?? open({config, parameters, standardisation: standardisation ?? identity(config.zdim)});
  kept.delete(key); // to the end: the last one asked for
  kept.set(key, now);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
  return now;
}

function open(prior: PriorWeights): Opened {
  parsePriorConfig(prior.config, "denoiser");
  return {prior, denoiser: priorDenoiser(prior)};
}

export interface EvaluateDenoiserInput extends LearnedInput {
  /** [n, d], in the latents' units. */
  x: Float64Array;
  /** The noise level of each row [n], or of all, in units of the standardised latents. */
  sigma: Float64Array | number;
}

/** D(x; sigma) of a learned denoiser [n, d], in the latents' units. */
export async function evaluateDenoiser({x, sigma, ...learned}: EvaluateDenoiserInput): Promise<Float64Array> {
  const {prior, denoiser} = opened(learned);
  const n = x.length / prior.config.zdim;
  const levels = typeof sigma === "number" ? new Float64Array(n).fill(sigma) : sigma;
  if (levels.length !== n)
    throw new InputError(
      "denoiser",
      "x",
      `${x.length} numbers`,
      `${levels.length} rows of ${prior.config.zdim}`
    );
  return unstandardise(await denoiser(standardise(x, prior.standardisation), levels), prior.standardisation);
}

export interface LearnedSamplesInput extends LearnedInput {
  n: number;
  seed: number;
  /** Steps of Heun's method at EDM's noise levels; adaptive steps where there are none given. */
  steps?: number;
}

/** Samples of a learned denoiser by the probability-flow ODE, in the latents' units [n, d]. */
export async function learnedSamples(
  {n, seed, steps, ...learned}: LearnedSamplesInput,
  context: WorkerContext
): Promise<PriorSamples> {
  const {prior, denoiser} = opened(learned);
  if (steps === undefined) return samplePrior(prior, {n, seed}, context, undefined, denoiser);
  const {zdim: d, edm} = prior.config;
  const {sigma_min, sigma_max} = samplingLevels(prior.config);
  const {x, evaluations} = await heun({
    denoiser,
    schedule: edmSchedule({sigma_min, sigma_max}),
    times: noiseLevels(steps, {sigma_min, sigma_max, rho: edm.rho}),
    x: initialNoise(seed, 0, n, d, sigma_max),
    n,
    rng: random(seed),
    context
  });
  return {z: unstandardise(x, prior.standardisation), evaluations: new Int32Array(n).fill(evaluations)};
}

export interface LearnedElboInput extends LearnedInput {
  chain: ChainSpec;
  /** Points [n, d], in the latents' units; the bound is that of their standardised density. */
  x: Float64Array;
  seed: number;
  variance?: StepVariance;
  /** Draws for each t (default 256). */
  draws?: number;
}

/** The terms of the ELBO of a learned denoiser on given points. */
export async function learnedElbo(
  {chain, x, seed, variance, draws, ...learned}: LearnedElboInput,
  context: WorkerContext
): Promise<Elbo> {
  const {prior, denoiser} = opened(learned);
  const points = standardise(x, prior.standardisation);
  return elbo(chainOf(chain), denoiser, points, prior.config.zdim, random(seed), {variance, draws}, context);
}

export interface LearnedObjectivesInput extends LearnedInput {
  /** Points [n, d], in the latents' units. */
  x: Float64Array;
  objectives: ObjectiveSpec[];
  seed: number;
  /** Draws for each objective (default 8192). */
  draws?: number;
}

/** The value of each of some objectives for one learned denoiser, whatever it was trained for. */
export async function learnedObjectives({
  x,
  objectives,
  seed,
  draws,
  ...learned
}: LearnedObjectivesInput): Promise<Estimate[]> {
  const {prior, denoiser} = opened(learned);
  const {zdim: d, edm} = prior.config;
  const points = standardise(x, prior.standardisation);
  const values: Estimate[] = [];
  for (const spec of objectives)
    values.push(await objectiveValue(objectiveOf(spec, edm), denoiser, points, d, random(seed), draws));
  return values;
}
