/** The posterior of an image, a bar for each dimension of z, over where the encodings of all images lie. */
import type {Pca} from "../../analysis/pca.js";
import {axisTicks} from "../axisTicks.js";
import {svg} from "../dom.js";
import {plotElement, plotText} from "../plotFrame.js";

const margin = {top: 18, right: 8, bottom: 24, left: 34};

/** Standard deviation of all encodings in each dimension [d]: the diagonal of their covariance. */
export function deviations({dimension: d, axes, variances}: Pca): Float64Array {
  return Float64Array.from({length: d}, (_, k) => {
    let sum = 0;
    for (let j = 0; j < d; ++j) sum += axes[j * d + k] ** 2 * variances[j];
    return Math.sqrt(sum);
  });
}

/** `draw` shows a posterior N(mu, deviation^2); behind it the middle of all encodings, their mean and deviation. */
export function zBars(
  all: Pca,
  size: {width: number; height: number}
): {element: SVGSVGElement; draw(mu: ArrayLike<number>, deviation: ArrayLike<number>): void} {
  const {width, height} = size;
  const {dimension: d, mean} = all;
  const spread = deviations(all);
  const element = plotElement(size);
  const [x0, x1, y0, y1] = [margin.left, width - margin.right, height - margin.bottom, margin.top];
  const step = (x1 - x0) / d;
  return {
    element,
    draw(mu, deviation) {
      let most = 1;
      for (let k = 0; k < d; ++k)
        most = Math.max(most, Math.abs(mean[k]) + 2 * spread[k], Math.abs(mu[k]) + deviation[k]);
      const y = (v: number) => y0 - ((y0 - y1) * (v + most)) / (2 * most);
      const parts: SVGElement[] = [];
      for (const {value, label} of axisTicks(-most, most, (y0 - y1) / 36)) {
        const p = Math.round(y(value)) + 0.5;
        const stroke = value === 0 ? "var(--theme-foreground-fainter)" : "var(--theme-foreground-faintest)";
        parts.push(svg("path", {d: `M${x0},${p}H${x1}`, stroke}));
        parts.push(plotText({x: x0 - 6, y: p + 4}, label, "end"));
      }
      for (let k = 0; k < d; ++k) {
        const middle = x0 + (k + 0.5) * step;
        const w = Math.min(26, 0.62 * step);
        const [low, high] = [y(mean[k] - spread[k]), y(mean[k] + spread[k])];
        parts.push(svg("rect", {x: middle - 0.48 * step, y: high, width: 0.96 * step, height: low - high, fill: "var(--series-encodings)", opacity: 0.18})); // prettier-ignore
        const [top, bottom] = [Math.min(y(0), y(mu[k])), Math.max(y(0), y(mu[k]))];
        parts.push(svg("rect", {x: middle - w / 2, y: top, width: w, height: Math.max(0.5, bottom - top), fill: "var(--series-live)"})); // prettier-ignore
        const whisker = `M${middle},${y(mu[k] - deviation[k])}V${y(mu[k] + deviation[k])}`;
        const cap = (v: number) => `M${middle - 4},${y(v)}h8`;
        parts.push(svg("path", {d: whisker + cap(mu[k] - deviation[k]) + cap(mu[k] + deviation[k]), stroke: "var(--theme-foreground)", "stroke-width": 1.4, fill: "none"})); // prettier-ignore
        parts.push(plotText({x: middle, y: height - 8}, String(k), "middle"));
      }
      parts.push(plotText({x: 0, y: 11}, "↑ z, with ± σ of the posterior"));
      element.setAttribute(
        "aria-label",
        `Posterior of z: ${Array.from(mu, (v, k) => `${v.toFixed(2)} ± ${deviation[k].toFixed(2)}`).join(", ")}`
      );
      element.replaceChildren(...parts);
    }
  };
}
