import type * as TF from "@tensorflow/tfjs";
import type {PointEncoding} from "../network.js";

/**
 * Inputs from points (PointEncoding), computed on the device in an order of its own: all sines, all cosines, then z. The
 * first layer's weights are put in that order (`order`), and their gradient back (`inverse`), which is cheaper than moving
 * columns of every batch.
 */
export interface DevicePoints {
  /** Frequencies [3, count] in turns. */
  turns: TF.Tensor2D;
  /** Input number of each column [inputs], and column of each input; null where both are 0, 1, 2, ... */
  order: TF.Tensor1D | null;
  inverse: TF.Tensor1D | null;
}

/** @throws RangeError if the sines and cosines are not the first 2 count inputs, each once */
export function pointsOnDevice(
  tf: typeof TF,
  {frequencies, sine, cosine}: PointEncoding,
  inputs: number
): DevicePoints {
  const count = sine.length;
  if (frequencies.length !== 3 * count || cosine.length !== count || 2 * count > inputs)
    throw new RangeError(
      `encoding: found ${frequencies.length} numbers in frequencies, ${count} sines and ${cosine.length} cosines; ` +
        `expected 3, 1 and 1 for each of at most ${inputs >> 1} frequencies`
    );
  const order = Int32Array.from({length: inputs}, (_, c) =>
    c < count ? sine[c] : c < 2 * count ? cosine[c - count] : c
  );
  const inverse = new Int32Array(inputs).fill(-1);
  order.forEach((input, column) => (inverse[input] = column));
  if (inverse.includes(-1))
    throw new RangeError(`encoding: column ${inverse.indexOf(-1)} has no sine and no cosine; expected one`);
  const moved = order.some((input, column) => input !== column);
  return {
    turns: tf.tidy(() =>
      tf.transpose(
        tf.tensor2d(
          frequencies.map((f) => f / (2 * Math.PI)),
          [count, 3]
        )
      )
    ),
    order: moved ? tf.tensor1d(order, "int32") : null,
    inverse: moved ? tf.tensor1d(inverse, "int32") : null
  };
}

/**
 * The inputs of n points, in the device's order.
 * @param points [n, 3]
 * @param z [ceil(n / perGroup), zdim]
 * @returns [n, 2 count + zdim]
 */
export function encodeOnDevice(
  tf: typeof TF,
  {turns}: DevicePoints,
  points: TF.Tensor2D,
  z: TF.Tensor2D,
  perGroup: number
): TF.Tensor2D {
  return tf.tidy(() => {
    // Within half a turn of 0: a graphics card's sine is good between -pi and pi only.
    const t: TF.Tensor2D = tf.matMul(points, turns);
    const angle: TF.Tensor2D = tf.mul(tf.sub(t, tf.round(t)), 2 * Math.PI);
    const features = [tf.sin(angle), tf.cos(angle)];
    if (z.shape[1] > 0) features.push(repeatRows(tf, z, points.shape[0], perGroup));
    return tf.concat2d(features, 1);
  });
}

/** Row i of the n is row floor(i / times) of z [groups, columns]. */
function repeatRows(tf: typeof TF, z: TF.Tensor2D, n: number, times: number): TF.Tensor2D {
  const [groups, columns] = z.shape;
  const each = Math.min(times, n);
  const all: TF.Tensor2D = tf
    .tile(z.reshape([groups, 1, columns]), [1, each, 1])
    .reshape([groups * each, columns]);
  return groups * each > n ? tf.slice(all, [0, 0], [n, columns]) : all;
}
