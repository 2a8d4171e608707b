import {h} from "./dom.js";

/** How far a long decode is, with a button that cancels it or starts it again. */
export interface DecodeStatus {
  element: HTMLElement;
  /** Work begins; `cancel` is what the button does meanwhile. */
  busy(what: string, cancel: () => void): void;
  /** The part that is done, 0..1. */
  progress(done: number): void;
  done(text: string): void;
  /** The work was cancelled; the button starts it again. */
  stopped(text: string, again: () => void): void;
  failed(text: string): void;
}

/** Seconds from which on a reader is told how long the rest takes. */
const LONG = 4;

/** A time in words that do not change all the time. */
const roughly = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds / 5) * 5} s` : `${Math.round(seconds / 60)} min`;

export function decodeStatus(): DecodeStatus {
  const bar = h("progress", {value: 0, "aria-label": "Decoding: progress"});
  bar.max = 1;
  const button = h("button", {type: "button", class: "quiet", onclick: () => press()}, "Cancel");
  const status = h("span", {role: "status", class: "decode-status"});
  const element = h("div", {class: "run", "data-state": "idle"}, status, bar, button);
  let press = () => {};
  let [doing, began] = ["", 0];
  const set = (state: string, text: string) => {
    element.dataset.state = state;
    status.textContent = text;
    bar.hidden = state !== "busy";
    button.hidden = state !== "busy" && state !== "stopped";
  };
  set("idle", "");
  return {
    element,
    busy(what, cancel) {
      [doing, began] = [what, performance.now()];
      press = cancel;
      button.textContent = "Cancel";
      bar.value = 0;
      set("busy", `${what} …`);
    },
    progress(done) {
      bar.value = done;
      const seconds = (performance.now() - began) / 1000;
      const left = (seconds * (1 - done)) / done;
      const rest = seconds > 1 && seconds + left > LONG ? `, about ${roughly(left)} left` : "";
      status.textContent = `${doing}: ${Math.floor(100 * done)}%${rest}`;
    },
    done: (text) => set("done", text),
    stopped(text, again) {
      press = again;
      button.textContent = "Decode it";
      set("stopped", text);
    },
    failed: (text) => set("failed", text)
  };
}
