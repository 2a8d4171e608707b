import "../components/cli/relaxedSimd.js";
import {readFileSync} from "node:fs";
import {choice, command, numeric} from "../components/cli/command.js";
import {machine} from "../components/cli/machine.js";
import {random} from "../components/compute/random.js";
import type {Denoiser} from "../components/diffusion/denoiser.js";
import {priorDenoiser} from "../components/diffusion/prior.js";
import {readPrior} from "../components/diffusion/priorFile.js";
import {edmSchedule, linearRate, timeOf, varianceExploding, variancePreserving, type Schedule} from "../components/diffusion/schedule.js"; // prettier-ignore
import {initialNoise} from "../components/jobs/samplePrior.js";
import {adaptive} from "../components/samplers/adaptive.js";
import {dormandPrince} from "../components/samplers/dormandPrince.js";
import {flowDerivative, flowVariables} from "../components/samplers/probabilityFlow.js";
import {step} from "../components/samplers/rungeKutta.js";
import type {Sampler} from "../components/samplers/sampler.js";
import {sharedAdaptive} from "../components/samplers/sharedAdaptive.js";

const help = `npm run bench:adaptive -- [options]

Denoiser calls that the probability-flow ODE of the shipped linear1d prior takes at equal error, with steps of each trajectory's
own and with one step for the whole batch (as torchdiffeq's dopri5 and SciPy's RK45 take it), in several times t. The error is
the distance from a solution at rtol = atol = 1e-8 from the same noise, over the square root of the dimension: over all
trajectories (rms), of the middle one (median) and of the worst (max).

Beside them, what own steps could bring at best: with local errors c_i h^5 of trajectory i, a shared step costs in proportion to
(mean of c_i^2)^(1/10), steps of one's own to the mean of c_i^(1/5); measured over 24 equal steps of angle.

--times A,B angle, angle^0.5, VE, EDM, VP (all)
--n N       trajectories (5000)
--points N  tolerances, evenly from 1e-2 to 1e-5 on a logarithmic scale (13)
--seed N    of the noise (1)`;

const text = {type: "string"} as const;
const priorFile = new URL("../data/trained/linear1d/prior.safetensors", import.meta.url);

/** t = atan sigma to a power: with 1, the time in which standardised data stand still, and the notebook's own. */
const angle = (power: number): Schedule => ({
  name: power === 1 ? "angle" : `angle^${1 / power}`,
  t_min: 0,
  t_max: (Math.PI / 2) ** (1 / power),
  s: () => 1,
  ds: () => 0,
  sigma: (t) => Math.tan(t ** power),
  dsigma: (t) => (power * t ** (power - 1)) / Math.cos(t ** power) ** 2
});

const SMALLEST = 0.002;
const LARGEST = 80;
const all: Schedule[] = [
  angle(1),
  angle(2),
  {...varianceExploding({sigma_min: SMALLEST, sigma_max: LARGEST}), name: "VE"},
  {...edmSchedule(), name: "EDM"},
  {...variancePreserving(linearRate(), {t_min: 0}), name: "VP"}
];

const known = all.map(({name}) => name);

type Tolerances = {rtol: number; atol: number};
const own = "own steps";
const samplers: [name: string, make: (options: Tolerances) => Sampler][] = [
  [own, adaptive],
  ["shared, rms", sharedAdaptive],
  ["shared, max", (options) => sharedAdaptive({...options, norm: "max"})]
];
const measures = ["rms", "median", "max"] as const;
type Measure = (typeof measures)[number];
/** One run: mean calls of a trajectory, and its error by each measure. */
type Run = {calls: number} & Record<Measure, number>;

const TARGETS: Record<Measure, number[]> = {
  rms: [1e-2, 3e-3, 1e-3, 3e-4],
  median: [1e-2, 3e-3, 1e-3, 3e-4],
  max: [3e-2, 1e-2, 3e-3, 1e-3]
};

/**
 * Calls at an error, by the straight line ln calls = a + b ln error through all runs: an error estimate that happens to be lucky
 * at one tolerance counts as one point of many.
 */
function callsAt(runs: readonly Run[], measure: Measure, error: number): number {
  const points = runs.map((run) => [Math.log(run[measure]), Math.log(run.calls)]);
  const [mx, my] = [0, 1].map((k) => points.reduce((sum, p) => sum + p[k] / points.length, 0));
  const across = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0);
  const along = points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
  return Math.exp(my + (across / along) * (Math.log(error) - mx));
}

/** Own over shared steps at best, for trajectories whose local errors differ as they are found to on the way. */
async function atBest(denoiser: Denoiser, noise: Float64Array, n: number): Promise<number> {
  const f = flowDerivative(denoiser, flowVariables.angle, 1);
  const steps = 24;
  const [from, to] = [Math.atan(LARGEST), Math.atan(SMALLEST)];
  const h = new Float64Array(n).fill((to - from) / steps);
  let y: Float64Array = noise.map((v) => v * Math.cos(from));
  let slope = await f(new Float64Array(n).fill(from), y);
  let [shared, own] = [0, 0];
  for (let i = 0; i < steps; ++i) {
    const taken = await step(dormandPrince, f, new Float64Array(n).fill(from + i * h[0]), h, y, slope);
    const square = new Float64Array(n);
    const d = y.length / n;
    taken.error.forEach((e, k) => (square[Math.floor(k / d)] += (e * e) / n));
    shared += square.reduce((sum, q) => sum + q / n, 0) ** 0.1;
    own += square.reduce((sum, q) => sum + q ** 0.1 / n, 0);
    y = taken.next;
    slope = taken.stages.at(-1)!;
  }
  return own / shared;
}

function errors(x: Float64Array, reference: Float64Array, d: number): Record<Measure, number> {
  const square = new Float64Array(x.length / d);
  x.forEach((v, i) => (square[Math.floor(i / d)] += (v - reference[i]) ** 2 / d));
  const rms = Math.sqrt(square.reduce((sum, q) => sum + q / square.length, 0));
  square.sort();
  return {rms, median: Math.sqrt(square[square.length >> 1]), max: Math.sqrt(square[square.length - 1])};
}

await command({
  help,
  unit: "runs",
  options: {times: text, n: text, points: text, seed: text},
  async run(values, _, {progress, turn}) {
    const n = numeric(values, "n", 5000, {integer: true, min: 1});
    const points = numeric(values, "points", 13, {integer: true, min: 2});
    const seed = numeric(values, "seed", 1);
    const names = typeof values.times === "string" ? values.times.split(",") : all.map(({name}) => name);
    const schedules = names.map((name) =>
      all.find((s) => s.name === choice({times: name}, "times", known, name))!
    );
    const prior = readPrior(new Uint8Array(readFileSync(priorFile)), "prior.safetensors");
    const denoiser = priorDenoiser(prior);
    const d = prior.config.zdim;
    const noise = initialNoise(seed, 0, n, d, LARGEST);
    const sample = async (sampler: Sampler, schedule: Schedule) => {
      const times = [LARGEST, SMALLEST].map((sigma) => timeOf(schedule, sigma));
      const [s0, s1] = times.map((t) => schedule.s(t));
      const input = {denoiser, schedule, times, x: noise.map((v) => v * s0), n, rng: random(seed)};
      const {x, evaluations} = await sampler(input);
      return {x: x.map((v) => v / s1), calls: evaluations};
    };
    const total = schedules.length * samplers.length * points + 1;
    let done = 0;
    progress(done, total);
    const reference = await sample(adaptive({rtol: 1e-8, atol: 1e-8}), angle(1));
    progress(++done, total);

    const results = new Map<string, Run[]>();
    for (const schedule of schedules)
      for (const [name, make] of samplers) {
        const runs: Run[] = [];
        for (let i = 0; i < points; ++i) {
          await turn();
          const tolerance = 10 ** (-2 - (3 * i) / (points - 1));
          const {x, calls} = await sample(make({rtol: tolerance, atol: tolerance}), schedule);
          runs.push({calls, ...errors(x, reference.x, d)});
          progress(++done, total, `${schedule.name}, ${name}`);
        }
        results.set(`${schedule.name} ${name}`, runs);
      }

    console.log(`\n${machine(1)}; ${n} trajectories, reference ${reference.calls.toFixed(0)} calls each`);
    console.log(`own over shared steps at best: ${(await atBest(denoiser, noise, n)).toFixed(2)}`);
    for (const measure of measures) {
      const targets = TARGETS[measure];
      console.log(
        `\nmean calls a trajectory at equal ${measure} error; in brackets, own over shared (rms) in the same t`
      );
      console.log(
        row(
          "t",
          "steps",
          targets.map((e) => e.toExponential(0))
        )
      );
      for (const {name} of schedules)
        for (const [steps] of samplers) {
          const cells = targets.map((error) => {
            const calls = (label: string) => callsAt(results.get(`${name} ${label}`)!, measure, error);
            const ratio = steps === own ? ` (${(calls(own) / calls("shared, rms")).toFixed(2)})` : "";
            return calls(steps).toFixed(1) + ratio;
          });
          console.log(row(name, steps, cells));
        }
    }
  }
});

function row(name: string, steps: string, cells: readonly string[]): string {
  return (name.padEnd(10) + steps.padEnd(13) + cells.map((cell) => cell.padEnd(14)).join("")).trimEnd();
}
