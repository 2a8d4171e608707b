import {computed, effect} from "@preact/signals-core";
import {laws} from "../../diffusion/laws.js";
import {h, roomFor} from "../dom.js";
import {boundCheck} from "../lab/boundControls.js";
import {liveFigure} from "../lab/liveFigure.js";
import {plane} from "../lab/plane.js";
import {player} from "../lab/player.js";
import {marginalPlane} from "./marginalPlane.js";
import {samplerControls} from "./samplerControls.js";
import {followSampling} from "./sampling.js";
import {block, legend} from "../lab/parts.js";
import {described, digits, errorWords, WIDTH, type SamplersPage} from "./shared.js";
import {viewOf} from "../lab/view.js";
import {stepAt, wayHeat, wayPlane} from "./wayPlane.js";

/** The cell that both pictures begin with. */
const WAY = `const way = await track(chosenSampler, {
  denoiser, schedule, times,
  n: count,
  x: startingNoise(schedule, times[0], {n: count, d, rng: noiseOf(seed, 0)}),
  rng: laterNoiseOf(seed, 0)
});
`;

/** D1-sampler and D1-marginal: points on their way under the sampler that is chosen. */
export function samplingFigures(page: SamplersPage): HTMLElement[] {
  const {own, keep, strip} = page;
  const {lab, steps, part, scaled, ways, chosen} = {...own, part: own.at};
  const sampling = keep(
    followSampling(
      own,
      computed(() => chosen.value && {sampler: chosen.value.make(steps.value), steps: steps.value})
    )
  );
  const trouble = computed(() => own.trouble.value || sampling.trouble.value);
  /** In one dimension the background has all times: it is drawn once for all steps. */
  const still = computed(() => {
    const found = sampling.value.value;
    return found?.law.dimension === 1 ? wayHeat({...found, scaled: scaled.value}) : undefined;
  });
  const picture = computed(() => {
    const found = sampling.value.value;
    return found && {...found, part: part.value, scaled: scaled.value, ways: ways.value, heat: still.value};
  });
  const width = roomFor(WIDTH);
  const place = computed(() => {
    const [schedule, times] = [lab.schedule.value, own.timesOf.value?.(steps.value)];
    if (!schedule || !times) return () => "";
    return (v: number) => {
      const step = stepAt({times}, v);
      return `step ${step}, t = ${digits(times[step])}, σ = ${digits(schedule.sigma(times[step]))}`;
    };
  });
  const way = keep(
    player({
      label: "Sampling",
      value: part,
      min: 0,
      max: 1,
      step: 0.005,
      seconds: 5,
      show: (v) => place.value(v)
    })
  );
  const controls = keep(samplerControls(own));
  const [scale, lines] = [
    keep(boundCheck("x over its deviation, s√(1 + σ²)", scaled)),
    keep(boundCheck("show paths", ways))
  ];
  keep({
    dispose: effect(() => {
      const schedule = lab.schedule.value;
      const grows = schedule && viewOf("auto", schedule, laws.normal.mixture).unit(schedule.t_max) !== 1;
      scale.style.display = grows ? "" : "none";
    })
  });
  const provenance = computed(
    () =>
      `${chosen.value?.name ?? "no sampler"}, ${steps.value} steps, ${lab.count.value} points, seed ${lab.seed.value}`
  );
  const calls = (found: {way: {evaluations: number}}) =>
    `${Number(found.way.evaluations.toFixed(1))} denoiser calls a point.`;
  const cloud = described(
    plane({width, height: width - 4}),
    wayPlane,
    (v: NonNullable<typeof picture.value>) => {
      const outside = beyond(v.way.points[v.way.points.length - 1]);
      return `${calls(v)} ${errorWords(v.error, v.floor)}${outside ? ` ${outside} points end far from all data.` : ""}`;
    }
  );
  const first = keep(
    liveFigure({
      id: "D1-sampler",
      title: "From noise to data, one sampler at a time",
      painter: cloud.painter,
      values: picture,
      trouble,
      caption: computed(() =>
        lab.d.value === 1
          ? "Time runs to the left, from noise to data. Grey: the exact density at each time. Orange: points, and the ways of some of them."
          : "Grey: the exact density at the time of this step. Orange: points, and the ways of some of them."
      ),
      controls: [controls.element, way.element, scale, lines],
      status: cloud.status,
      provenance,
      rows({way: {points, times}, law: {dimension: d}}) {
        const last = points[points.length - 1];
        const names = (name: string) => (d === 1 ? [name] : [`${name}_1`, `${name}_2`]);
        return {
          columns: [
            "point",
            ...names(`x at t = ${times[0]}`),
            ...names(`x at t = ${times[times.length - 1]}`)
          ],
          rows: Array.from({length: last.length / d}, (_, i) => [
            i,
            ...points[0].subarray(i * d, (i + 1) * d),
            ...last.subarray(i * d, (i + 1) * d)
          ])
        };
      },
      source: () =>
        block(
          `${WAY}display(painted(\n  plane({width: 480, height: 430}),\n  wayPlane({way, law, schedule, part, scaled})\n));`
        ),
      strip
    })
  );
  const bars = described(plane({width, height: Math.round(0.62 * width)}), marginalPlane, () => "");
  const second = keep(
    liveFigure({
      id: "D1-marginal",
      title: "Does their law follow?",
      painter: bars.painter,
      values: picture,
      trouble,
      caption: computed(() =>
        lab.d.value === 1
          ? "The points at this step, and the exact density that they should have."
          : "The first coordinate of the points at this step, and the exact density that it should have."
      ),
      status: legend(
        {color: "--series-prior", name: "points"},
        {color: "--theme-foreground", name: "exact density", kind: "dashed"}
      ),
      provenance,
      rows({way: {points}, law: {dimension: d}}) {
        const now = points[stepAt({times: own.timesOf.value!(steps.value)}, part.value)];
        return {
          columns: ["point", "x_1"],
          rows: Array.from({length: now.length / d}, (_, i) => [i, now[i * d]])
        };
      },
      source: () =>
        block(
          `${WAY}display(painted(\n  plane({width: 480, height: 300}),\n  marginalPlane({way, law, schedule, part, scaled})\n));`
        ),
      strip
    })
  );
  return [first.element, h("div", {}, second.element)];
}

/** Points that no data are near to: of laws whose variance is 1. */
function beyond(x: Float64Array): number {
  let count = 0;
  for (const v of x) if (Math.abs(v) > 8) ++count;
  return count;
}
