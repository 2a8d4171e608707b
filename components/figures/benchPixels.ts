import * as Plot from "@observablehq/plot";
import {rateText} from "../jobs/bench/ratios.js";
import {mostAndFewest, readCurves, secondsTo, type PixelCurve} from "./benchCurves.js";
import {h, roomFor} from "./dom.js";
import {csvBlob, svgBlob} from "./download.js";
import {figure} from "./figure.js";

const colors = ["--series-prior", "--series-encodings", "--map-true", "--series-live"];

/** Held-out loss against training time, with all pixels of each image and with some. */
export function pixelsFigure(file: string, json: unknown): HTMLElement {
  const made = readCurves(json, file);
  const {recipe, images, heldOut, boxSize, model, batchSize, learningRate, machine, date, seed} = made;
  const plot = curvesPlot(made.curves, roomFor(680));
  const settings = `recipe ${recipe}, ${images.toLocaleString("en")} images at D = ${boxSize}, ${model}, batch ${batchSize}, learning rate ${learningRate}, seed ${seed}, ${machine}, ${date}`;
  return figure([h("div", {class: "table-scroll"}, plot)], {
    caption: `${sooner(made.curves)} The loss is that of ${heldOut} images that were not trained on, over all their pixels.`,
    provenance: [{kind: "shipped", detail: settings}],
    files: [
      {label: "SVG", name: "pixels.svg", make: () => svgBlob(plot)},
      {
        label: "CSV",
        name: "pixels.csv",
        make: () =>
          csvBlob(
            ["pixels", "label", "seconds", "step", "held-out loss"],
            made.curves.flatMap(({pixels, label, seconds, step, heldOut}) =>
              seconds.map((s, i) => [pixels, label, s, step[i], heldOut[i]])
            )
          )
      }
    ]
  });
}

/** What the curves say, in words. */
function sooner(curves: readonly PixelCurve[]): string {
  const [most, fewest] = mostAndFewest(curves);
  const rates = `Training took ${rateText(most.imagesPerSecond)} images a second with ${most.label}, ${rateText(fewest.imagesPerSecond)} with ${fewest.label}.`;
  const last = most.heldOut[most.heldOut.length - 1];
  const [slow, quick] = [secondsTo(last, most), secondsTo(last, fewest)];
  if (most === fewest || slow === undefined) return rates;
  const inWords = (seconds: number) => `${Math.round(seconds).toLocaleString("en")} s`;
  const reached =
    quick === undefined
      ? `With ${fewest.label} the loss did not come down to where it ended with ${most.label}.`
      : `The loss came down to where it ended with ${most.label} after ${inWords(slow)}; with ${fewest.label} after ${inWords(quick)}.`;
  return `${reached} ${rates}`;
}

function curvesPlot(curves: readonly PixelCurve[], width: number): SVGSVGElement {
  const ordered = [...curves].sort((a, b) => b.heldOut[b.heldOut.length - 1] - a.heldOut[a.heldOut.length - 1]);
  const marks = ordered.flatMap(({label, seconds, heldOut}, i) => {
    const stroke = `var(${colors[curves.findIndex((c) => c.label === label) % colors.length]})`;
    const rows = seconds.map((x, k) => ({x, y: heldOut[k]}));
    // The curve that ends higher is named above its end, the others below theirs: names never meet.
    const name = {x: "x", y: "y", text: () => label, textAnchor: "end", dy: i === 0 ? -12 : 14, fill: stroke, fontWeight: 600, stroke: "var(--theme-background)", strokeWidth: 4} as const;
    return [
      Plot.line(rows, {x: "x", y: "y", stroke, strokeWidth: 2}),
      Plot.dot(rows, {x: "x", y: "y", fill: stroke, r: 2.2}),
      Plot.text(rows.slice(-1), name)
    ];
  });
  return Plot.plot({
    width,
    height: Math.round(Math.min(340, 120 + width / 3)),
    marginLeft: 52,
    marginBottom: 40,
    marginTop: 26,
    insetBottom: 20,
    style: {fontSize: "12px", fontFamily: "var(--sans-serif)", background: "none"},
    x: {label: "training time, seconds →", ticks: width / 110, grid: true, nice: true},
    y: {label: "↑ held-out loss", ticks: 6, grid: true, nice: true},
    marks
  }) as unknown as SVGSVGElement;
} // prettier-ignore
