import type {MlpShape} from "../compute/mlp.js";
import {layersOf} from "../compute/mlp.js";
import type {NdArray} from "../formats/ndarray.js";

/**
 * cryoDRGN makes a layer residual wherever it has as many inputs as outputs, so also the first and the last one of a
 * network whose inputs or outputs happen to be as many as its features: y = x + W x + b, under the name `main.N.linear`.
 * Here these two are plain, W' = W + 1: the same function, but for the rounding of the diagonal.
 */
function ends(prefix: string, shape: MlpShape): {plain: string; residual: string; width: number}[] {
  return layersOf(shape).flatMap(({inputs, outputs}, l) =>
    inputs === outputs && (l === 0 || l === shape.layers + 1)
      ? [{plain: `${prefix}.main.${2 * l}`, residual: `${prefix}.main.${2 * l}.linear`, width: inputs}]
      : []
  );
}

type Tensors = Record<string, NdArray>;

/** From cryoDRGN's state dictionary to this notebook's: residual ends become plain. Other tensors are passed on. */
export function plainEnds(tensors: Tensors, prefix: string, shape: MlpShape): Tensors {
  return renamed(
    tensors,
    ends(prefix, shape).map(({plain, residual, width}) => ({from: residual, to: plain, width, add: 1}))
  );
}

/** The inverse of `plainEnds`. */
export function residualEnds(tensors: Tensors, prefix: string, shape: MlpShape): Tensors {
  return renamed(
    tensors,
    ends(prefix, shape).map(({plain, residual, width}) => ({from: plain, to: residual, width, add: -1}))
  );
}

function renamed(tensors: Tensors, moves: {from: string; to: string; width: number; add: number}[]): Tensors {
  const entries = Object.entries(tensors).map(([name, tensor]): [string, NdArray] => {
    const move = moves.find(({from}) => name === `${from}.weight` || name === `${from}.bias`);
    if (!move) return [name, tensor];
    const to = name.replace(move.from, move.to);
    const data = Float32Array.from(tensor.data as Float32Array);
    if (name.endsWith(".weight")) for (let i = 0; i < move.width; ++i) data[i * (move.width + 1)] += move.add;
    return [to, {shape: tensor.shape, data}];
  });
  return Object.fromEntries(entries);
}
