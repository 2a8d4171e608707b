import type {PriorSamples} from "../jobs/samplePrior.js";
import {h} from "./dom.js";
import type {PriorState} from "./priorState.js";
import {numberControl, runControl} from "./runControl.js";
import {urlState} from "./urlState.js";

/** Draws that MMD and sliced W2 are averaged over in the browser; `npm run evaluate` takes more. */
const DRAWS = 2;

/** Draws from the prior now, in a worker, then compares the samples with the encodings as the shipped ones were. */
export function resampleControl({run, workers, latents, live, seed}: PriorState): HTMLElement {
  const affinity = `${run.name}, samples`;
  let n = urlState.number("n", 2000, 100, 5000);
  const controls = [
    numberControl("Seed", {value: seed.value, min: 0, max: 2 ** 31 - 1, change: (value) => seed.set(value)}),
    numberControl("Samples", {
      value: n,
      min: 100,
      max: 5000,
      step: 100,
      change(value) {
        n = value;
        urlState.set({n});
      }
    })
  ];
  const control = runControl({
    label: "Sample the prior",
    controls,
    async run({signal, progress}) {
      const [prior, all] = await Promise.all([run.prior(), latents()]);
      signal.throwIfAborted();
      const start = performance.now();
      const summary = ({z, evaluations}: PriorSamples) => ({
        seed: used,
        z,
        evaluations: evaluations.reduce((a, b) => a + b, 0) / evaluations.length,
        seconds: (performance.now() - start) / 1000
      });
      const used = seed.value;
      const drawn = await workers.run(
        "samplePrior",
        {prior, n, seed: used},
        {affinity, signal, onProgress: progress, onPartial: (part) => live.set(summary(part))}
      );
      const samples = summary(drawn);
      live.set(samples);
      // Twice as many encodings as samples are enough for halves of their size; the classifier's time grows with them.
      const [encodings, others] = [all.heldOut.z, all.heldOut.others].map((x) =>
        Float64Array.from(x.subarray(0, 2 * n * all.d))
      );
      const comparison = await workers.run(
        "compare",
        {encodings, others, samples: drawn.z, d: all.d, draws: DRAWS, seed: used},
        {affinity, signal, onProgress: (done, total) => progress(done, total, "comparing with the encodings")}
      );
      live.set({...samples, comparison});
      return `${n.toLocaleString("en")} samples in ${samples.seconds.toFixed(1)} s, ${samples.evaluations.toFixed(1)} denoiser calls each.`;
    }
  });
  const back = h(
    "button",
    {type: "button", class: "quiet", onclick: () => live.set(undefined)},
    "Back to the shipped samples"
  );
  live.subscribe((now) => {
    back.hidden = now === undefined;
  });
  control.append(back);
  return control;
}
