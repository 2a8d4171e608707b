/** What figures of page `denoiser` have in common. */
import {computed, type ReadonlySignal} from "@preact/signals-core";
import type {Lines} from "../lab/lines.js";
import {player} from "../lab/player.js";
import type {DenoiserState} from "./state.js";

/** A slider of the noise level that plays: every figure's own moves them all. */
export const sigmaPlayer = ({logSigma}: Pick<DenoiserState, "logSigma">) =>
  player({
    label: "σ",
    value: logSigma,
    min: -2,
    max: 1.7,
    step: 0.01,
    show: (v) => String(Number((10 ** v).toPrecision(3)))
  });

/** `seven words of the law`, for a figure's provenance. */
export const lawWords = ({lab}: Pick<DenoiserState, "lab">): ReadonlySignal<string> =>
  computed(() => lab.law.value?.name ?? "no data");

/** Curves as a table. */
export const linesRows = ({series, x, y}: Lines) => ({
  columns: ["curve", x.label, y.label],
  rows: series.flatMap(({name, x, y}) => Array.from(x, (v, i) => [name, v, y[i]] as const))
});

/** Two figures side by side, where there is room. */
export const WIDTH = 500;

/** Said where a figure needs a network, and none was trained yet. */
export const NOT_YET =
  "Nothing is learned yet: start the training, and this picture follows at each evaluation.";
