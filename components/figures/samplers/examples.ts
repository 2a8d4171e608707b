/** Cells to begin with. */
export const examples = [
  {
    label: "A sampler of your own",
    source: `// The midpoint method on the probability-flow ODE. Choose "midpoint" among the samplers, and let it race.
const midpoint = sampler(async (x, {t, next, schedule, denoise}) => {
  const D = await denoise(x);
  const slope = flowSlope(schedule, t);
  const half = (t + next) / 2;
  const there = x.map((v, i) => v + (half - t) * slope(v, D[i]));
  const [s, sigma] = [schedule.s(half), schedule.sigma(half)];
  const DHalf = await denoise(there, s, sigma);
  const slopeHalf = flowSlope(schedule, half);
  return x.map((v, i) => v + (next - t) * slopeHalf(there[i], DHalf[i]));
});`
  },
  {
    label: "A schedule of your own",
    source: `// Choose "mine" among the schedules at the top of the page.
const mine = {t_min: 0.01, t_max: 5, sigma: (t) => t * t};`
  },
  {
    label: "How far from the law after N steps",
    source: `const distance = distanceToLaw(law, count);
for (const n of [5, 10, 20, 40]) {
  const along = timesOf(n);
  const x = startingNoise(schedule, along[0], {n: count, d, rng: noiseOf(seed, 0)});
  const end = await heun({denoiser, schedule, times: along, x, n: count, rng: random(seed)});
  display(\`\${end.evaluations} calls: \${distance(end.x).toPrecision(3)}\`);
}`
  }
];
