import type * as TF from "@tensorflow/tfjs";
import type {MlpShape} from "../mlp.js";

/** What a hidden layer returns [n, width], and what its slope is computed from besides: for SiLU, sigmoid(before) [n, width]. */
export interface HiddenValue {
  value: TF.Tensor2D;
  aside: TF.Tensor2D[];
}

/** act(x w + bias), for x [n, inputs] and w [inputs, width]. */
export function hiddenLayer(
  tf: typeof TF,
  activation: MlpShape["activation"],
  x: TF.Tensor2D,
  w: TF.Tensor2D,
  bias: TF.Tensor1D
): HiddenValue {
  return tf.tidy(() => {
    const affine = (fused: "relu" | "linear") =>
      tf.fused.matMul({a: x, b: w, bias, activation: fused}) as TF.Tensor2D;
    if (activation === "relu") return {value: affine("relu"), aside: []};
    const before = affine("linear");
    const sigmoid = tf.sigmoid(before);
    return {value: tf.mul<TF.Tensor2D>(before, sigmoid), aside: [sigmoid]};
  });
}

/** Slope of the activation, from what the layer returned: that of SiLU, x s, is s + x s (1 - s). */
export function hiddenSlope(
  tf: typeof TF,
  activation: MlpShape["activation"],
  {value, aside: [sigmoid]}: HiddenValue
): TF.Tensor2D {
  if (activation === "relu") return tf.step(value);
  return tf.tidy(() => tf.add(sigmoid, tf.mul(value, tf.sub(1, sigmoid))));
}
