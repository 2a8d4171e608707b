import {clusters} from "../analysis/clusters.js";
import {compare} from "../analysis/compare.js";
import {isolation} from "../analysis/isolation.js";
import {umap, type UmapOptions} from "../analysis/umap.js";
import type {JobContext} from "../compute/job.js";
import type {WorkerContext} from "../compute/protocol.js";
import {averageCopies} from "./averageCopies.js";
import {imageTable} from "./imageTable.js";
import {flowSamples} from "./flowSamples.js";
import {latentDensity} from "./latentDensity.js";
import {latentMap} from "./latentMap.js";
import {latentPaths} from "./latentPaths.js";
import {latentVisits} from "./latentVisits.js";
import {latentWalk} from "./latentWalk.js";
import {mapCorrelations} from "./mapCorrelations.js";
import type {NamedBytes} from "./files.js";
import {evaluateDenoiser, learnedElbo, learnedObjectives, learnedSamples} from "./learnedDenoiser.js";
import {priorOfFile} from "./models.js";
import {particle} from "./particle.js";
import {particleFiles} from "./particleFiles.js";
import {particleViews} from "./particleViews.js";
import {pathMaps} from "./pathMaps.js";
import {preparedParticles} from "./preparedParticles.js";
import {openRun} from "./run/assemble.js";
import {regularisedSamples} from "./regularisedSamples.js";
import {reprojection} from "./reprojection.js";
import {sampleZip} from "./sampleZip.js";
import {samplePrior, type PriorSamples} from "./samplePrior.js";
import {samplerAgreement, samplerRace} from "./samplerRace.js";
import {recipeScene, structureFile, structureSpectrum} from "./scene.js";
import {stateMaps} from "./stateMaps.js";
import {structureMap} from "./structureMap.js";
import {stackPower} from "./stackPower.js";
import {surface} from "./surface.js";
import {thonRings} from "./thonRings.js";
import {volumeFile} from "./volumeFile.js";
import {walkVariance} from "./walkVariance.js";
import {decodedMap, gatheredMap, mapPart, openDecoder} from "./wholeMap.js";

interface SampleInput {
  prior: NamedBytes;
  n: number;
  seed: number;
  rtol?: number;
}

interface CompareInput {
  /** [m, d] and [k, d]. */
  encodings: Float64Array;
  samples: Float64Array;
  /** More encodings [l, d], for the floor. */
  others: Float64Array;
  d: number;
  draws: number;
  seed: number;
}

interface EmbedInput extends UmapOptions {
  /** [n, d]. */
  x: ArrayLike<number>;
  d: number;
}

/** What a page can ask its worker for. */
export const jobs = {
  structureMap,
  recipeScene,
  structureFile,
  structureSpectrum,
  volumeFile,
  surface,
  averageCopies,
  thonRings,
  stackPower,
  particle,
  particleFiles,
  particleViews,
  reprojection,
  preparedParticles,
  imageTable,
  openRun,
  sampleZip,
  latentMap,
  latentPaths,
  pathMaps,
  openDecoder,
  decodedMap,
  mapPart,
  gatheredMap,
  stateMaps,
  latentDensity,
  latentWalk,
  latentVisits,
  walkVariance,
  flowSamples,
  evaluateDenoiser,
  learnedSamples,
  learnedElbo,
  learnedObjectives,
  mapCorrelations,
  samplerRace,
  samplerAgreement,
  samplePrior({prior: file, n, seed, rtol = 1e-3}: SampleInput, context: WorkerContext<PriorSamples>) {
    const {prior, denoiser} = priorOfFile(file);
    return samplePrior(
      prior,
      {n, seed, rtol, atol: rtol},
      context,
      (part) => context.partial(part),
      denoiser
    );
  },
  regularisedSamples,
  compare: ({encodings, samples, others, d, draws, seed}: CompareInput, context: JobContext) =>
    compare(encodings, samples, d, {others, draws, seed}, context),
  clusters: ({x, d, k, seed}: {x: Float32Array; d: number; k: number; seed: number}) =>
    clusters(x, d, k, seed),
  isolation: ({x, d}: {x: Float32Array; d: number}, context: JobContext) => isolation(x, d, context),
  embed: ({x, d, ...options}: EmbedInput, context: WorkerContext<Float32Array>) =>
    umap(x, d, options, context, (picture) => context.partial(picture))
};

export type NotebookJobs = typeof jobs;
