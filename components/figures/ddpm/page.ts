import {dock} from "../lab/dock.js";
import {labPage} from "../lab/labPage.js";
import {chainControls} from "./chainControls.js";
import {forwardFigures} from "./forwardFigures.js";
import {learningFigures} from "./learningFigures.js";
import {lossFigures} from "./lossFigures.js";
import {openModels} from "./models.js";
import {chainText} from "./parts.js";
import {posteriorFigures} from "./posteriorFigures.js";
import {reverseFigures} from "./reverseFigures.js";
import {openDdpm} from "./state.js";

/** Cells to begin with. */
const examples = [
  {
    label: "A chain of one's own",
    source: `// Any beta_t makes a chain: here its square root rises evenly.
const mine = ddpm(Float64Array.from({length: T}, (_, i) => Math.min(0.999, ((i + 1) / T) ** 2 * 30 / T)));
display(painted(lines({width: 520, height: 240}), snrLines({chain: mine, t})));`
  },
  {
    label: "A schedule for the figures",
    source: `// Choose "own, from your cell" as β above.
const own = {sigma: (t) => Math.expm1(3 * t)};`
  },
  {
    label: "How far x_T is from noise",
    source: `[10, 50, 200, 1000].map((T) => ({T, L_T: lossT(ddpm(linearBetas(T)), data) / (data.length / d)}))`
  }
];

/** Page `ddpm`: each part makes its figures when it is called. */
export function ddpmPage() {
  const page = labPage({page: "ddpm", open: openDdpm, module: "components/figures/ddpm/state.js", examples});
  const {own, keep} = page;
  const models = openModels(own);
  const forward = forwardFigures(page);
  const reverse = reverseFigures(page);
  const losses = lossFigures(page, models);
  return {
    dock() {
      const schedule = chainControls(own);
      return keep(dock(own.lab, {schedule, scheduleName: () => chainText(own), more: [schedule.more]}))
        .element;
    },
    forward: forward.forward,
    agree: forward.agree,
    curves: forward.curves,
    posterior: () => posteriorFigures(page).posterior(),
    reverse: reverse.reverse,
    algorithm2: reverse.algorithm,
    bound: losses.bound,
    losses: losses.losses,
    algorithm1: () => learningFigures(page, models).algorithm(),
    cells: () => page.strip.element,
    dispose: page.dispose
  };
}
