import {hartley2, hartley3, inverseHartley2, inverseHartley3} from "./hartley.js";

/**
 * A smaller image of the same field: the frequencies of the box `crop` alone are kept (cryoDRGN's downsample). The values of
 * the transform stay as they are, so pixel values grow by (D/crop)^2 and an image still sums to what it did.
 * @param image [D, D]
 * @returns [crop, crop]
 */
export function fourierCrop(image: ArrayLike<number>, D: number, crop: number): Float64Array {
  checkCrop(D, crop);
  const transform = hartley2(image, D);
  const first = (D - crop) / 2;
  const kept = Float64Array.from(
    {length: crop * crop},
    (_, i) => transform[(first + Math.floor(i / crop)) * D + first + (i % crop)]
  );
  return inverseHartley2(kept, crop);
}

/** The same for a cube [D, D, D]; its voxels still sum to what they did. */
export function fourierCrop3(volume: ArrayLike<number>, D: number, crop: number): Float64Array {
  checkCrop(D, crop);
  const transform = hartley3(volume, D);
  const first = (D - crop) / 2;
  const kept = new Float64Array(crop ** 3);
  for (let z = 0; z < crop; ++z)
    for (let y = 0; y < crop; ++y) {
      const from = ((first + z) * D + first + y) * D + first;
      kept.set(transform.subarray(from, from + crop), (z * crop + y) * crop);
    }
  return inverseHartley3(kept, crop);
}

function checkCrop(D: number, crop: number): void {
  if (!Number.isInteger(crop) || crop % 2 || crop < 2 || crop > D)
    throw new RangeError(`crop ${crop}; expected an even number up to ${D}`);
}
