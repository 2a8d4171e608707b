import {computed} from "@preact/signals-core";
import {writePrior} from "../../diffusion/priorFile.js";
import {roomFor} from "../dom.js";
import {bytesBlob} from "../download.js";
import type {LabPage} from "../lab/labPage.js";
import {lines, type Lines} from "../lab/lines.js";
import {liveFigure, type LiveFigureOptions} from "../lab/liveFigure.js";
import {placeText} from "../trainingPlace.js";
import {differenceCurves, distanceCurves, levelLossCurves, lossCurves} from "./learnedViews.js";
import {learnedFieldFigure, samplesFigure} from "./learnedFigures.js";
import {learningPlan} from "./learning.js";
import {learningPanel} from "./learningPanel.js";
import {learningRun, type LearningRun} from "./learningRun.js";
import {linesRows, NOT_YET, WIDTH} from "./shared.js";
import type {DenoiserState} from "./state.js";

/** Preset, objective, seed, steps done, backend. */
export const learningWords = ({training, settings}: LearningRun) =>
  computed(() => {
    const {preset, seed, rows, lawName, objectiveName, parameterisation} = settings.value;
    const {step, place} = training.value;
    const where = place ? `, ${placeText(place)}` : "";
    return `${rows.toLocaleString("en")} points of ${lawName || "no law"}; ${objectiveName}, ${parameterisation} predicted, preset ${preset}, seed ${seed}, step ${step.toLocaleString("en")}${where}`;
  });

/** D1: the panel and its loss, and five figures of what is learned. */
export function learningFigures(page: LabPage<DenoiserState>): HTMLElement[] {
  const run = learningRun(page);
  const {own, keep, strip} = page;
  const {training, settings, seen, floorError, differences, evaluation} = run;
  const provenance = learningWords(run);
  const width = roomFor(WIDTH);
  const figure = (options: Omit<LiveFigureOptions<Lines>, "painter" | "provenance" | "rows" | "strip">) =>
    keep(
      liveFigure({
        painter: lines({width, height: Math.round(0.6 * width)}),
        prepare: run.train,
        provenance,
        rows: linesRows,
        strip,
        ...options
      })
    ).element;

  const name = computed(() => `${settings.value.preset}-seed${settings.value.seed}`);
  const needed = computed(() => own.lab.lawTrouble.value || learningPlan.problem(settings.value) || "");
  const untrained = computed(() => (evaluation.value ? "" : NOT_YET));

  return [
    figure({
      id: "D1",
      title: "A denoiser, trained here",
      controls: [learningPanel(page, run)],
      values: computed(() => seen.value && lossCurves(seen.value)),
      trouble: computed(() => needed.value || floorError.value),
      caption:
        "No network comes below the dashed line: the noise that no one can predict. Held out: the averaged weights on points of the law that training never saw.",
      files: [
        {
          label: "Network, .safetensors",
          get name() {
            return `denoiser-${name.value}.safetensors`;
          },
          make() {
            const now = evaluation.value;
            if (!now) throw new Error("nothing is learned yet");
            const {preset, seed, steps, lawName, rows} = settings.value;
            const from = {preset, seed, steps, law: lawName, rows, step: now.step, losses: now.losses};
            return bytesBlob(training.value.result?.prior ?? writePrior(now, from));
          }
        }
      ],
      source: () => "painted(\n  lines({width: 480, height: 300}),\n  lossCurves(training)\n)"
    }),
    figure({
      id: "D1-levels",
      title: "Its loss by noise level, over the floor",
      values: computed(() => seen.value && levelLossCurves(seen.value)),
      trouble: needed,
      caption:
        "Each dot is the mean of the rows near its level in the batches of the last quarter of a second; levels that are seldom drawn jump.",
      source: () => "painted(\n  lines({width: 480, height: 300}),\n  levelLossCurves(training)\n)"
    }),
    learnedFieldFigure(page, run, provenance),
    figure({
      id: "D1-difference",
      title: "How far it is from the exact denoiser",
      values: computed(
        () =>
          seen.value &&
          differences.value.value &&
          differenceCurves(differences.value.value, seen.value.least, own.sigma.value)
      ),
      trouble: computed(() => untrained.value || differences.error.value),
      caption:
        "Over 128 noisy points at each level. Where the red curve is far below the blue one, the network's own error hardly matters.",
      source: () =>
        "display(painted(\n  lines({width: 480, height: 300}),\n  differenceCurves(await differencesOf(learned, law, least.sigma), least, sigma)\n));"
    }),
    samplesFigure(page, run, provenance),
    figure({
      id: "D1-distance",
      title: "Its samples' distance to the law",
      values: computed(() => {
        const floor = seen.value?.distanceFloor;
        return floor && distanceCurves({...seen.value!, distanceFloor: floor});
      }),
      trouble: untrained,
      caption:
        "Sliced W₂ between 1,000 samples and the law itself, whose quantiles are known. Dashed: the same for points drawn from the law, the mean of eight sets, and dotted one deviation to either side; no model can be told to be better.",
      source: () => "painted(\n  lines({width: 480, height: 300}),\n  distanceCurves(training)\n)"
    })
  ];
}
