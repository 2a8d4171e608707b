/** F8-density: the prior's log density along each path, by the probability-flow ODE, beside that of encodings. */
import {pathLabels} from "../../analysis/interpolation.js";
import {quantile} from "../../analysis/quantiles.js";
import {InputError} from "../../formats/error.js";
import {csvBlob} from "../download.js";
import {curvesFigure, placesOf, shownPaths} from "./curvesFigure.js";
import type {Curve, Panel} from "./panels.js";
import {pathColors, type InterpolationState} from "./state.js";
import {ENCODINGS, SEED} from "./work.js";

export async function densityFigure(state: InterpolationState) {
  const {run, densities, encodingDensities, kind} = state;
  const {prior, problems, source} = await state.data();
  if (problems["prior.safetensors"]) throw new Error(problems["prior.safetensors"]);
  if (!prior) throw new InputError(run.name, "prior.safetensors", "nothing", "the diffusion prior");
  const parts = (): Panel[] | undefined => {
    const curves = shownPaths(state).flatMap(({kind: k, path}): Curve[] => {
      const found = densities.value[k];
      if (!found) return [];
      return [{x: placesOf(state, path, found.y), y: found.values, color: pathColors[k], width: k === kind.value ? 2.6 : 1.6, dots: true}]; // prettier-ignore
    });
    if (curves.length === 0) return undefined;
    const sorted = Float64Array.from(encodingDensities.value).sort();
    const band = sorted.length > 0 ? {low: quantile(sorted, 0.05), high: quantile(sorted, 0.95), middle: quantile(sorted, 0.5), color: "--map-true", name: "90% of encodings"} : undefined; // prettier-ignore
    return [{kind: "curves", label: "log p(z), nats", curves, band, height: 230}];
  };
  return curvesFigure(state, {
    id: "F8-density",
    title: "Log density along the path",
    name: "density-along-paths",
    caption: `The prior's density at each point, from the probability-flow ODE with the exact divergence. The band holds the middle 90% of ${ENCODINGS} held-out encodings drawn by chance, the dashed line is their median.`, // prettier-ignore
    stage: "densities",
    waiting: "Waiting for the maps, then computing densities …",
    parts,
    provenance: () => [source, {kind: "live", detail: `densities computed now; ${ENCODINGS} encodings, seed ${SEED}`}], // prettier-ignore
    files: [
      {
        label: "CSV",
        name: "density-along-paths.csv",
        make: () =>
          csvBlob(
            ["of", "y", "log density"],
            [
              ...shownPaths(state).flatMap(({kind: k}) => {
                const {y, values} = densities.value[k] ?? {y: [], values: []};
                return y.map((at, i) => [pathLabels[k], at, values[i]]);
              }),
              ...encodingDensities.value.map((v) => ["encoding", "", v])
            ]
          )
      }
    ]
  });
}
