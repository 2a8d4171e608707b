import {layersOf, parameterCount, type MlpShape} from "../mlp.js";
import {layerFloats, packLayer, unpackLayer} from "./layout.js";

/** Floats of a network's packed parameters, as the kernel holds them (layout.ts); a multiple of 4. */
export const packedLength = (shape: MlpShape): number =>
  layersOf(shape).reduce((n, l) => n + layerFloats(l.inputs, l.outputs), 0);

/** A flat parameter vector in the kernel's layout. @throws RangeError if it is not as long as the shape says */
export function packParameters(shape: MlpShape, flat: Float32Array): Float32Array {
  const expected = parameterCount(shape);
  if (flat.length !== expected)
    throw new RangeError(`parameters: found ${flat.length}; expected ${expected}`);
  const packed = new Float32Array(packedLength(shape));
  let at = 0;
  for (const {inputs, outputs, start} of layersOf(shape)) {
    packLayer(flat, start, inputs, outputs, packed.subarray(at));
    at += layerFloats(inputs, outputs);
  }
  return packed;
}

/** The inverse of `packParameters`. */
export function unpackParameters(shape: MlpShape, packed: Float32Array): Float32Array {
  const flat = new Float32Array(parameterCount(shape));
  let at = 0;
  for (const {inputs, outputs, start} of layersOf(shape)) {
    unpackLayer(packed.subarray(at), inputs, outputs, flat, start);
    at += layerFloats(inputs, outputs);
  }
  return flat;
}
