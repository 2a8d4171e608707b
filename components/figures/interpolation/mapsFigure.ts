/** F8-maps: how well the decoded maps along each path correlate with their nearest true map, beside the maps of encodings. */
import {pathLabels} from "../../analysis/interpolation.js";
import {largestStep, mapsVerdict} from "../../analysis/pathVerdict.js";
import {quantile} from "../../analysis/quantiles.js";
import {h} from "../dom.js";
import {csvBlob} from "../download.js";
import {InputError} from "../../formats/error.js";
import {curvesFigure, placesOf, shownPaths} from "./curvesFigure.js";
import type {Curve, Panel} from "./panels.js";
import {pathColors, type InterpolationState, type SeenMap} from "./state.js";

/** The part of encodings' maps that lies below the band. */
const LOW = 0.05;

export async function mapsFigure(state: InterpolationState) {
  const {run, maps, kind} = state;
  const data = await state.data();
  const {source} = data;
  const {encodingMaps, motion, vae, box, problems} = data;
  const problem = problems["vae.safetensors"] ?? problems["recipe.json"];
  if (problem) throw new Error(problem);
  if (!motion) throw new InputError(run.name, "states", "none", "a set whose true maps are known");
  if (!vae) throw new InputError(run.name, "vae.safetensors", "nothing", "the autoencoder");
  const sorted = encodingMaps && Float64Array.from(encodingMaps).sort();
  const compared = (k: keyof typeof maps.value) => (maps.value[k] ?? []).filter((map): map is SeenMap & Required<Pick<SeenMap, "nearest">> => map.nearest !== undefined); // prettier-ignore

  const parts = (): Panel[] | undefined => {
    const curves = shownPaths(state).flatMap(({kind: k, path}): Curve[] => {
      const found = compared(k);
      if (found.length === 0) return [];
      const x = placesOf(state, path, found.map(({y}) => y)); // prettier-ignore
      return [{x, y: found.map(({nearest}) => nearest.moving), color: pathColors[k], width: k === kind.value ? 2.6 : 1.6, dots: true}]; // prettier-ignore
    });
    if (curves.length === 0) return undefined;
    const band = sorted && {low: quantile(sorted, LOW), high: quantile(sorted, 1 - LOW), middle: quantile(sorted, 0.5), color: "--map-true", name: "90% of encodings' maps"}; // prettier-ignore
    return [{kind: "curves", label: "correlation with the nearest true map", scale: "quality", curves, band, height: 250}]; // prettier-ignore
  };

  const table = () => {
    const shown = shownPaths(state).reverse();
    const rows = shown.flatMap(({kind: k, path}) => {
      const found = compared(k);
      if (found.length < 2 || !sorted) return [];
      const along = found.map(({y, nearest}) => ({
        y,
        correlation: nearest.moving,
        state: nearest.state,
        off: path.off.some(({from, to}) => y >= from && y <= to)
      }));
      return [{k, path, verdict: mapsVerdict(along, sorted, LOW)}];
    });
    if (rows.length === 0) return [];
    const head = ["Path", "Off the data, of y", "Largest step of the state", "Maps worse than 95% of encodings'", "in this part of y", "Median on the data", "and off it", "Lowest, at y", "True states met"]; // prettier-ignore
    const body = rows.map(({k, path, verdict: v}) => {
      const off = path.off.reduce((sum, {from, to}) => sum + to - from, 0);
      return h(
        "tr",
        {},
        h("th", {scope: "row"}, pathLabels[k]),
        h("td", {}, off > 0 ? off.toPrecision(2) : "0"),
        h("td", {}, `${(100 * largestStep(path.coordinate.values).part).toFixed(0)}%`),
        h("td", {}, `${v.worse} of ${v.maps}`),
        h("td", {}, `${(100 * v.worsePart).toFixed(1)}%`),
        h("td", {}, digits(v.medianOn)),
        h("td", {}, digits(v.medianOff)),
        h("td", {}, `${v.lowest.correlation.toFixed(4)}, ${v.lowest.y.toFixed(3)}`),
        h("td", {}, String(v.states))
      );
    });
    const limit = h("p", {}, `Of encodings' own maps, 5% correlate with their nearest true map by less than ${quantile(sorted!, LOW).toFixed(4)}, the worst of ${sorted!.length} by ${sorted![0].toFixed(4)}; their median is ${quantile(sorted!, 0.5).toFixed(4)}.`); // prettier-ignore
    return [
      h("div", {class: "table-scroll"}, h("table", {class: "numbers"}, h("thead", {}, h("tr", {}, ...head.map((t) => h("th", {scope: "col"}, t)))), h("tbody", {}, ...body))), // prettier-ignore
      limit
    ];
  };

  return curvesFigure(state, {
    id: "F8-maps",
    title: "Maps along the path beside maps of encodings",
    name: "maps-along-paths",
    caption: `Each dot is a map decoded at ${box} voxels a side and compared with the true maps of all states, over the voxels in which these differ. The band holds the middle 90% of the maps of held-out encodings, the dashed line their median. The axis is 1 − r, logarithmic. Dots are close where a path is quick.`, // prettier-ignore
    stage: "maps",
    waiting: "Decoding maps along the paths …",
    parts,
    below: table,
    provenance: () => [
      source,
      {kind: "live", detail: `maps along the paths: decoded now, box ${box}`},
      ...(sorted ? [{kind: "shipped" as const, detail: `encodings' maps: npm run evaluate, ${sorted.length} of them`}] : []) // prettier-ignore
    ],
    files: [
      {
        label: "CSV",
        name: "maps-along-paths.csv",
        make: () =>
          csvBlob(
            ["path", "y", "correlation where the states differ", "correlation over the map", "state"],
            shownPaths(state).flatMap(({kind: k}) =>
              compared(k).map(({y, nearest}) => [
                pathLabels[k],
                y,
                nearest.moving,
                nearest.whole,
                nearest.state
              ])
            )
          )
      }
    ]
  });
}

const digits = (v: number): string => (Number.isNaN(v) ? "–" : v.toFixed(4));
