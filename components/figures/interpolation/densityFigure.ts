/** F8-density: the prior's log density along each path, by the probability-flow ODE, beside that of encodings. */
import {pathLabels} from "../../analysis/interpolation.js";
import {quantile} from "../../analysis/quantiles.js";
import type {LatentPath} from "../../jobs/latentPaths.js";
import {InputError} from "../../formats/error.js";
import {csvBlob} from "../download.js";
import {h} from "../dom.js";
import {lengthParts, valueAt} from "./along.js";
import {curvesFigure, placesOf, shownPaths} from "./curvesFigure.js";
import type {Curve, Panel} from "./panels.js";
import {pathColors, type Along, type InterpolationState} from "./state.js";
import {DENSITIES, ENCODINGS, SEED} from "./work.js";

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
  const table = () => {
    const sorted = Float64Array.from(encodingDensities.value).sort();
    if (sorted.length === 0) return [];
    const middle = quantile(sorted, 0.5);
    const rows = shownPaths(state)
      .reverse()
      .flatMap(({kind: k, path}) => {
        const found = densities.value[k];
        return found && found.y.length === DENSITIES ? [{k, ...heights(path, found, middle)}] : [];
      });
    if (rows.length === 0) return [];
    const head = ["Path", "Highest F", "at y", "Highest between its ends", "Mean along its length"];
    const body = rows.map(
      ({k, highest, y, inside, mean}) =>
      h("tr", {}, h("th", {scope: "row"}, pathLabels[k]), ...[signed(highest), y.toFixed(3), signed(inside), signed(mean)].map((t) => h("td", {}, t))) // prettier-ignore
    );
    return [
      h("div", {class: "table-scroll"}, h("table", {class: "numbers"}, h("thead", {}, h("tr", {}, ...head.map((t) => h("th", {scope: "col"}, t)))), h("tbody", {}, ...body))), // prettier-ignore
      h("p", {}, `F = −log p, in nats above its median over the ${sorted.length} encodings, at ${DENSITIES} points of each path. The ends are encodings, which may lie high themselves: between them means without the first and last tenth of the length.`) // prettier-ignore
    ];
  };

  return curvesFigure(state, {
    id: "F8-density",
    title: "Log density along the path",
    name: "density-along-paths",
    caption: `The prior's density at each point, from the probability-flow ODE with the exact divergence. The band holds the middle 90% of ${ENCODINGS} held-out encodings drawn by chance, the dashed line is their median.`, // prettier-ignore
    stage: "densities",
    waiting: "Waiting for the maps, then computing densities …",
    parts,
    below: table,
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

/** How high F = -log p is on a path, nats above -middle. */
function heights(path: LatentPath, {y, values}: Along, middle: number) {
  const F = values.map((v) => middle - v);
  const parts = lengthParts(path);
  const at = y.map((v) => valueAt(path.y, parts, v));
  const highest = Math.max(...F);
  const mean = F.slice(1).reduce((sum, v, i) => sum + ((at[i + 1] - at[i]) * (v + F[i])) / 2, 0);
  const inside = Math.max(...F.filter((_, i) => at[i] > 0.1 && at[i] < 0.9));
  return {highest, y: y[F.indexOf(highest)], inside, mean};
}

const signed = (v: number): string =>
  Number.isFinite(v) ? `${v < 0 ? "−" : "+"}${Math.abs(v).toFixed(1)}` : "–";
