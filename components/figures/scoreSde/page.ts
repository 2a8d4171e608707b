import {h} from "../dom.js";
import {dock} from "../lab/dock.js";
import {boundSelect} from "../lab/boundControls.js";
import {labPage} from "../lab/labPage.js";
import {player} from "../lab/player.js";
import {explodingControls, explodingFigures, sameFigures} from "./explodingFigures.js";
import {short} from "./fit.js";
import {row} from "../lab/parts.js";
import {openParts} from "./parts.js";
import {openRuns} from "./runs.js";
import {openScoreSde, type ScoreSde} from "./state.js";
import {curvesFigures, stepsErrorFigure, stepsFigure} from "./stepsFigures.js";
import {
  fieldFigure,
  lawFigure,
  tripErrorFigure,
  tripFigure,
  waysControls,
  waysFigure
} from "./waysFigures.js";

const examples = [
  {
    label: "A schedule of your own",
    source: `// Choose it in the list of schedules, at the top of the page.
const twoRates = {
  s: (t) => Math.exp(-4 * t * t),
  sigma: (t) => Math.sqrt(Math.expm1(8 * t * t)),
  t_min: 0.01,
  t_max: 1
};`
  },
  {
    label: "Where do the SDE and the ODE end?",
    source: `const times = samplingTimes(schedule, 100);
const x = startingNoise(schedule, times[0], {n: 2000, d, rng: random(seed)});
const given = {denoiser, schedule, times, x, n: 2000, rng: random(seed, 1)};
const sde = await eulerMaruyama(given);
const ode = await heun(given);
display(slicedW2(sde.x, ode.x, d));`
  }
];

/** The page `score-sde`: each part is an element to display beside the words about it. */
export function scoreSdePage() {
  const page = labPage<ScoreSde>({
    page: "score-sde",
    open: openScoreSde,
    module: "components/figures/scoreSde/state.js",
    examples
  });
  const {lab, own, keep} = page;
  const runs = keep(openRuns(own));
  const parts = openParts(page, runs);
  const time = keep(
    player({
      label: "Time",
      value: own.u,
      min: 0,
      max: 1,
      step: 0.005,
      seconds: 8,
      show(u) {
        const [axis, schedule] = [own.axis.value, lab.schedule.value];
        return axis && schedule
          ? `t = ${short(axis.at(u), 3)}, σ = ${short(schedule.sigma(axis.at(u)), 3)}`
          : "";
      }
    })
  );
  const view = keep(
    boundSelect("Show", own.viewName, [
      ["auto", "x, scaled where it grows"],
      ["plain", "x as it is"],
      ["scaled", "x / s√(1 + σ²)"],
      ["unscaled", "x / s"]
    ])
  );
  let second: HTMLElement | undefined;
  return {
    dock: () => keep(dock(lab, {more: [time.element, view]})).element,
    curves: () => curvesFigures(parts),
    steps: () => row(stepsFigure(parts), stepsErrorFigure(parts)),
    ways() {
      const controls = waysControls(parts);
      const below = {...parts, boxes: () => controls};
      return h("div", {}, controls, row(waysFigure(below), fieldFigure(below)));
    },
    law: () => lawFigure(parts),
    encode: () => row(tripFigure(parts), tripErrorFigure(parts)),
    second: () => (second = explodingControls(parts)),
    exploding: () => explodingFigures({...parts, boxes: () => second}),
    same: () => sameFigures(parts),
    strip: () => page.strip.element,
    dispose: page.dispose
  };
}
