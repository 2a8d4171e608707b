import {computed} from "@preact/signals-core";
import {bayesCheck} from "../../diffusion/ddpmPosterior.js";
import {boundCheck, boundRange} from "../lab/boundControls.js";
import type {LabPage} from "../lab/labPage.js";
import {liveFigure} from "../lab/liveFigure.js";
import {plane} from "../lab/plane.js";
import {block, legend} from "../lab/parts.js";
import {chainText, half, numbersTable, timePlayer} from "./parts.js";
import {posteriorColors, posteriorPlane, type PosteriorPicture} from "./posteriorPlane.js";
import type {DdpmState} from "./state.js";
import {roomFor} from "../dom.js";

/** Places to three digits: enough for a hand, and short in the address. */
const round = (v: number) => Math.round(100 * Math.max(-3, Math.min(3, v))) / 100;

/** E4: the posterior q(x_(t-1) | x_t, x_0) by Bayes' rule on a grid, and in closed form. */
export function posteriorFigures({own, keep, strip}: LabPage<DdpmState>) {
  const {chain, now: t, x0, xt, scaled} = own;
  const trouble = computed(() => {
    if (own.chainTrouble.value) return own.chainTrouble.value;
    if (own.T.value === 1)
      return "With T = 1 there is a single step, and the one before it is x₀ itself: nothing is left to be inferred. Take T of 2 or more.";
    if (t.value < 2)
      return `At t = ${t.value} the step before is x₀ itself, which is given. Move t to 2 or more.`;
    const {beta, noise} = chain.value!;
    if (!(beta[t.value - 1] > 0 && noise[t.value - 2] > 0))
      return `No noise is added at t = ${t.value}, or none before it: xₜ₋₁ is known, and has no density.`;
    return "";
  });
  const picture = computed((): PosteriorPicture | undefined =>
    trouble.value || !chain.value
      ? undefined
      : {chain: chain.value, t: t.value, x0: x0.value, xt: xt.value, scaled: scaled.value}
  );
  const check = computed(() => {
    const now = picture.value;
    return now && bayesCheck(now.chain, now.t, now.x0, now.xt);
  });
  const painter = plane({width: roomFor(720), height: half().height});
  const {canvas} = painter;
  canvas.style.touchAction = "pan-y";
  canvas.style.cursor = "ew-resize";
  let dragged: typeof x0 | undefined;
  canvas.addEventListener("pointerdown", (event) => {
    const at = painter.invert(event);
    if (!at) return;
    dragged = Math.abs(at[0] - x0.peek()) <= Math.abs(at[0] - xt.peek()) ? x0 : xt;
    canvas.setPointerCapture(event.pointerId);
    dragged.value = round(at[0]);
  });
  canvas.addEventListener("pointermove", (event) => {
    const at = dragged && painter.invert(event);
    if (at) dragged!.value = round(at[0]);
  });
  for (const name of ["pointerup", "pointercancel"] as const)
    canvas.addEventListener(name, () => (dragged = undefined));

  const table = keep(
    numbersTable(
      ["", "on the grid", "closed form", "difference"],
      computed(() => {
        const found = check.value;
        if (!found) return [];
        const row = (name: string, key: "mean" | "variance") => [
          name,
          found.numeric[key].toFixed(6),
          found.exact[key].toFixed(6),
          Math.abs(found.numeric[key] - found.exact[key]).toExponential(1)
        ];
        return [
          row("mean, μ̃ₜ(xₜ, x₀)", "mean"),
          row("variance, β̃ₜ", "variance"),
          ["density, largest difference over its peak", "", "", found.difference.toExponential(1)]
        ];
      })
    )
  );
  const time = keep(timePlayer(own));
  const controls = [
    keep(boundRange("x₀", x0, {min: -3, max: 3, step: 0.01, show: (v) => v.toFixed(2)})),
    keep(boundRange("xₜ", xt, {min: -3, max: 3, step: 0.01, show: (v) => v.toFixed(2)})),
    time.element,
    keep(boundCheck("heights scaled to 1", scaled)),
    legend(
      {name: "q(xₜ₋₁ | x₀)", color: posteriorColors.prior},
      {name: "q(xₜ | xₜ₋₁) as a function of xₜ₋₁", color: posteriorColors.likelihood},
      {name: "their product, normalised on a grid", color: posteriorColors.product},
      {name: "N(μ̃ₜ, β̃ₜ)", color: posteriorColors.exact}
    )
  ];
  return {
    posterior: () =>
      keep(
        liveFigure({
          id: "E4",
          title: "the posterior by Bayes’ rule, and in closed form",
          painter,
          values: computed(() => picture.value && posteriorPlane(picture.value, check.value)),
          trouble,
          caption:
            "Drag x₀ or xₜ in the picture, or move the sliders. One coordinate is shown; the others are alike and independent.",
          controls,
          status: table.element,
          provenance: computed(
            () => `${chainText(own)}, t = ${t.value}; product by the trapezoidal rule on 4,001 points`
          ),
          rows: () => ({
            columns: ["", "on the grid", "closed form"],
            rows: (["mean", "variance"] as const).map((key) => [
              key,
              check.value!.numeric[key],
              check.value!.exact[key]
            ])
          }),
          source: () =>
            block(`const found = bayesCheck(chain, t, x0, xt);
display(found.numeric);
display(found.exact);
display(painted(plane({width: 640, height: 340}), posteriorPlane({chain, t, x0, xt, scaled: ${scaled.value}}, found)));`),
          strip
        })
      ).element
  };
}
