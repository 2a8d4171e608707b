import {computed, effect} from "@preact/signals-core";
import {constantSigma} from "../../diffusion/denoiser.js";
import {roomFor} from "../dom.js";
import {boundCheck} from "../lab/boundControls.js";
import type {LabPage} from "../lab/labPage.js";
import {legend} from "../lab/parts.js";
import {lines} from "../lab/lines.js";
import {liveFigure} from "../lab/liveFigure.js";
import {denoiserCurves} from "./curves.js";
import {pointPlane} from "./dragPoint.js";
import {fieldPlaces, noisyPlane, zoomOf} from "./noisyPlane.js";
import {scoreNumbers, scoreTable} from "./scoreNumbers.js";
import {lawWords, linesRows, sigmaPlayer, WIDTH} from "./shared.js";
import type {DenoiserState} from "./state.js";

/** E9: the noisy law, its exact denoiser, and beside it the score that it stands for, in numbers. */
export function exactFigure(page: LabPage<DenoiserState>): {
  figure: HTMLElement;
  numbers: HTMLElement;
} {
  const {own, keep, strip} = page;
  const {lab, sigma, point, zoom} = own;
  const view = computed(() => {
    const law = lab.mixture.value;
    return law && {law, sigma: sigma.value, point: point.value, zoom: zoom.value};
  });
  const drawn = computed(() => view.value && noisyPlane(view.value));
  const painter = pointPlane(page, "The noisy point and its denoised answer");
  const table = scoreTable();
  const key = legend(
    {color: "--theme-foreground-muted", name: "p(x; σ)"},
    {color: "--series-encodings", name: "D(x; σ) − x"},
    {color: "--series-live", name: "p(x₀ | x)"},
    {color: "--series-prior", name: "from x to its mean, D(x; σ)"}
  );
  const stop = effect(() => {
    table.element.hidden = !view.value;
    if (view.value) table.show(scoreNumbers(view.value));
  });
  keep({dispose: stop});
  const control = keep(sigmaPlayer(own));
  const check = keep(boundCheck("zoom out with the noise", zoom));
  const law = lawWords(own);
  const figure = keep(
    liveFigure({
      id: "E9",
      title: "The exact denoiser, and what is known of x₀",
      painter,
      values: drawn,
      trouble: lab.lawTrouble,
      caption: computed(() => {
        if (!drawn.value) return "";
        const part = drawn.value.arrowPart;
        const arrows =
          part < 0.995 ? ` Blue arrows are drawn at ${Math.round(100 * part)} % of their length.` : "";
        return lab.d.value === 1
          ? "Drag x. The posterior of x₀ given x is the red curve; its mean is D, where the orange arrow ends."
          : `Drag x. The posterior of x₀ given x is drawn as its Gaussian components, one deviation wide, the stronger the likelier; its mean is D, where the orange arrow ends.${arrows}`;
      }),
      controls: [control.element, check],
      status: key,
      provenance: computed(() => `${law.value}: exact, nothing is trained`),
      rows() {
        const {law, sigma: level, ...rest} = view.value!;
        const places = fieldPlaces(zoomOf({sigma: level, ...rest}));
        const d = law.dimension;
        const x = d === 2 ? places : places.filter((_, i) => i % 2 === 0).subarray(0, 17);
        const D = lab.denoiser.value!(x, constantSigma(x.length / d, level));
        const of = (v: Float64Array, i: number) => Array.from(v.subarray(i * d, (i + 1) * d));
        const names = (name: string) => (d === 1 ? [name] : [`${name}_1`, `${name}_2`]);
        return {
          columns: ["sigma", ...names("x"), ...names("D")],
          rows: Array.from({length: x.length / d}, (_, i) => [level, ...of(x, i), ...of(D, i)])
        };
      },
      source: () =>
        "painted(\n  plane({width: 480, height: 460}),\n  noisyPlane({law, sigma, point, zoom})\n)",
      strip
    })
  ).element;
  return {figure, numbers: table.element};
}

/** E9-curves: D against x at several noise levels. */
export function curvesFigure({own, keep, strip}: LabPage<DenoiserState>): HTMLElement {
  const {lab, sigma, point} = own;
  const law = lawWords(own);
  const width = roomFor(WIDTH);
  return keep(
    liveFigure({
      id: "E9-curves",
      title: "D against x, from little noise to much",
      painter: lines({width, height: Math.round(0.72 * width)}),
      values: computed(() => {
        const law = lab.mixture.value;
        return law && denoiserCurves({law, sigma: sigma.value, point: point.value});
      }),
      trouble: lab.lawTrouble,
      caption: computed(() =>
        lab.d.value === 1
          ? "The vertical line is the point x of the figure beside."
          : "Along the horizontal line through the point x of the figure beside: the first coordinate of D."
      ),
      provenance: computed(() => `${law.value}: exact`),
      rows: linesRows,
      source: () => "painted(\n  lines({width: 480, height: 340}),\n  denoiserCurves({law, sigma, point})\n)",
      strip
    })
  ).element;
}
