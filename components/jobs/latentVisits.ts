import {sampledPopulations} from "../analysis/sampledPopulations.js";
import {labelledLatents, statesOf} from "../analysis/stateOfLatents.js";
import {countStates} from "../analysis/totalVariation.js";
import {binsOf, visitBins} from "../analysis/visitBins.js";
import {visitsTest, type VisitsTest} from "../analysis/visits.js";
import type {WorkerContext} from "../compute/protocol.js";
import {populations, stateCount, type Motion} from "../cryoem/motion.js";
import type {WalkKind} from "../samplers/ornsteinUhlenbeck.js";
import {decodedWalk, WALKED} from "./decodedWalk.js";
import type {NamedBytes} from "./files.js";
import {priorFlow} from "./models.js";

export interface LatentVisitsInput {
  prior: NamedBytes;
  dt: number;
  kind: WalkKind;
  seed: number;
  /** Steps of each walker. */
  steps: number;
  walkers: number;
  /** Encodings [n, d] and their true states [n]. */
  latents: Float32Array;
  d: number;
  states: Int32Array;
  motion: Motion;
}

/** How often a walk was in each state, and whether that is how often encodings are. */
export interface LatentVisits {
  /** The bins that states are counted in. */
  names: string[];
  /** Bin of each walker's place after each step [walkers][steps so far]. */
  series: Int32Array[];
  /** Against the shares of the encodings, whose own error is allowed for. */
  test: VisitsTest;
  /** Part of all images in each bin, as they were simulated. */
  simulated: Float64Array;
  /** Encodings whose states the populations are counted from. */
  encodings: number;
}

/** Steps between two partial results. */
const SEEN = 200;

/**
 * Walks, decodes every place, gives it the state of its nearest encoding, and tests the shares of time against the shares of the encodings
 * (`visitsTest`, and `sampledPopulations` since these are counted from a sample). What is seen on the way is a partial result.
 * @throws InputError for encodings of another dimension than the prior's
 */
export async function latentVisits(
  {prior, latents, d, states, motion, walkers, steps, ...options}: LatentVisitsInput,
  context: WorkerContext<LatentVisits>
): Promise<LatentVisits> {
  const flow = priorFlow(prior, d, WALKED);
  const K = stateCount(motion);
  const labelled = labelledLatents(Float64Array.from(latents), states, d, K);
  const bins = visitBins(motion);
  const counts = new Float64Array(bins.names.length);
  const simulated = new Float64Array(bins.names.length);
  countStates(states, K).forEach((count, k) => (counts[bins.of[k]] += count));
  populations(motion).forEach((part, k) => (simulated[bins.of[k]] += part));
  const series = Array.from({length: walkers}, () => new Int32Array(steps));
  const found = (n: number): LatentVisits => {
    const seen = series.map((s) => s.slice(0, n));
    const test = sampledPopulations(visitsTest(seen, counts), states.length);
    return {names: bins.names, series: seen, test, simulated: simulated.slice(), encodings: states.length};
  };
  let told = 0;
  await decodedWalk(
    flow,
    {...options, walkers, steps, batch: Math.max(4, Math.round(128 / walkers))},
    ({first, z}) => {
      const at = binsOf(bins, statesOf(labelled, z));
      const rows = at.length / walkers;
      for (let r = first === 0 ? 1 : 0; r < rows; ++r)
        // the start is no step
        for (let w = 0; w < walkers; ++w) series[w][first + r - 1] = at[r * walkers + w];
      const done = first + rows - 1;
      if (done - told < SEEN || done === steps) return;
      told = done;
      context.partial(found(done));
    },
    context
  );
  return found(steps);
}
