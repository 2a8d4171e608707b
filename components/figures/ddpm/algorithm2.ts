import {batch, computed, effect, signal} from "@preact/signals-core";
import {placeOfLine, sampling, type SamplingState} from "../../diffusion/ddpmSampling.js";
import {stepVariance} from "../../diffusion/elbo.js";
import {h} from "../dom.js";
import {algorithm, type Algorithm, type AlgorithmPlace} from "./algorithm.js";
import {plane, type Plane} from "../lab/plane.js";
import {half, short} from "./parts.js";
import {stagesPlane} from "./stagesPlane.js";
import type {DdpmState} from "./state.js";

/** Algorithm 2 as the talk prints it, beside the code of `sampling`. */
export const algorithm2 = (): Algorithm => ({
  name: "Algorithm 2, sampling",
  lines: [
    "x_T ∼ N(0, I)",
    "for t = T, …, 1 do",
    "z ∼ N(0, I) if t > 1, else z = 0",
    "x_{t−1} = 1/√α_t · (x_t − (1−α_t)/√(1−ᾱ_t) · ε_θ(x_t, t)) + σ_t z",
    "end for",
    "return x_0"
  ],
  code: sampling.toString()
});

/** One particle's numbers in words: (0.12, −1.3). */
export const vectorText = (v: Float64Array | undefined, particle: number, d: number): string => {
  if (!v) return "";
  const numbers = Array.from(v.subarray(particle * d, (particle + 1) * d), (x) =>
    x.toFixed(3).replace("-", "−")
  );
  return d === 1 ? numbers[0] : `(${numbers.join(", ")})`;
};

/** What the panel shows of a state, for one particle. */
export function placeOf(own: DdpmState): AlgorithmPlace | undefined {
  const states = own.states.value;
  const chain = own.chain.value;
  if (!states || !chain) return undefined;
  const {t, line} = own.place.value;
  const now = states[placeOfLine(chain.T, t, line)];
  const particle = own.followed.value;
  const text = (v?: Float64Array) => vectorText(v, particle, own.lab.d.value) || "·";
  const before = line === 4 ? states[placeOfLine(chain.T, t, 2)].x : now.x;
  const changed = (...lines: number[]) => lines.includes(line);
  return {
    line,
    variables: [
      {name: "t", value: String(now.t), changed: changed(2)},
      {name: t === 0 ? "x_0" : "x_t", value: text(before), changed: changed(1, 6)},
      {name: "z", value: text(now.z), changed: changed(3)},
      {name: "ε_θ", value: text(now.eps), changed: changed(4)},
      {name: "mean", value: text(now.mu), changed: changed(4)},
      {
        name: "σ_t",
        value: t > 0 ? short(Math.sqrt(stepVariance(chain, t, own.variance.value))) : "·",
        changed: false
      },
      {name: "x_{t−1}", value: line === 4 ? text(now.x) : "·", changed: changed(4)}
    ]
  };
}

/** The picture of the present step, as far as it has run. */
function stagesOf(own: DdpmState): Plane {
  const {T} = own.chain.value!;
  const {t, line} = own.place.value;
  const now = own.states.value![placeOfLine(T, t, line)];
  const before = line === 4 ? own.states.value![placeOfLine(T, t, 2)].x : now.x;
  const stages = line === 4 ? [before, now.mu!, now.x] : [before];
  return stagesPlane({stages, d: own.lab.d.value, particle: own.followed.value, t});
}

/** The place after, or before, another one. */
export function nextPlace({t, line}: Place): Place {
  if (line === 6) return {t, line};
  if (line < 4) return {t, line: (line + 1) as 2 | 3 | 4};
  return t > 1 ? {t: t - 1, line: 2} : {t: 0, line: 6};
}
export function placeBefore(T: number, {t, line}: Place): Place {
  if (line === 6) return {t: 1, line: 4};
  if (line > 2 || (line === 2 && t === T)) return {t, line: (line - 1) as 1 | 2 | 3};
  return line === 1 ? {t, line} : {t: t + 1, line: 4};
}
interface Place {
  t: number;
  line: SamplingState["line"];
}

/** Milliseconds of a line while it plays; t by t, seconds from T to 0. */
const LINE = 450;
const ALL = 8;

/** Steps through Algorithm 2 by buttons and keys, line by line or t by t, and plays it. */
export function algorithm2Panel(own: DdpmState) {
  const {place, T, t, line} = own;
  const playing = signal(false);
  const byLine = signal(true);
  const go = (to: Place) =>
    batch(() => {
      t.value = to.t;
      line.value = to.line;
    });
  const stepLine = () => go(nextPlace(place.peek()));
  /** To the same line of the next t: after line 4, where x_(t-1) is there. */
  const stepT = () => {
    let to = nextPlace(place.peek());
    while (to.line !== 4 && to.line !== 6) to = nextPlace(to);
    go(to);
  };
  const back = () => go(placeBefore(T.peek(), place.peek()));
  const reset = () => {
    playing.value = false;
    go({t: T.peek(), line: 1});
  };
  let timer = 0;
  function tick() {
    if (!playing.peek()) return;
    if (byLine.peek()) stepLine();
    else stepT();
    if (place.peek().line === 6) playing.value = false;
    else timer = window.setTimeout(tick, byLine.peek() ? LINE : Math.max(16, (1000 * ALL) / T.peek()));
  }
  const play = () => {
    playing.value = !playing.peek();
    clearTimeout(timer);
    if (!playing.peek()) return;
    if (place.peek().line === 6) go({t: T.peek(), line: 1});
    timer = window.setTimeout(tick, LINE / 2);
  };
  const stopped =
    <A extends unknown[]>(f: (...args: A) => void) =>
    (...args: A) => {
      playing.value = false;
      f(...args);
    };
  const button = (text: string, title: string, onclick: () => void) =>
    h("button", {type: "button", class: "quiet", title, onclick}, text);
  const playButton = button("Play", "Space", play);
  const speed = h(
    "select",
    {"aria-label": "Play"},
    h("option", {value: "line"}, "line by line"),
    h("option", {value: "t"}, "t by t")
  );
  speed.addEventListener("change", () => (byLine.value = speed.value === "line"));
  const element = h(
    "div",
    {
      class: "run algorithm-control",
      tabindex: "0",
      role: "group",
      "aria-label":
        "Algorithm 2. Right arrow: next line; left arrow: line before; down arrow: next t; space: play or pause; Home: from the start."
    },
    button("Step", "Next line (right arrow)", stopped(stepLine)),
    button("Step back", "Line before (left arrow)", stopped(back)),
    button("Step t", "As far as the next x (down arrow)", stopped(stepT)),
    playButton,
    speed,
    button("Reset", "From x_T on (Home)", reset)
  );
  element.addEventListener("keydown", (event) => {
    if (event.target instanceof HTMLSelectElement) return;
    const actions: Record<string, () => void> = {
      ArrowRight: stopped(stepLine),
      ArrowLeft: stopped(back),
      ArrowDown: stopped(stepT),
      Home: reset
    };
    // Space on a button is that button's.
    if (event.target === element) actions[" "] = play;
    if (!(event.key in actions)) return;
    actions[event.key]();
    event.preventDefault();
  });
  const stop = effect(() => {
    playButton.textContent = playing.value ? "Pause" : "Play";
  });
  const text = algorithm(algorithm2());
  const picture = plane({...half(190), width: half().width - 10});
  return {
    control: element,
    painter: {
      element: h("div", {}, text.element, picture.element),
      draw({place, plane}: {place: AlgorithmPlace; plane: Plane}) {
        text.draw(place);
        picture.draw(plane);
      }
    },
    values: computed(() => {
      const place = placeOf(own);
      return place && {place, plane: stagesOf(own)};
    }),
    dispose() {
      stop();
      clearTimeout(timer);
      playing.value = false;
    }
  };
}
