/** The training of the page as signals, and answers of the network that it makes. */
import {distanceToLaw, lawFloor} from "../../analysis/distanceToLaw.js";
import {computed, effect, signal} from "@preact/signals-core";
import {random} from "../../compute/random.js";
import type {Denoiser} from "../../diffusion/denoiser.js";
import {mixtureDenoiser, sampleMixture} from "../../diffusion/gaussianMixture.js";
import {objectiveOf} from "../../diffusion/objective.js";
import {objectiveValue} from "../../diffusion/objectiveValue.js";
import {follow} from "../follow.js";
import type {LabPage} from "../lab/labPage.js";
import {store} from "../store.js";
import {trainingSession, type Evaluation} from "../trainingSession.js";
import {CLICK, openWorkers} from "../worker.js";
import {learningPlan, SAMPLES, type TrainingSeen} from "./learning.js";
import {differencesOf} from "./learnedViews.js";
import {placesOf} from "./twoAnswers.js";
import {floorOf, LEVELS, type DenoiserState} from "./state.js";

/** Milliseconds that the settings must rest before it is looked whether a training of them was saved. */
const REST = 150;

/** Draws that the floor of the loss is the mean over: what is quick for a law of K components. */
const drawsFor = (K: number) => Math.max(1500, Math.min(16_384, Math.floor(300_000 / K)));

export type LearningRun = ReturnType<typeof learningRun>;

export function learningRun({own, keep}: LabPage<DenoiserState>) {
  const {learning, sigma, zoom} = own;
  const chosen = store(learning.settings.peek());
  const session = trainingSession(learningPlan, chosen);
  const training = signal(session.training.value);
  const unsubscribe = session.training.subscribe((now) => (training.value = now));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    const now = learning.settings.value;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (now !== chosen.value) chosen.set(now);
    }, REST);
  });
  const workers = openWorkers();
  const going = computed(() => training.value.phase !== "idle" || training.value.points.length > 0);
  /** Of what is shown: the training that runs or ran, else the one that is chosen. */
  const settings = computed(() => (going.value ? training.value.settings : learning.settings.value));
  const law = computed(() => settings.value.law);
  const evaluation = computed(() => training.value.evaluation);
  // Each by itself, so that what stays the same is not computed again.
  const [spec, edm] = [computed(() => settings.value.spec), computed(() => settings.value.edm)];
  const objective = computed(() => spec.value && objectiveOf(spec.value, edm.value));
  const least = computed(() => law.value && floorOf(law.value));

  let networks = 0;
  /** The network of an evaluation as a denoiser that asks a background thread. */
  function denoiserOf({config, parameters, standardisation}: Evaluation): Denoiser {
    const key = `learned ${++networks}`;
    const prior = {config, parameters, standardisation};
    return (x, levels) =>
      workers.run("evaluateDenoiser", {key, prior, x, sigma: levels}, {priority: CLICK, affinity: "learned"});
  }
  const network = computed(() => evaluation.value && denoiserOf(evaluation.value));
  const history = signal<{step: number; distance: number}[]>([]);
  const toLaw = computed(() => law.value && distanceToLaw(law.value, SAMPLES));
  const follows = [
    effect(() => {
      const now = evaluation.value;
      if (!now) history.value = [];
      else if (now.z.length && law.peek())
        history.value = [...history.peek(), {step: now.step, distance: toLaw.peek()!(now.z)}];
    }),
    effect(() => {
      learning.learned.value = network.value;
    })
  ];

  const floor = keep(
    follow(
      computed(() => law.value && objective.value && {law: law.value, objective: objective.value}),
      async ({law, objective}) => {
        const draws = drawsFor(law.weights.length);
        const x0 = sampleMixture(law, draws, random(11));
        return (await objectiveValue(objective, mixtureDenoiser(law), x0, law.dimension, random(12), draws))
          .value;
      }
    )
  );
  const field = keep(
    follow(
      computed(() => {
        if (!law.value || !network.value) return undefined;
        const d = law.value.dimension;
        const at = Float64Array.from([own.x.value, own.y.value].slice(0, d));
        return {
          network: network.value,
          view: {law: law.value, sigma: sigma.value, point: at, zoom: zoom.value}
        };
      }),
      async ({network, view}) => {
        const places = placesOf(view);
        const n = places.length / view.law.dimension;
        return {view, D: await network(places, new Float64Array(n).fill(view.sigma))};
      }
    )
  );
  const differences = keep(
    follow(
      computed(() => law.value && network.value && {law: law.value, network: network.value}),
      ({law, network}) => differencesOf(network, law, FEW)
    )
  );
  const begun = computed(() => evaluation.value !== undefined);
  const distance = computed(() =>
    begun.value && law.value ? lawFloor(law.value, SAMPLES, toLaw.value!) : undefined
  );
  // The list of points grows in place: its length tells.
  const count = computed(() => training.value.points.length);
  const [losses, levels] = [computed(() => training.value.losses), computed(() => training.value.levels)];
  const steps = computed(() => settings.value.steps);
  const seen = computed((): TrainingSeen | undefined => {
    void count.value;
    if (!objective.value || !least.value) return undefined;
    return {
      steps: steps.value,
      points: training.peek().points,
      losses: losses.value,
      floor: floor.value.value,
      levels: levels.value,
      objective: objective.value,
      least: least.value,
      z: evaluation.value?.z,
      history: history.value,
      distanceFloor: distance.value
    };
  });
  follows.push(
    effect(() => {
      learning.training.value = seen.value;
    })
  );
  keep({
    dispose() {
      session.cancel();
      clearTimeout(timer);
      stop();
      unsubscribe();
      for (const end of follows) end();
      workers.close();
    }
  });
  let trained: Promise<void> | undefined;
  return {
    session,
    /** Trains what the settings say, once. */
    train: () => (trained ??= session.start()),
    training,
    settings,
    law,
    evaluation,
    seen,
    floorError: floor.error,
    field,
    differences,
    /** The trained law is not the page's any more. */
    otherLaw: computed(() => going.value && law.value !== own.lab.mixture.value)
  };
}

/** Levels that the network is compared at. */
const FEW = LEVELS.filter((_, i) => i % 2 === 0);
