import {computed} from "@preact/signals-core";
import {jobContext} from "../../compute/job.js";
import {random} from "../../compute/random.js";
import {epsErrors} from "../../diffusion/ddpmLosses.js";
import {bitsPerDimension} from "../../diffusion/elbo.js";
import {h} from "../dom.js";
import {follow} from "../follow.js";
import {boundSelect} from "../lab/boundControls.js";
import type {LabPage} from "../lab/labPage.js";
import {lines, type Lines} from "../lab/lines.js";
import {liveFigure, type LiveFigureOptions} from "../lab/liveFigure.js";
import {drawsOf, elboLines, elbos, negativeLogDensity, sweepElbos, sweepLines} from "./elboLines.js";
import {
  epsErrorLines,
  productLines,
  shareOfLossLines,
  weightLines,
  type LossPicture,
  type ModelErrors
} from "./lossLines.js";
import type {Models} from "./models.js";
import {block, row} from "../lab/parts.js";
import {chainText, half, numbersTable, whileShown} from "./parts.js";
import {modelNames, type DdpmState, type ModelName} from "./state.js";

const options = Object.entries(modelNames) as [ModelName, string][];

/** E3 and E5: the bound term by term, and the three losses of one model. */
export function lossFigures({own, keep, strip}: LabPage<DdpmState>, models: Models) {
  const {lab, chain, now: t, variance, model} = own;
  /** The chosen model, and the exact denoiser first where it is another. */
  const compared = computed(() => {
    const [exact, chosen] = [models.exact.value, models.chosen.value];
    if (!exact || !chosen) return undefined;
    return model.value === "exact" ? [exact] : [exact, chosen];
  });
  const question = computed(() => {
    const [made, x0, found] = [chain.value, lab.data.value, compared.value];
    return made && x0 && found
      ? {chain: made, models: found, x0, d: lab.d.value, seed: lab.seed.value, variance: variance.value}
      : undefined;
  });
  const about = computed(
    () =>
      `${lab.count.value} points of the data, ${chainText(own)}, σₜ² = ${variance.value === "beta" ? "βₜ" : "β̃ₜ"}, ${drawsOf(own.T.value)} draws for each t, seed ${lab.seed.value}`
  );
  const made = <V>(
    options: Omit<LiveFigureOptions<V>, "strip" | "provenance"> & {provenance?: typeof about}
  ) => keep(liveFigure<V>({provenance: about, strip, ...options, source: () => block(options.source!())}));
  const choice = () => keep(boundSelect("Model", model, options));

  const first = computed(() => models.trouble.value || noFirst(chain.value?.beta[0]));

  const bound = () => {
    const asked = whileShown(computed(() => (first.value ? undefined : question.value)));
    const found = keep(
      follow(asked.question, (q, signal) => elbos(q, signal).then((bounds) => ({...q, bounds})))
    );
    const floor = computed(() =>
      lab.mixture.value && lab.data.value ? negativeLogDensity(lab.mixture.value, lab.data.value) : NaN
    );
    const table = keep(
      numbersTable(
        ["nats", "L_T", "Σ Lₜ₋₁", "L₀", "total", "bits/dim."],
        computed(() => {
          const now = found.value.value;
          if (!now || first.value) return [];
          return [
            ...now.bounds.map(({name, elbo}) => [
              name,
              elbo.L_T.toFixed(4),
              (elbo.total - elbo.L_T - elbo.terms[0]).toFixed(3),
              elbo.terms[0].toFixed(3),
              `${elbo.total.toFixed(3)} ± ${elbo.error.toFixed(3)}`,
              `${elbo.bits.toFixed(3)} ± ${elbo.bitsError.toFixed(3)}`
            ]),
            [
              "−log p(x₀), exact",
              "",
              "",
              "",
              floor.value.toFixed(3),
              bitsPerDimension(floor.value, now.d).toFixed(3)
            ]
          ];
        })
      )
    );
    const figure = made({
      id: "E3",
      title: "the bound, term by term",
      painter: lines(half(300)),
      values: computed(() => found.value.value && elboLines({...found.value.value, t: t.value})),
      trouble: computed(
        () =>
          first.value ||
          found.error.value ||
          (own.T.value === 1
            ? "With T = 1 there are no terms Lₜ₋₁ between the two ends: the bound is L_T + L₀, in the table below."
            : "")
      ),
      controls: [choice()],
      status: table.element,
      caption:
        "Solid: the mean over draws of xₜ; dotted: one standard error up and down. The total can’t be below the exact −log p(x₀), whatever the model. One Gaussian: the exact denoiser of a normal law of the data’s mean and variance.",
      rows: () => ({
        columns: ["model", "t", "L_(t-1)", "standard error"],
        rows: found.value.value!.bounds.flatMap(({name, elbo}) =>
          Array.from(elbo.terms, (v, i) => [name, i + 1, v, elbo.errors[i]])
        )
      }),
      source: () => `const bounds = [{name: "exact", color: "--series-encodings",
  elbo: await elbo(chain, denoiser, data, d, random(seed), {variance, draws: drawsOf(T)})}];
display(\`total \${bounds[0].elbo.total} nats, -log p \${negativeLogDensity(law, data)}\`);
display(painted(lines({width: 520, height: 300}), elboLines({chain, bounds, t})));`
    });
    keep(asked.watch(figure.element));
    return figure.element;
  };

  const growing = () => {
    const asked = whileShown(
      computed(() => {
        const q = question.value;
        return q && !models.trouble.value ? {...q, chainAt: own.chainAt.value} : undefined;
      })
    );
    const found = keep(
      follow(
        asked.question,
        async (q, signal) => ({
          sweep: await sweepElbos(q.chainAt, q, signal),
          floor: negativeLogDensity(lab.mixture.peek()!, q.x0),
          d: q.d
        }),
        {rest: 200}
      )
    );
    const figure = made({
      id: "E3-T",
      title: "the bound falls as T grows",
      painter: lines(half(300)),
      values: computed(() => found.value.value && sweepLines({...found.value.value, T: own.T.value})),
      trouble: computed(
        () =>
          models.trouble.value ||
          found.error.value ||
          (found.value.value?.sweep.length === 0 ? noFirst(0) : "")
      ),
      caption: computed(
        () =>
          `The same kind of β in T steps. With more steps each one is closer to a Gaussian, and the exact denoiser’s bound closes in on −log p(x₀). ${model.value === "learned" ? "The network knows the noise levels of its own chain alone, and may be wrong by any amount at others." : "A model that is wrong keeps a gap."} Dotted: one standard error.`
      ),
      rows: () => ({
        columns: ["T", "model", "nats", "standard error"],
        rows: found.value.value!.sweep.flatMap(({T, bounds}) =>
          bounds.map(({name, bound}) => [T, name, bound.value, bound.error])
        )
      }),
      source: () => `const models = [{name: "exact", color: "--series-encodings", denoiser}];
const sweep = await sweepElbos((T) => ({chain: ddpm(linearBetas(T))}), {models, x0: data, d, seed, variance});
const floor = negativeLogDensity(law, data);
display(painted(lines({width: 520, height: 300}), sweepLines({sweep, floor, d, T})));`
    });
    keep(asked.watch(figure.element));
    return figure.element;
  };

  // E5: one computation behind four figures.
  const asked = whileShown(computed(() => (models.trouble.value ? undefined : question.value)));
  const errors = keep(
    follow(asked.question, async (q, signal): Promise<Omit<LossPicture, "t">> => {
      const found: ModelErrors[] = [];
      for (const {name, color, denoiser} of q.models) {
        const rng = random(q.seed, 0x455053);
        const errors = await epsErrors(
          q.chain,
          denoiser,
          q.x0,
          q.d,
          rng,
          {draws: drawsOf(q.chain.T)},
          jobContext(signal)
        );
        found.unshift({name, color, errors});
      }
      return {chain: q.chain, variance: q.variance, models: found};
    })
  );
  const trouble = computed(() => models.trouble.value || errors.error.value);
  const loss = (
    id: string,
    name: string,
    title: string,
    caption: string,
    of: (picture: LossPicture) => Lines,
    controls: Node[] = []
  ) =>
    made<Lines>({
      id,
      title,
      painter: lines(half(270)),
      values: computed(() => errors.value.value && of({...errors.value.value, t: t.value})),
      trouble,
      controls,
      caption,
      rows: ({series}) => ({
        columns: ["t", ...series.map(({name}, i) => name || `error ${i}`)],
        rows: Array.from(series[0].x, (t, i) => [t, ...series.map(({y}) => y[i])])
      }),
      source:
        () => `const errors = await epsErrors(chain, denoiser, data, d, random(seed), {draws: drawsOf(T)});
const models = [{name: "exact", color: "--series-encodings", errors}];
display(painted(lines({width: 520, height: 270}), ${name}({chain, variance, models, t})));`
    });
  const losses = () => {
    const weights = loss(
      "E5",
      "weightLines",
      "three weights of one error",
      "What |ε − ε_θ|² is multiplied by at each t. |D − x₀|² is the same error in the units of x₀, at a weight of (1 − ᾱₜ)/ᾱₜ.",
      weightLines,
      [choice()]
    );
    const error = loss(
      "E5-error",
      "epsErrorLines",
      "the error of ε_θ",
      "It falls with t: in pure noise, the noise is easy to see. Even the exact denoiser errs, since many x₀ and ε lead to one xₜ.",
      epsErrorLines
    );
    return row(weights.element, error.element);
  };
  const products = () =>
    row(
      loss(
        "E5-product",
        "productLines",
        "weight times error",
        "The three losses of the model at each t, as they are averaged over t in training.",
        productLines
      ).element,
      loss(
        "E5-share",
        "shareOfLossLines",
        "where each loss spends its effort",
        "The part of the loss that step t has, times T: 1 where all steps count the same. The bound spends itself on the last steps before the data, |D − x₀|² on the first ones.",
        shareOfLossLines
      ).element
    );
  return {
    bound: () => row(bound(), growing()),
    losses() {
      const element = h("div", {}, losses(), products());
      keep(asked.watch(element));
      return element;
    }
  };
}

const noFirst = (beta?: number): string =>
  beta === 0 ? "β is 0 at t = 1: x₁ is x₀ itself, and the density p_θ(x₀ | x₁) in L₀ is infinite. Make β larger than 0 at the beginning." : ""; // prettier-ignore
