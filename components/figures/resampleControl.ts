import type {PriorSamples} from "../jobs/samplePrior.js";
import {compareLive, samplesAffinity} from "./compareLive.js";
import {h} from "./dom.js";
import type {PriorState} from "./priorState.js";
import {numberControl, runControl} from "./runControl.js";
import {urlState} from "./urlState.js";

/** Draws from the prior now, in a worker, then compares the samples with the encodings as the shipped ones were. */
export function resampleControl(state: PriorState): HTMLElement {
  const {run, workers, latents, live, seed} = state;
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
      const used = seed.value;
      const named = ({z}: PriorSamples) => ({name: `seed ${used}`, z});
      const drawn = await workers.run(
        "samplePrior",
        {prior, n, seed: used},
        {
          affinity: samplesAffinity(state),
          signal,
          onProgress: progress,
          onPartial: (part) => live.set(named(part))
        }
      );
      const seconds = (performance.now() - start) / 1000;
      const calls = drawn.evaluations.reduce((a, b) => a + b, 0) / drawn.evaluations.length;
      const samples = named(drawn);
      live.set(samples);
      const {d} = all;
      const heldOut = await run.heldOut(); // of the prior that drew them
      await compareLive(
        state,
        samples,
        {heldOut: heldOut.z, others: await run.others(), d},
        {
          seed: used,
          signal,
          progress: (done, total) => progress(done, total, "comparing with the encodings")
        }
      );
      return `${n.toLocaleString("en")} samples in ${seconds.toFixed(1)} s, ${calls.toFixed(1)} denoiser calls each.`;
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
  // Samples of a reader's own prior have none to go back to.
  void latents().then(({priorSource}) => priorSource && control.append(back), () => {}); // prettier-ignore
  return control;
}
