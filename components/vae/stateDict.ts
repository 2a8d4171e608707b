import {layersOf, type MlpShape} from "../compute/mlp.js";
import {InputError} from "../formats/error.js";
import type {NdArray} from "../formats/ndarray.js";

/** Name of the weight of layer l in cryoDRGN's state dictionary; biases end in `.bias`. */
function layerName(prefix: string, l: number, layers: number): string {
  return l === 0 || l === layers + 1
    ? `${prefix}.main.${2 * l}.weight`
    : `${prefix}.main.${2 * l}.linear.weight`;
}

/** A flat parameter vector as the tensors of cryoDRGN's state dictionary: weights [out, in] and biases [out]. */
export function toStateDict(prefix: string, shape: MlpShape, flat: Float32Array): Record<string, NdArray> {
  const out: Record<string, NdArray> = {};
  layersOf(shape).forEach(({inputs, outputs, start}, l) => {
    const name = layerName(prefix, l, shape.layers);
    const bias = start + inputs * outputs;
    out[name] = {shape: [outputs, inputs], data: flat.slice(start, bias)};
    out[name.replace(/weight$/, "bias")] = {shape: [outputs], data: flat.slice(bias, bias + outputs)};
  });
  return out;
}

/** The inverse of `toStateDict`. @throws InputError naming the tensor that is missing or of the wrong shape */
export function fromStateDict(
  tensors: Record<string, NdArray>,
  prefix: string,
  shape: MlpShape,
  file: string
): Float32Array {
  const layers = layersOf(shape);
  const last = layers[layers.length - 1];
  const flat = new Float32Array(last.start + (last.inputs + 1) * last.outputs);
  layers.forEach(({inputs, outputs, start}, l) => {
    const name = layerName(prefix, l, shape.layers);
    put(name, [outputs, inputs], start);
    put(name.replace(/weight$/, "bias"), [outputs], start + inputs * outputs);
  });
  function put(name: string, expected: number[], at: number): void {
    flat.set(tensor(tensors, name, expected, file), at);
  }
  return flat;
}

/** A tensor by name and shape. @throws InputError if it is missing, of another shape, or holds NaN */
export function tensor(
  tensors: Record<string, NdArray>,
  name: string,
  shape: number[],
  file: string
): Float32Array {
  const found = tensors[name];
  const expected = `a tensor [${shape.join(", ")}]`;
  if (!found) throw new InputError(file, name, "nothing", expected);
  if (found.shape.join() !== shape.join())
    throw new InputError(file, name, `[${found.shape.join(", ")}]`, expected);
  const data =
    found.data instanceof Float32Array ? found.data : Float32Array.from(found.data as ArrayLike<number>);
  const bad = data.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0) throw new InputError(file, name, `${data[bad]} at ${bad}`, "finite numbers");
  return data;
}
