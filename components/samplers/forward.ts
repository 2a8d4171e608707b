import {diffusion, drift} from "../diffusion/schedule.js";
import type {Sampler} from "./sampler.js";

/**
 * Euler and Maruyama's method on the forward SDE, dx = f(t) x dt + g(t) dw, from data to noise along rising times: order 1 in law and,
 * since g doesn't depend on x, also along each path. It has a sampler's signature and asks the denoiser nothing. At the
 * first time sigma must be above 0: `addNoise` gives the points there.
 * @param increments the dw of each step [n, d], where the Brownian path is a given one; drawn where left out
 */
export const forwardSde =
  (increments?: (step: number) => Float64Array): Sampler =>
  async ({schedule, times, x: start, rng, observe, context}) => {
    let x = start;
    observe?.(0, times[0], x);
    for (let i = 0; i + 1 < times.length; ++i) {
      await context?.turn();
      context?.progress(i, times.length - 1);
      const t = times[i];
      const h = times[i + 1] - t;
      const keep = 1 + h * drift(schedule, t);
      const g = diffusion(schedule, t);
      const dw = increments?.(i);
      const root = Math.sqrt(h);
      const next = new Float64Array(x.length);
      for (let j = 0; j < x.length; ++j) next[j] = keep * x[j] + g * (dw ? dw[j] : root * rng.normal());
      x = next;
      observe?.(i + 1, times[i + 1], x);
    }
    return {x, evaluations: 0};
  };
