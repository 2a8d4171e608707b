/** Cells to begin with. */
export const examples = [
  {
    label: "A law of your own, and its denoiser",
    source: `// Three Gaussians; D at one place, and the weights of the posterior.
const threeBumps = gaussianMixture([
  {mean: [-1], covariance: 0.05},
  {mean: [0.4], covariance: 0.02},
  {weight: 2, mean: [1.5], covariance: 0.1}
]);
display(mixtureDenoiser(threeBumps)(Float64Array.of(0.9), Float64Array.of(sigma)));
display(posteriorMixture(threeBumps, [0.9], sigma).weights);
display(painted(plane({width: 480, height: 300}), noisyPlane({law: threeBumps, sigma, point: [0.9]})));`
  },
  {
    label: "The score, held against the density's gradient",
    source: `const D = denoiser(point, Float64Array.of(sigma));
const fromDenoiser = D.map((v, i) => (v - point[i]) / sigma ** 2);
display({fromDenoiser, fromDensity: numericalScore(law, point, sigma)});`
  },
  {
    label: "Samples of the network trained above",
    source: `if (!learned) display("Nothing is learned yet: start the training, and this cell runs again.");
else {
  const way = edmSchedule({sigma_min: edm.sigma_min, sigma_max: edm.sigma_max});
  const times = spacings.rho.times(way, 20);
  const start = startingNoise(way, times[0], {n: 500, d, rng: random(1)});
  const {x: drawn} = await heun({denoiser: learned, schedule: way, times, x: start, n: 500, rng: random(2)});
  display(painted(plane({width: 480, height: 460}), samplesPlane(law, drawn)));
}`
  },
  {
    label: "A schedule of your own, for the page's objective",
    source: `// Choose "mine" among the schedules: t uniform on it is one of the objectives.
const mine = {t_min: 0, t_max: 1, sigma: (t) => 0.01 + 10 * t ** 3};`
  }
];
