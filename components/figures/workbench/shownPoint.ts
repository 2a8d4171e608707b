/** A latent whose map is shown, wherever it comes from: a particle, a place in a plane, a sample, a point of a path. */
export interface ShownPoint {
  /** [d]. */
  z: Float32Array | Float64Array;
  /** What it is, in a few words. */
  what: string;
  /** CSS variable with its colour, such as `--series-prior`. */
  color: string;
}
