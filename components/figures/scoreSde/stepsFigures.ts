/** E6: a schedule's curves, chains of T steps beside their SDE, and how far apart the two are. */
import {computed} from "@preact/signals-core";
import {boundRange} from "../lab/boundControls.js";
import {lines} from "../lab/lines.js";
import {plane} from "../lab/plane.js";
import {rateOf} from "../../diffusion/scheduleChain.js";
import {scheduleCurves, type ScheduleCurves} from "./curves.js";
import {short} from "./fit.js";
import {rowOfThree, type Parts} from "./parts.js";
import {CHAIN_PATHS} from "./runs.js";
import {seenText} from "./seenText.js";
import {chainPaths, STEPS, stepsPlane} from "./steps.js";
import {stepsErrorLines} from "./stepsError.js";

/** Paths of the chain that are drawn. */
const SHOWN = 5;

export function curvesFigures({page: {lab, own}, figure, small}: Parts): HTMLElement {
  const curves = computed(() => lab.schedule.value && scheduleCurves(lab.schedule.value, own.time.value));
  const one = (id: string, title: string, key: keyof ScheduleCurves, caption: string) =>
    figure({
      id,
      title,
      painter: lines(small),
      values: computed(() => curves.value?.[key]),
      trouble: lab.scheduleTrouble,
      caption,
      provenance: computed(() => `computed from ${lab.schedule.value?.name ?? "the schedule"}`),
      rows: ({series}) => ({
        columns: ["t", ...series.map(({name}) => name)],
        rows: Array.from(series[0].x, (t, i) => [t, ...series.map(({y}) => y[i])])
      }),
      source: () =>
        `display(painted(lines({width: ${small.width}, height: ${small.height}}), scheduleCurves(schedule, time).${key}));`
    });
  return rowOfThree(
    one("E6-scale", "What is left of the data", "scale", "The factor s that x₀ is multiplied by, and ᾱ, the part of the variance that is signal."), // prettier-ignore
    one("E6-noise", "How much noise", "noise", "The noise level σ in units of the data, and the signal-to-noise ratio, on a logarithmic axis."), // prettier-ignore
    one("E6-rates", "The SDE’s coefficients", "rates", "dx = f(t) x dt + g(t) dw. The dashed upright line is the present time.") // prettier-ignore
  );
}

export function stepsFigure({page, runs, figure, size}: Parts): HTMLElement {
  const {lab, own} = page;
  const {chain: index} = own;
  const chain = computed(() => {
    const now = runs.limit.value;
    return now && chainPaths(now.schedule, now.x0, runs.brownian.value, STEPS[index.value], now.sde);
  });
  const text = page.keep(
    seenText(
      computed(() => {
        const [now, made] = [runs.limit.value, chain.value];
        if (!now || !made) return "";
        const T = STEPS[index.value];
        if (made.kind === "SMLD")
          return `T = ${T}: SMLD’s chain, x_i = x_(i−1) + √(σ_i² − σ_(i−1)²) z${now.schedule.s(now.schedule.t_max) === 1 ? "" : ", here of x / s"}. Its states have the SDE’s own law for every T, and lie on its paths.`;
        const bar = made.chain.keep.reduce((product, keep) => product * keep ** 2, 1);
        const exact = now.schedule.s(now.schedule.t_max) ** 2;
        const words = `T = ${T}: ᾱ_T = ${short(bar, 3)} in the chain, ${short(exact, 3)} in the SDE.`;
        if (T === 1)
          return `${words} One step takes the data straight to noise: there is no chain to speak of.`;
        return made.capped
          ? `${words} β(t/T)/T is 1 or more for some t, and is cut to 0.999 there: T is too small for this rate.`
          : words;
      })
    )
  );
  return figure({
    id: "E6",
    title: "Chains of T steps, and the SDE",
    painter: plane(size),
    values: computed(() => {
      const [law, view, now, made] = [lab.mixture.value, own.view.value, runs.limit.value, chain.value];
      if (!law || !view || !now || !made) return undefined;
      return stepsPlane({law, schedule: now.schedule, sde: now.sde, chain: made, view, shown: SHOWN, n: CHAIN_PATHS, t: own.time.value}); // prettier-ignore
    }),
    trouble: lab.trouble,
    caption:
      "Orange: chains of T steps. Blue: the SDE’s paths. Each pair is driven by the same Brownian motion: a step of the chain takes in one what the SDE takes little by little. Grey: the exact density of x at each time.",
    controls: [
      page.keep(boundRange("T", index, {min: 0, max: STEPS.length - 1, step: 1, show: (i) => String(STEPS[i])})) // prettier-ignore
    ],
    status: text.element,
    provenance: computed(() => `seed ${lab.seed.value}, ${SHOWN} paths`),
    rows: () => {
      const made = chain.value!;
      return {
        columns: ["t", ...Array.from({length: SHOWN}, (_, j) => `chain ${j + 1}`)],
        rows: Array.from(made.times, (t, i) => [
          t,
          ...made.x.subarray(i * CHAIN_PATHS, i * CHAIN_PATHS + SHOWN)
        ])
      };
    },
    source: () => `const T = ${STEPS[index.peek()]};
const n = ${CHAIN_PATHS};
const brownian = brownianPaths(seed, n);
const x0 = Float64Array.from({length: n}, (_, i) => data[(i * d) % data.length]);
const sde = sdePaths(schedule, x0, brownian);
const chain = chainPaths(schedule, x0, brownian, T);
const view = viewOf("${own.viewName.peek()}", schedule, law);
display(painted(plane({width: ${size.width}, height: ${size.height}}), stepsPlane({law, schedule, sde, chain, view, shown: ${SHOWN}, n, t: time})));`
  });
}

export function stepsErrorFigure({page: {lab, own}, runs, figure, size}: Parts): HTMLElement {
  const exact = computed(() => {
    const schedule = lab.schedule.value;
    return schedule && !rateOf(schedule)
      ? `${schedule.name} has no rate β(t) that would keep the variance at 1, and so no chain of DDPM. Its own chain takes each step with the exact variance: the error is zero for every T. Choose a VP schedule to see one that has to converge.`
      : "";
  });
  return figure({
    id: "E6-error",
    title: "The error falls as 1/T",
    painter: lines(size),
    values: computed(() => {
      const found = exact.value ? undefined : runs.chainErrors.value;
      return found && stepsErrorLines(found, STEPS[own.chain.value]);
    }),
    trouble: computed(() => lab.trouble.value || exact.value),
    caption: `How far DDPM’s chain is from its SDE: along the same Brownian path (RMS of ${CHAIN_PATHS} paths), in the law of the first coordinate (Wasserstein’s W₁) and in ᾱ; the greatest of several times each. Slopes are measured from T = 50 on: −1 is an error in proportion to 1/T.`,
    provenance: computed(() => `seed ${lab.seed.value}, ${CHAIN_PATHS} paths`),
    rows: () => {
      const {T, path, law, alphaBar} = runs.chainErrors.value!;
      return {
        columns: ["T", "path RMS", "law W1", "alpha-bar"],
        rows: T.map((t, i) => [t, path[i], law[i], alphaBar[i]])
      };
    },
    source: () => `const n = ${CHAIN_PATHS};
const x0 = Float64Array.from({length: n}, (_, i) => data[(i * d) % data.length]);
const errors = stepsErrors(law, schedule, x0, brownianPaths(seed, n));
display(painted(lines({width: ${size.width}, height: ${size.height}}), stepsErrorLines(errors, ${STEPS[own.chain.peek()]})));`
  });
}
