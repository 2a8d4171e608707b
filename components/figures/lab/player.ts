import {effect, type Signal} from "@preact/signals-core";
import {h} from "../dom.js";

export interface PlayerOptions {
  label: string;
  /** Where the slider stands. */
  value: Signal<number>;
  min: number;
  max: number;
  step: number;
  /** Seconds from one end to the other. Default 6. */
  seconds?: number;
  show?(v: number): string;
}

/** A slider through time that also plays, forwards and backwards, from where it stands to its end. */
export function player({label, value, min, max, step, seconds = 6, show = String}: PlayerOptions) {
  const input = h("input", {
    type: "range",
    min: String(min),
    max: String(max),
    step: String(step),
    "aria-label": label
  });
  const output = h("output", {});
  const limits = {min, max, step};
  let frame = 0;
  let going: -1 | 0 | 1 = 0;
  const forth = h(
    "button",
    {type: "button", class: "quiet play", title: "Play forwards", onclick: () => play(1)},
    "▶"
  );
  const back = h(
    "button",
    {type: "button", class: "quiet play", title: "Play backwards", onclick: () => play(-1)},
    "◀"
  );

  function stop() {
    cancelAnimationFrame(frame);
    going = 0;
    buttons();
  }
  function buttons() {
    forth.textContent = going === 1 ? "❚❚" : "▶";
    back.textContent = going === -1 ? "❚❚" : "◀";
    forth.setAttribute("aria-label", going === 1 ? "Pause" : "Play forwards");
    back.setAttribute("aria-label", going === -1 ? "Pause" : "Play backwards");
  }
  function play(direction: -1 | 1) {
    const pause = going === direction;
    stop();
    if (pause) return;
    going = direction;
    buttons();
    const {min, max, step} = limits;
    // From an end, there is nothing left to play: it begins at the other.
    if (direction > 0 ? value.peek() >= max : value.peek() <= min) value.value = direction > 0 ? min : max;
    let exact = value.peek();
    let before = performance.now();
    const tick = (now: number) => {
      if (!going) return;
      // A tab that was hidden goes on where it was left.
      exact += (direction * (limits.max - limits.min) * Math.min(100, now - before)) / 1000 / seconds;
      before = now;
      exact = Math.max(limits.min, Math.min(limits.max, exact));
      const next = limits.min + Math.round((exact - limits.min) / step) * step;
      value.value = Math.min(limits.max, Number(next.toPrecision(10)));
      if (exact <= limits.min || exact >= limits.max) stop();
      else frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
  }
  input.addEventListener("input", () => {
    stop();
    value.value = Number(input.value);
  });
  const unfollow = effect(() => {
    if (Number(input.value) !== value.value) input.value = String(value.value);
    output.textContent = show(value.value);
    input.setAttribute("aria-valuetext", show(value.value));
  });
  buttons();
  return {
    element: h(
      "div",
      {class: "player control", role: "group", "aria-label": label},
      h("span", {}, label),
      back,
      input,
      forth,
      output
    ),
    /** Other ends, where what is played has changed; the value is brought within them. */
    range(min: number, max: number, step = limits.step) {
      Object.assign(limits, {min, max, step});
      Object.assign(input, {min: String(min), max: String(max), step: String(step)});
      const inside = Math.max(min, Math.min(max, value.peek()));
      if (inside !== value.peek()) value.value = inside;
      input.value = String(inside);
    },
    stop,
    dispose() {
      stop();
      unfollow();
    }
  };
}
