import type * as TF from "@tensorflow/tfjs";
import {layersOf, type MlpShape} from "../mlp.js";

/**
 * One affine layer as the device multiplies with it: y = x forward + bias, and dx = dy back. A residual layer has the
 * identity in both, which saves adding x: x + W x = (W + I) x.
 */
export interface DeviceLayer {
  /** [inputs, outputs], transposed once rather than in every product: tfjs's wasm is slow at that. */
  forward: TF.Tensor2D;
  /** [outputs, inputs] */
  back: TF.Tensor2D;
  /** [outputs] */
  bias: TF.Tensor1D;
}

/**
 * The layers of a flat parameter vector (mlp.ts), as tensors of their own that the caller disposes.
 * @param flat [parameterCount(shape)]
 * @param identity [width, width]
 */
export function layersOnDevice(
  tf: typeof TF,
  shape: MlpShape,
  flat: TF.Tensor1D,
  identity: TF.Tensor2D
): DeviceLayer[] {
  return layersOf(shape).map(({inputs, outputs, start}, l) =>
    tf.tidy(() => {
      const size = inputs * outputs;
      const w: TF.Tensor2D = tf.slice(flat, [start], [size]).reshape([outputs, inputs]);
      const back: TF.Tensor2D = l > 0 && l <= shape.layers ? tf.add(w, identity) : w;
      return {forward: tf.transpose(back), back, bias: tf.slice(flat, [start + size], [outputs])};
    })
  );
}
