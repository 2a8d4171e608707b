import {computed} from "@preact/signals-core";
import {follow} from "../follow.js";
import {roomFor} from "../dom.js";
import {boundRange} from "../lab/boundControls.js";
import type {LabPage} from "../lab/labPage.js";
import {lines} from "../lab/lines.js";
import {liveFigure} from "../lab/liveFigure.js";
import {pointPlane} from "./dragPoint.js";
import {memoryCurves, memoryErrors, memoryPlane} from "./memory.js";
import {lawWords, linesRows, sigmaPlayer, WIDTH} from "./shared.js";
import {LEVELS, type DenoiserState} from "./state.js";

/** Every second level is enough for these smooth curves. */
const FEW = LEVELS.filter((_, i) => i % 2 === 0);

const keptWords = (v: number) => Math.round(10 ** v).toLocaleString("en");

/** E9-memory: the data set's denoiser beside the law's. */
export function memoryFigure(page: LabPage<DenoiserState>): HTMLElement {
  const {own, keep, strip} = page;
  const {lab, sigma, point, zoom, kept, logKept, dataSet} = own;
  const painter = pointPlane(page, "The answers of two denoisers");
  const law = lawWords(own);
  const control = keep(sigmaPlayer(own));
  const slider = keep(boundRange("n", logKept, {min: 0, max: 3, step: 0.05, show: keptWords}));
  return keep(
    liveFigure({
      id: "E9-memory",
      title: "A data set's own denoiser",
      painter,
      values: computed(() => {
        const [law, points] = [lab.mixture.value, dataSet.value];
        if (!law || !points) return undefined;
        return memoryPlane({
          law,
          dataSet: points,
          sigma: sigma.value,
          point: point.value,
          zoom: zoom.value
        });
      }),
      trouble: lab.lawTrouble,
      caption:
        "Blue: the law's denoiser. Red: that of n points drawn from it (the small squares). Where both agree, the colours lie on each other.",
      controls: [control.element, slider],
      provenance: computed(
        () => `${law.value}: exact, both; n = ${kept.value.toLocaleString("en")}, seed ${lab.seed.value}`
      ),
      rows() {
        const d = lab.d.value;
        const points = dataSet.value!;
        return {
          columns: d === 1 ? ["x"] : ["x_1", "x_2"],
          rows: Array.from({length: points.length / d}, (_, i) =>
            Array.from(points.subarray(i * d, (i + 1) * d))
          )
        };
      },
      source: () =>
        "painted(\n  plane({width: 480, height: 460}),\n  memoryPlane({law, dataSet, sigma, point, zoom})\n)",
      strip
    })
  ).element;
}

/** E9-memory-loss: what the memory of a data set is worth on new points. */
export function memoryLossFigure({own, keep, strip}: LabPage<DenoiserState>): HTMLElement {
  const {lab, sigma, kept, dataSet} = own;
  const errors = keep(
    follow(
      computed(() => {
        const [law, points] = [lab.mixture.value, dataSet.value];
        return law && points && {law, dataSet: points, seed: lab.seed.value};
      }),
      (question) => memoryErrors(question, FEW)
    )
  );
  const law = lawWords(own);
  const width = roomFor(WIDTH);
  return keep(
    liveFigure({
      id: "E9-memory-loss",
      title: "Its error on points that it knows, and on new ones",
      painter: lines({width, height: Math.round(0.72 * width)}),
      values: computed(() => errors.value.value && memoryCurves(errors.value.value, sigma.value)),
      trouble: computed(() => lab.lawTrouble.value || errors.error.value),
      caption:
        "A network that is trained on n points, long enough, comes down to the dashed curve, and pays on new points what the solid red one says.",
      provenance: computed(
        () =>
          `${law.value}: Monte Carlo over 512 points, seed ${lab.seed.value}, n = ${kept.value.toLocaleString("en")}`
      ),
      rows: linesRows,
      source: () =>
        "const errors = await memoryErrors({law, dataSet, seed}, least.sigma);\ndisplay(painted(lines({width: 480, height: 340}), memoryCurves(errors, sigma)));",
      strip
    })
  ).element;
}
