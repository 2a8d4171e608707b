import {groupNames, groupOf, hingeAngle, hingeDegrees, type Motion} from "../cryoem/motion.js";

/** The numbers that stand for a state, of which a mean makes sense. */
function columnsOf(motion: Motion): (state: number) => number[] {
  switch (motion.type) {
    case "assembly": {
      const classes = groupNames(motion).length;
      return (state) => Array.from({length: classes}, (_, k) => (groupOf(motion, state) === k ? 1 : 0));
    }
    case "circle":
      return (state) => [Math.cos(hingeAngle(motion, state)), Math.sin(hingeAngle(motion, state))];
    default:
      return (state) => [hingeDegrees(motion, state)];
  }
}

/**
 * The states of a walk as series of numbers, each about its mean over the encodings: the hinge's angle in degrees, of a circle its cosine and
 * sine, of an assembly the indicator of each class. Their correlations belong together: see `pooledCorrelation`.
 * @param states of the walk [n]
 * @param encodings states of the encodings, whose means are taken off
 */
export function stateSeries(
  motion: Motion,
  states: ArrayLike<number>,
  encodings: ArrayLike<number>
): Float64Array[] {
  const of = columnsOf(motion);
  const columns = of(0).length;
  const mean = new Float64Array(columns);
  for (const state of Array.from(encodings)) of(state).forEach((v, c) => (mean[c] += v / encodings.length));
  const series = Array.from({length: columns}, () => new Float64Array(states.length));
  for (let t = 0; t < states.length; ++t) of(states[t]).forEach((v, c) => (series[c][t] = v - mean[c]));
  return series;
}
