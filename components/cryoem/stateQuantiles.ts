import {populations, type Motion} from "./motion.js";

/**
 * States that stand for all of a motion's, as often as they come: those at the quantiles (i + 1/2) / n of the law of the images' states.
 * Over an arc or a circle they are evenly spaced; of classes, each comes in proportion to its population.
 * @returns [n], in order
 */
export function stateQuantiles(motion: Motion, n: number): Int32Array {
  const law = populations(motion);
  const states = new Int32Array(n);
  let state = 0;
  let below = law[0]; // the part of the images in states up to this one
  for (let i = 0; i < n; ++i) {
    while (below <= (i + 0.5) / n && state < law.length - 1) below += law[++state];
    states[i] = state;
  }
  return states;
}
