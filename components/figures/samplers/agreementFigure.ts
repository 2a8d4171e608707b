import {computed} from "@preact/signals-core";
import type {Agreement} from "../../analysis/samplerAgreement.js";
import {h, roomFor} from "../dom.js";
import {boundRange} from "../lab/boundControls.js";
import {liveFigure} from "../lab/liveFigure.js";
import {agreementPlot, LEVEL, verdict} from "./agreementPlot.js";
import {measured} from "./measured.js";
import {raceQuestion, runAgreement, type AgreementAsked, type Workers} from "./raceRun.js";
import {block, legend} from "../lab/parts.js";
import {type SamplersPage} from "./shared.js";

/** Points of each set: the tests cost their square. */
const POINTS = 400;

/** E10-law: SDE, ODE and regularised sampling, held against the law and against each other. */
export function agreementFigure({own, keep, strip}: SamplersPage, workers: Workers): HTMLElement {
  const {lab, b, shape, many} = own;
  const question = raceQuestion(own, (): AgreementAsked | undefined => {
    const now = shape.value;
    if (now.kind === "drawn" && now.points.length === 0) return undefined;
    const steps = many.value;
    return {
      samplers: [
        {name: "ODE", steps, sampler: {spec: {kind: "heun" as const, parameters: {}}}},
        {name: "SDE", steps, sampler: {spec: {kind: "eulerMaruyama" as const, parameters: {}}}},
        {
          name: "regularised",
          steps,
          sampler: {spec: {kind: "regularised" as const, parameters: {b: b.value}, shape: now}}
        }
      ],
      n: POINTS,
      seed: lab.seed.value
    };
  });
  const tests = keep(measured(question, runAgreement(workers)));
  const status = h("p", {class: "note-small figure-numbers"});
  const base = agreementPlot({width: roomFor(640)});
  return keep(
    liveFigure({
      id: "E10-law",
      title: "Do SDE, ODE and regularised sampling agree in law?",
      painter: {
        element: base.element,
        draw(found: Agreement[]) {
          base.draw(found);
          status.textContent = verdict(found);
        }
      },
      values: computed(() => (tests.result.value?.length ? tests.result.value : undefined)),
      trouble: computed(() => lab.trouble.value || tests.trouble.value),
      caption: `Two sets of ${POINTS} points each, and the distance of their laws (MMD²). The bar holds 95 % of the distances that come about when the points of both are shuffled and dealt anew, its tick is their median. p is how many of the shuffled ones are as large. One law shows p below 0.05 once in twenty tests.`,
      controls: [keep(boundRange("N, steps", many, {min: 2, max: 500, step: 1})), tests.controls],
      status: h(
        "div",
        {},
        legend(
          {color: "--series-encodings", name: "not told apart"},
          {color: "--series-live", name: `p below ${LEVEL}`}
        ),
        status
      ),
      provenance: computed(
        () =>
          `Heun, Euler–Maruyama, regularised with b = ${b.value}; 400 permutations, seed ${lab.seed.value}`
      ),
      rows: (found) => ({
        columns: ["first", "second", "MMD^2", "median of shuffled", "95% of shuffled", "p"],
        rows: found.map(({first, second, statistic, median, high, p}) => [
          first,
          second,
          statistic,
          median,
          high,
          p
        ])
      }),
      source: () =>
        block(`const tests = await samplerAgreement(
  [
    {name: "ODE", steps: 50, sampler: heun},
    {name: "SDE", steps: 50, sampler: eulerMaruyama},
    {name: "regularised", steps: 50, sampler: shapedLangevin(shape, strength)}
  ],
  {mixture: law, denoiser, schedule, times: timesOf, n: 200, seed}
);
display(painted(agreementPlot({width: 560}), tests));`),
      strip
    })
  ).element;
}
