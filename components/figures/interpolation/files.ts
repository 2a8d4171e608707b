import {pathLabels} from "../../analysis/interpolation.js";
import type {LatentPath} from "../../jobs/latentPaths.js";
import {csvBlob, type Download} from "../download.js";
import {latentsNpy, latentsText} from "../latentFiles.js";
import {lengthParts} from "./along.js";
import {isPath, pathKinds, type InterpolationData, type InterpolationState} from "./state.js";

/** What a reader can take along of the paths: the chosen one's latents, also as cryoDRGN's `eval_vol --zfile` reads them, and all curves. */
export function pathFiles({paths, kind}: InterpolationState, {d, motion}: InterpolationData): Download[] {
  const chosen = (): LatentPath => {
    const path = paths.value[kind.value];
    if (!isPath(path)) throw new Error("this path is not there");
    return path;
  };
  return [
    {
      label: "CSV of all paths",
      name: "paths.csv",
      make: () =>
        csvBlob(
          [
            ...["path", "y", "part of the length", "distance quantile"],
            ...[motion ? "state coordinate" : "length", "its derivative by y", "state by vote"],
            ...Array.from({length: d}, (_, c) => `z${c}`)
          ],
          rows()
        )
    },
    {
      label: "Path, .npy",
      name: "z_path.npy",
      make: () => latentsNpy(chosen().z, d)
    },
    {
      label: "z_values.txt",
      name: "z_values.txt",
      make: () => latentsText(chosen().z, d)
    }
  ];

  function* rows(): Generator<(string | number)[]> {
    for (const k of pathKinds) {
      const path = paths.value[k];
      if (!isPath(path)) continue;
      const {y, z, quantile, coordinate, vote} = path;
      const parts = lengthParts(path);
      for (let i = 0; i < y.length; ++i)
        yield [
          pathLabels[k],
          y[i],
          parts[i],
          quantile[i],
          coordinate.values[i],
          coordinate.against.derivative[i],
          vote?.[i] ?? "",
          ...z.subarray(i * d, (i + 1) * d)
        ];
    }
  }
}
