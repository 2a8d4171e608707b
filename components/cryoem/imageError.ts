/** How far an image (or a map) is from what it should be. */
export interface ImageError {
  /** |image - truth| / |truth|, root sums of squares over all pixels. */
  relativeL2: number;
  /** 1 - Pearson's correlation of the pixels. */
  decorrelation: number;
}

/** @throws RangeError if the two are not of one length */
export function imageError(image: ArrayLike<number>, truth: ArrayLike<number>): ImageError {
  const n = truth.length;
  if (image.length !== n) throw new RangeError(`imageError: found ${image.length} pixels; expected ${n}`);
  let [difference, size, meanA, meanB] = [0, 0, 0, 0];
  for (let i = 0; i < n; ++i) {
    difference += (image[i] - truth[i]) ** 2;
    size += truth[i] ** 2;
    meanA += image[i] / n;
    meanB += truth[i] / n;
  }
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < n; ++i) {
    const a = image[i] - meanA;
    const b = truth[i] - meanB;
    ab += a * b;
    aa += a * a;
    bb += b * b;
  }
  return {relativeL2: Math.sqrt(difference / size), decorrelation: 1 - ab / Math.sqrt(aa * bb)};
}
