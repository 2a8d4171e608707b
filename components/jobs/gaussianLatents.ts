import {random} from "../compute/random.js";

/** N(0, I), the prior of the VAE itself [n, d]; a stream of its own of the seed. */
export const gaussianLatents = (n: number, d: number, seed: number): Float64Array =>
  random(seed, 0x474153).fillNormal(new Float64Array(n * d));
