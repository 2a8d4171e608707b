import type {PriorSamples} from "../jobs/samplePrior.js";
import {compareLive, samplesAffinity} from "./compareLive.js";
import {h} from "./dom.js";
import type {PriorState} from "./priorState.js";
import {numberControl, runControl, selectControl} from "./runControl.js";
import {urlState} from "./urlState.js";

/** Draws from the prior now, in a worker, then compares the samples with the encodings as the shipped ones were. */
export function resampleControl(state: PriorState): HTMLElement {
  const {run, workers, latents, live, seed} = state;
  let n = urlState.number("n", 2000, 100, 5000);
  const way = {
    kind: urlState.text("sampler", "adaptive", ["adaptive", "regularised"]) as "adaptive" | "regularised",
    steps: Math.round(urlState.number("sampler-steps", 60, 2, 1000)),
    b: urlState.number("b", 0.5, 0, 10)
  };
  const change = (part: Partial<typeof way>) => {
    Object.assign(way, part);
    const own = way.kind === "regularised";
    term.hidden = !own;
    urlState.set({sampler: own ? way.kind : undefined, "sampler-steps": own ? way.steps : undefined, b: own ? way.b : undefined}); // prettier-ignore
  };
  const term = h(
    "span",
    {class: "run"},
    numberControl("b, strength of the Langevin term", {value: way.b, min: 0, max: 10, step: 0.05, change: (b) => change({b})}), // prettier-ignore
    numberControl("Steps", {value: way.steps, min: 2, max: 1000, change: (steps) => change({steps})})
  );
  term.hidden = way.kind !== "regularised";
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
    }),
    selectControl("By", {
      value: way.kind,
      options: [
        ["adaptive", "the ODE, adaptive steps"],
        ["regularised", "regularised: ODE and Langevin term"]
      ],
      change: (kind: typeof way.kind) => change({kind})
    }),
    term
  ];
  const control = runControl({
    label: "Sample the prior",
    controls,
    async run({signal, progress}) {
      const [prior, all] = await Promise.all([run.prior(), latents()]);
      signal.throwIfAborted();
      const start = performance.now();
      const used = seed.value;
      const {kind, steps, b} = way;
      const by = kind === "regularised" ? `, regularised, b ${b}, ${steps} steps` : "";
      const named = ({z}: PriorSamples) => ({name: `seed ${used}${by}`, z});
      const options = {
        affinity: samplesAffinity(state),
        signal,
        onProgress: progress,
        onPartial: (part: PriorSamples) => live.set(named(part))
      };
      const drawn =
        kind === "regularised"
          ? await workers.run("regularisedSamples", {prior, n, seed: used, steps, b}, options)
          : await workers.run("samplePrior", {prior, n, seed: used}, options);
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
