import {computed, effect, signal} from "@preact/signals-core";
import type {Denoiser} from "../../diffusion/denoiser.js";
import {objectiveOf} from "../../diffusion/objective.js";
import {EDM} from "../../diffusion/edm.js";
import {objectiveValue} from "../../diffusion/objectiveValue.js";
import {mixtureDenoiser} from "../../diffusion/gaussianMixture.js";
import {random} from "../../compute/random.js";
import {h} from "../dom.js";
import {follow} from "../follow.js";
import {boundNumber, boundSelect} from "../lab/boundControls.js";
import type {LabPage} from "../lab/labPage.js";
import {lines, type Lines} from "../lab/lines.js";
import {liveFigure} from "../lab/liveFigure.js";
import {plane} from "../lab/plane.js";
import {thinned} from "../lossPlot.js";
import {store} from "../store.js";
import {trainingControl} from "../trainingControl.js";
import {placeBadge} from "../trainingPlace.js";
import {trainingSession, type Evaluation} from "../trainingSession.js";
import {cores, ranges} from "../trainingSettings.js";
import {CLICK, openWorkers} from "../worker.js";
import {algorithm1Panel, BATCH} from "./algorithm1.js";
import {ddpmObjective, ddpmPlan, pointsOfLaw, type DdpmLearning} from "./learning.js";
import {epsAt, learnedEpsPlane, placesOfPlane} from "./learnedPlane.js";
import type {Models} from "./models.js";
import {block, legend, row} from "../lab/parts.js";
import {chainText, half, timePlayer} from "./parts.js";
import type {DdpmState} from "./state.js";

/** Milliseconds that the settings must rest before it is looked whether a training of them was saved. */
const REST = 250;

/** A1: Algorithm 1 line by line, and the real training in the background. */
export function learningFigures({own, keep, strip}: LabPage<DdpmState>, models: Models) {
  const {lab, chain, now: t, objective, trainSteps, trainSeed, variance} = own;
  const settings = computed((): DdpmLearning => ({
    steps: trainSteps.value,
    backend: "wasm",
    threads: cores(),
    seed: trainSeed.value,
    objective: objective.value,
    variance: variance.value,
    chain: chain.value,
    law: lab.mixture.value,
    dataSeed: lab.seed.value
  }));
  const chosen = store(settings.peek());
  const session = trainingSession(ddpmPlan, chosen);
  const training = signal(session.training.value);
  const unsubscribe = session.training.subscribe((now) => (training.value = now));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const workers = openWorkers();
  let networks = 0;
  function denoiserOf({config, parameters, standardisation}: Evaluation): Denoiser {
    const key = `ddpm ${++networks}`;
    const prior = {config, parameters, standardisation};
    return (x, sigma) =>
      workers.run("evaluateDenoiser", {key, prior, x, sigma}, {priority: CLICK, affinity: "learned"});
  }
  const evaluation = computed(() => training.value.evaluation);
  const stops = [
    effect(() => {
      const now = settings.value;
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (now !== chosen.value) chosen.set(now);
      }, REST);
    }),
    effect(() => {
      const found = evaluation.value;
      if (!found) return;
      const {law} = session.training.value.settings;
      models.learned.value = law && {
        denoiser: denoiserOf(found),
        law,
        about: `trained here, step ${found.step.toLocaleString("en")}`
      };
    })
  ];
  keep({
    dispose() {
      session.cancel();
      clearTimeout(timer);
      unsubscribe();
      for (const stop of stops) stop();
      workers.close();
    }
  });

  let trained: Promise<void> | undefined;
  const train = () => (trained ??= session.start());

  const stepping = () => {
    const panel = keep(algorithm1Panel(settings));
    return keep(
      liveFigure({
        id: "A1",
        title: "Algorithm 1, training, and the code that runs it",
        painter: panel.painter,
        photograph: true,
        prepare: panel.whole,
        values: panel.values,
        trouble: computed(() => own.trouble.value || panel.fault.value),
        controls: [panel.control],
        caption: `A network of 4 layers x 64 in batches of ${BATCH}: the numbers are those of its first row, marked in the picture. Below each line is the code that has run, the text of the function itself.`,
        provenance: computed(() => {
          const found = panel.losses.value;
          const last = found.slice(-50);
          const mean = last.reduce((sum, v) => sum + v / last.length, 0);
          const tail = last.length ? `; mean loss of the last ${last.length} steps ${mean.toFixed(3)}` : "";
          return `${found.length} gradient steps by hand, ${chainText(own)}, seed ${trainSeed.value}${tail}`;
        }),
        rows: () => ({columns: ["step", "loss"], rows: panel.losses.value.map((loss, i) => [i + 1, loss])}),
        source: () => `training.toString()`,
        strip
      })
    ).element;
  };

  const going = computed(() => training.value.phase !== "idle" || training.value.points.length > 0);
  const shown = computed(() => (going.value ? training.value.settings : settings.value));
  const floor = keep(
    follow(
      computed(() => {
        const now = shown.value;
        return now.law && now.chain ? now : undefined;
      }),
      async (now) => {
        const x0 = pointsOfLaw(now.law!, now.dataSeed, 4096);
        const of = objectiveOf(ddpmObjective(now), EDM);
        return (await objectiveValue(of, mixtureDenoiser(now.law!), x0, now.law!.dimension, random(12), 8192))
          .value;
      },
      {rest: 200}
    )
  );
  // The list of points grows in place: its length tells.
  const count = computed(() => training.value.points.length);
  const curves = computed((): Lines | undefined => {
    void count.value;
    const {points, losses} = training.value;
    if (!shown.value.law || !shown.value.chain) return undefined;
    const few = thinned(points, 300);
    const {steps} = shown.value;
    return {
      x: {label: "step", domain: [0, steps]},
      y: {label: "loss", log: true},
      series: [
        {name: "training batches", color: "--theme-foreground-muted", x: few.map((p) => p.step), y: few.map((p) => p.loss), width: 1},
        {name: "held out, averaged weights", color: "--series-live", x: losses.map((p) => p.step), y: losses.map((p) => p.heldOut), dots: true},
        ...(floor.value.value === undefined
          ? []
          : [{name: "the exact denoiser’s", color: "--series-encodings", x: [0, steps], y: [floor.value.value, floor.value.value], dash: "6,3"}])
      ],
      label: `Loss against training step, as far as ${training.value.step}`
    }; // prettier-ignore
  });
  const losses = () => {
    const control = trainingControl(session);
    const badge = placeBadge();
    const problem = h("p", {class: "note-small problem", role: "alert"});
    const fields = h(
      "fieldset",
      {class: "run training-settings", "aria-label": "Training"},
      keep(
        boundSelect("Objective", objective, [
          ["simple", "L_simple"],
          ["variational", "the bound’s weights"]
        ])
      ),
      keep(boundNumber("Steps", trainSteps, {min: ranges.steps[0], max: ranges.steps[1]})),
      keep(boundNumber("Training seed", trainSeed, {min: ranges.seed[0], max: ranges.seed[1]}))
    );
    const stop = effect(() => {
      const {phase, saved, crashed, step, settings: running, rate, place, said, trouble} = training.value;
      const wrong = phase === "idle" ? ddpmPlan.problem(settings.value) : undefined;
      control.show({phase, from: saved?.step, again: crashed, blocked: wrong !== undefined});
      control.progress(step, running.steps, phase === "running" ? rate : undefined);
      control.say(said);
      badge.show(place, rate);
      fields.disabled = phase !== "idle";
      const other =
        going.value && (running.law !== lab.mixture.value || running.chain !== chain.value)
          ? "The training shown is one of other data or another chain; start again for those that are chosen now."
          : "";
      problem.textContent = [wrong && `Can't train this: ${wrong}.`, trouble, other]
        .filter(Boolean)
        .join(" ");
      problem.hidden = problem.textContent === "";
    });
    keep({dispose: stop});
    return keep(
      liveFigure<Lines>({
        id: "A1-loss",
        title: "the real training, in the background",
        painter: lines(half(280)),
        prepare: train,
        values: curves,
        trouble: computed(() => own.trouble.value || floor.error.value),
        controls: [fields, control.element, problem, badge.element],
        caption:
          "No network can do better than the exact denoiser, but for chance. Training goes on while you do something else on this page.",
        provenance: computed(
          () =>
            `preset lesson: batches of 256, Adam, ${training.value.step.toLocaleString("en")} steps done, seed ${shown.value.seed}, ${chainText(own)}`
        ),
        rows: () => ({
          columns: ["step", "training loss", "held-out loss"],
          rows: training.value.losses.map(({step, trained, heldOut}) => [step, trained, heldOut])
        }),
        source: () =>
          block(`const objective = objectiveOf({kind: "simple", chain: {kind: "betas", beta: [...chain.beta]}});
const levels = Array.from({length: 9}, () => objective.levels.draw(random(seed)));
display(levels.map((sigma) => ({sigma, lambda: objective.lambda(sigma)})));`),
        strip
      })
    ).element;
  };

  const field = () => {
    const trouble = computed(() => {
      if (own.trouble.value) return own.trouble.value;
      if (t.value === 0) return "At t = 0 there is no noise to predict. Move t to 1 or more.";
      return chain.value && chain.value.noise[t.value - 1] > 0
        ? ""
        : `No noise has been added up to t = ${t.value}.`;
    });
    const question = computed(() => {
      const [law, made] = [lab.mixture.value, chain.value];
      if (trouble.value || !law || !made) return undefined;
      const network = models.learned.value;
      const learned = network?.law === law ? network.denoiser : undefined;
      return {law, chain: made, t: t.value, learned};
    });
    const found = keep(
      follow(question, async ({law, chain, t, learned}) => {
        const d = law.dimension;
        const x = placesOfPlane(d);
        return {
          law, chain, t, x,
          exact: await epsAt(chain, mixtureDenoiser(law), d, t, x),
          learned: learned && (await epsAt(chain, learned, d, t, x))
        };
      })
    ); // prettier-ignore
    const time = keep(timePlayer(own));
    return keep(
      liveFigure({
        id: "A1-eps",
        title: "the learned ε_θ against the exact one",
        painter: plane(half(300)),
        prepare: train,
        values: computed(() => found.value.value && learnedEpsPlane(found.value.value)),
        trouble: computed(() => trouble.value || found.error.value),
        controls: [
          time.element,
          legend({name: "exact", color: "--series-encodings"}, {name: "learned", color: "--series-live"})
        ],
        caption:
          "At the step t that you choose; in 2-D the arrows point against the noise. Where there are no data, the network was never taught: only where xₜ is likely need the two agree.",
        provenance: computed(
          () => `${models.learned.value?.about ?? "nothing trained yet"}, ${chainText(own)}, t = ${t.value}`
        ),
        rows() {
          const {x, exact, learned} = found.value.value!;
          return {
            columns: ["entry", "x", "exact", "learned"],
            rows: Array.from(x, (v, i) => [i + 1, v, exact[i], learned?.[i] ?? ""])
          };
        },
        source: () =>
          block(`const x = placesOfPlane(d);
const exact = await epsAt(chain, denoiser, d, Math.max(1, t), x);
display(painted(plane({width: 520, height: 300}), learnedEpsPlane({chain, law, t: Math.max(1, t), x, exact})));`),
        strip
      })
    ).element;
  };
  return {
    algorithm: () => row(stepping(), h("div", {}, losses(), field()))
  };
}
