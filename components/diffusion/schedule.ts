/**
 * How much noise there is at a time: x(t) = s(t) (x_0 + sigma(t) n), n standard normal (Karras et al. 2022, eq. 2 and
 * Table 1). VP, VE and EDM differ in s and sigma alone; everything else follows from the two and their derivatives.
 */
export interface Schedule {
  name: string;
  /** Time where the data are (nearly) without noise, and where nothing but noise is left. */
  t_min: number;
  t_max: number;
  s(t: number): number;
  sigma(t: number): number;
  /** ds/dt and dsigma/dt. */
  ds(t: number): number;
  dsigma(t: number): number;
}

/** A rate beta(t) of a variance-preserving process, with its integral from 0. */
export interface Rate {
  beta(t: number): number;
  integral(t: number): number;
}

/** beta(t) = beta_0 + (beta_1 - beta_0) t on 0..1 (Song et al. 2021, eq. 32; 0.1 and 20 there). */
export const linearRate = (beta_0 = 0.1, beta_1 = 20): Rate => ({
  beta: (t) => beta_0 + (beta_1 - beta_0) * t,
  integral: (t) => beta_0 * t + ((beta_1 - beta_0) * t * t) / 2
});

/** A constant rate: the Ornstein-Uhlenbeck process. */
export const constantRate = (beta = 10): Rate => ({beta: () => beta, integral: (t) => beta * t});

/** The rate whose alpha-bar is that of the cosine schedule, cos^2((t + c) pi / (2 + 2c)) (Nichol and Dhariwal 2021, eq. 17). */
export function cosineRate(c = 0.008): Rate {
  const angle = (t: number) => ((t + c) * Math.PI) / (2 + 2 * c);
  return {
    beta: (t) => (Math.PI / (1 + c)) * Math.tan(angle(t)),
    integral: (t) => 2 * Math.log(Math.cos(angle(0)) / Math.cos(angle(t)))
  };
}

/** A noise level at which nothing of the data is left: a rate that is infinite at its end stops there. */
const NOTHING_LEFT = 1e4;

/**
 * VP: dx = -beta(t) x / 2 dt + sqrt(beta(t)) dw. alpha-bar(t) = exp(-integral of beta), s = sqrt(alpha-bar),
 * sigma = sqrt((1 - alpha-bar) / alpha-bar).
 */
export function variancePreserving(
  {beta, integral}: Rate,
  {name = "VP", t_min = 1e-3, t_max = 1} = {}
): Schedule {
  const sigma = (t: number) => Math.sqrt(Math.expm1(integral(t)));
  return endedWhereNothingIsLeft({
    name,
    t_min,
    t_max,
    s: (t) => Math.exp(-integral(t) / 2),
    sigma,
    ds: (t) => (-beta(t) / 2) * Math.exp(-integral(t) / 2),
    // d sigma^2 / dt = beta exp(integral)
    dsigma: (t) => (beta(t) * Math.exp(integral(t))) / (2 * sigma(t))
  });
}

/** The same schedule, with an end where sigma is NOTHING_LEFT if it would grow beyond. */
function endedWhereNothingIsLeft(schedule: Schedule): Schedule {
  const end = schedule.sigma(schedule.t_max);
  return end < NOTHING_LEFT ? schedule : {...schedule, t_max: timeOf(schedule, NOTHING_LEFT)};
}

/**
 * Sub-VP: dx = -beta(t) x / 2 dt + sqrt(beta(t) (1 - alpha-bar(t)^2)) dw, whose noise has the deviation 1 - alpha-bar where
 * VP has its root (Song et al. 2021, eq. 29).
 */
export function subVariancePreserving(
  {beta, integral}: Rate,
  {name = "sub-VP", t_min = 1e-3, t_max = 1} = {}
): Schedule {
  // (1 - a) / sqrt(a), a = exp(-B): 2 sinh(B / 2)
  return endedWhereNothingIsLeft({
    name,
    t_min,
    t_max,
    s: (t) => Math.exp(-integral(t) / 2),
    sigma: (t) => 2 * Math.sinh(integral(t) / 2),
    ds: (t) => (-beta(t) / 2) * Math.exp(-integral(t) / 2),
    dsigma: (t) => beta(t) * Math.cosh(integral(t) / 2)
  });
}

/** VE, as SMLD: sigma(t) = sigma_min (sigma_max / sigma_min)^t on 0..1, dx = sqrt(d sigma^2 / dt) dw (Song et al. 2021, eq. 31). */
export function varianceExploding({sigma_min = 0.01, sigma_max = 50} = {}): Schedule {
  const rate = Math.log(sigma_max / sigma_min);
  const sigma = (t: number) => sigma_min * Math.exp(rate * t);
  return {name: "VE", t_min: 0, t_max: 1, s: () => 1, sigma, ds: () => 0, dsigma: (t) => rate * sigma(t)};
}

/** EDM: sigma(t) = t, no scaling (Karras et al. 2022, Table 1). */
export const edmSchedule = ({sigma_min = 0.002, sigma_max = 80} = {}): Schedule => ({
  name: "EDM",
  t_min: sigma_min,
  t_max: sigma_max,
  s: () => 1,
  sigma: (t) => t,
  ds: () => 0,
  dsigma: () => 1
});

/** The SDE of a schedule, dx = f(t) x dt + g(t) dw: f = s'/s and g^2 = s^2 d sigma^2 / dt (Karras et al. 2022, eq. 28). */
export const drift = ({s, ds}: Schedule, t: number): number => ds(t) / s(t);
export const diffusion = ({s, sigma, dsigma}: Schedule, t: number): number =>
  s(t) * Math.sqrt(2 * Math.max(0, sigma(t) * dsigma(t)));

/** Signal over noise, 1 / sigma^2, for data of unit variance. */
export const snr = ({sigma}: Schedule, t: number): number => sigma(t) ** -2;

/** s^2 / (s^2 + s^2 sigma^2): the part of the variance that is signal. For VP it is DDPM's alpha-bar. */
export const alphaBar = ({sigma}: Schedule, t: number): number => 1 / (1 + sigma(t) ** 2);

/**
 * The time at which the noise level is `sigma`, by bisection (sigma rises with t); the nearer end where it is beyond both.
 */
export function timeOf({sigma, t_min, t_max}: Schedule, level: number): number {
  let [low, high] = [t_min, t_max];
  if (level <= sigma(low)) return low;
  if (level >= sigma(high)) return high;
  for (let i = 0; i < 200 && high - low > 1e-15 * Math.abs(high); ++i) {
    const middle = (low + high) / 2;
    if (sigma(middle) < level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * What is wrong with a schedule, in a sentence for its reader; undefined where nothing is: its noise must grow from its first
 * time to its last, and be a finite number throughout.
 */
export function faultOf({name, s, sigma, t_min, t_max}: Schedule, samples = 200): string | undefined {
  if (!(t_max > t_min))
    return `${name}: time runs from ${t_min} to ${t_max}; it must end later than it begins.`;
  let before = -Infinity;
  for (let i = 0; i <= samples; ++i) {
    const t = t_min + ((t_max - t_min) * i) / samples;
    const [scale, level] = [s(t), sigma(t)];
    const at = `at t = ${Number(t.toPrecision(3))}`;
    if (!Number.isFinite(level) || level < 0)
      return `${name}: σ is ${level} ${at}; it must be a number of 0 or more.`;
    if (!(scale > 0 && Number.isFinite(scale))) return `${name}: s is ${scale} ${at}; it must be above 0.`;
    if (level < before)
      return `${name}: σ falls from ${before.toPrecision(3)} to ${level.toPrecision(3)} ${at}; noise can't be taken back, so σ must not fall.`;
    before = level;
  }
  if (sigma(t_max) <= sigma(t_min))
    return `${name}: σ is ${sigma(t_max).toPrecision(3)} all the time; without growing noise nothing is diffused.`;
  return undefined;
}

/** What a schedule needs to be told: sigma(t), and where it is not 1, s(t). */
export interface ScheduleSketch extends Partial<Schedule> {
  sigma(t: number): number;
}

/**
 * A schedule from sigma alone, or with whatever else is given: s = 1 and times from 0 to 1 unless told, derivatives by central
 * differences (relative error about 1e-9).
 */
export function scheduleFrom(sketch: ScheduleSketch): Schedule {
  const {sigma, s = () => 1, name = "own", t_min = 0, t_max = 1} = sketch;
  const h = 1e-5 * (t_max - t_min);
  const slope = (f: (t: number) => number) => (t: number) => {
    const [low, high] = [Math.max(t_min, t - h), Math.min(t_max, t + h)];
    return (f(high) - f(low)) / (high - low);
  };
  return {name, t_min, t_max, s, sigma, ds: sketch.ds ?? slope(s), dsigma: sketch.dsigma ?? slope(sigma)};
}
