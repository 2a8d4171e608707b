import {computed, effect, signal} from "@preact/signals-core";
import {openTrainer} from "../../compute/open.js";
import {random} from "../../compute/random.js";
import {startVectors} from "../../compute/vectors.js";
import {initialParameters} from "../../compute/mlp.js";
import {training, trainingInput, type TrainingLineState} from "../../diffusion/ddpmTraining.js";
import {priorShape} from "../../diffusion/network.js";
import {priorPresets} from "../../diffusion/presets.js";
import {h} from "../dom.js";
import {plane, type Plane} from "../lab/plane.js";
import {algorithm, type AlgorithmPlace} from "./algorithm.js";
import {vectorText} from "./algorithm2.js";
import {batchPlane} from "./batchPlane.js";
import {ddpmModel, pointsOfLaw, type DdpmLearning} from "./learning.js";
import {half, short} from "./parts.js";

/** Rows of the small batch. */
export const BATCH = 8;

/** Algorithm 1 as the talk prints it, beside the code of `training`. */
export const algorithm1 = () =>
  algorithm({
    name: "Algorithm 1, training",
    lines: [
      "repeat",
      "x_0 ∼ q(x_0)",
      "t ∼ Uniform({1, …, T})",
      "ε ∼ N(0, I)",
      "gradient descent step on ∇_θ ‖ε − ε_θ(√ᾱ_t x_0 + √(1−ᾱ_t) ε, t)‖^2",
      "until converged"
    ],
    code: training.toString()
  });

/** What the panel shows of a state: the first row of the batch. */
export function trainingPlace(now: TrainingLineState | undefined, d: number): AlgorithmPlace {
  const text = (v?: Float64Array) => vectorText(v, 0, d) || "·";
  const line = now?.line ?? 0;
  const at = (value: string, ...lines: number[]) => ({value, changed: lines.includes(line)});
  return {
    line,
    variables: [
      {name: "step", ...at(now ? String(now.step) : "0", 1)},
      {name: "x_0", ...at(text(now?.x_0), 2)},
      {name: "t", ...at(now?.t ? String(now.t[0]) : "·", 3)},
      {name: "ε", ...at(text(now?.eps), 4)},
      {name: "x_t", ...at(text(now?.x_t), 5)},
      {name: "ε_θ", ...at(text(now?.answer), 5)},
      {name: "loss of the batch", ...at(now?.loss === undefined ? "·" : now.loss.toFixed(4), 5)},
      {name: "‖gradient‖", ...at(now?.slope === undefined ? "·" : short(now.slope), 5)}
    ]
  };
}

/** Steps through Algorithm 1 on a network of its own, in small batches; begins anew where the settings change. */
export function algorithm1Panel(settings: {readonly value: DdpmLearning}) {
  const now = signal<{state: TrainingLineState; law: DdpmLearning["law"]} | undefined>(undefined);
  const losses = signal<number[]>([]);
  const fault = signal("");
  let going: AsyncGenerator<TrainingLineState, never> | undefined;
  let turn = Promise.resolve();
  let round = 0;

  async function begin(): Promise<AsyncGenerator<TrainingLineState, never>> {
    const chosen = settings.value;
    const config = {...ddpmModel(chosen), zdim: chosen.law!.dimension};
    const shape = priorShape(config);
    // The weights that the real training of this seed begins with.
    const vectors = startVectors([initialParameters(shape, random(chosen.seed, 0x494e4954))], true);
    const trainer = await openTrainer("wasm", [{shape}], vectors);
    return training(
      trainingInput({
        chain: chosen.chain!,
        config,
        points: pointsOfLaw(chosen.law!, chosen.dataSeed, 2000),
        batch: BATCH,
        rng: random(chosen.seed, 0x53544550),
        network: trainer.networks[0],
        optimiser: trainer.optimiser,
        learningRate: priorPresets.lesson.training.learningRate.rate / 5
      })
    );
  }
  /** One after another, however fast they are asked for; those that were asked before a reset do nothing. */
  function advance(until: (line: number) => boolean) {
    const mine = round;
    return (turn = turn.then(async () => {
      if (mine !== round || !settings.value.law || !settings.value.chain) return;
      try {
        going ??= await begin();
        let state: TrainingLineState;
        do state = (await going.next()).value;
        while (!until(state.line));
        if (mine !== round) return;
        if (state.loss !== undefined) losses.value = [...losses.peek(), state.loss];
        now.value = {state, law: settings.value.law};
      } catch (error) {
        fault.value = (error as Error).message;
      }
    }));
  }
  const reset = () => {
    ++round;
    going = undefined;
    now.value = undefined;
    losses.value = [];
    fault.value = "";
  };
  const line = () => void advance(() => true);
  const whole = () => advance((line) => line === 5);
  const button = (text: string, title: string, onclick: () => void) =>
    h("button", {type: "button", class: "quiet", title, onclick}, text);
  const control = h(
    "div",
    {
      class: "run algorithm-control",
      tabindex: "0",
      role: "group",
      "aria-label":
        "Algorithm 1. Right arrow: next line; down arrow: one whole gradient step; Home: from the start."
    },
    button("Step", "Next line (right arrow)", line),
    button("One gradient step", "As far as line 5 (down arrow)", () => void whole()),
    button("Reset", "From the first weights on (Home)", reset)
  );
  control.addEventListener("keydown", (event) => {
    const actions: Record<string, () => void> = {
      ArrowRight: line,
      ArrowDown: () => void whole(),
      Home: reset
    };
    if (!(event.key in actions)) return;
    actions[event.key]();
    event.preventDefault();
  });
  const text = algorithm1();
  const picture = plane({...half(220), width: half().width - 10});
  const stop = effect(() => {
    void settings.value;
    reset();
  });
  return {
    control,
    /** One gradient step. */
    whole,
    losses,
    fault,
    painter: {
      element: h("div", {}, text.element, picture.element),
      draw({place, plane}: {place: AlgorithmPlace; plane: Plane}) {
        text.draw(place);
        picture.draw(plane);
      }
    },
    values: computed(() => {
      const {law, chain} = settings.value;
      if (!law || !chain) return undefined;
      const state = now.value?.state;
      return {
        place: trainingPlace(state, law.dimension),
        plane: batchPlane({state, d: law.dimension, T: chain.T})
      };
    }),
    now,
    dispose() {
      ++round;
      stop();
    }
  };
}
