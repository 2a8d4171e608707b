/** The figures of page `bench`. One that fails becomes its message and leaves the other alone. */
import {benchFigure} from "./benchFigure.js";
import {guard} from "./guard.js";
import type {TrainedRun} from "./shippedRun.js";

export function benchPage(run: TrainedRun) {
  const closed = new AbortController();
  return {
    measure: () => guard("The benchmark", () => benchFigure(run, closed.signal)),
    // Plot and the checks of the file follow the control, so that the page answers soon.
    pixels: () =>
      guard("The comparison", async () => {
        const [{pixelsFigure}, {pixelsFile}] = await Promise.all([
          import("./benchPixels.js"),
          import("./benchPixelsFile.js")
        ]);
        return pixelsFigure(pixelsFile.name, await pixelsFile.file.json());
      }),
    dispose: () => closed.abort(new Error("the page was closed"))
  };
}
