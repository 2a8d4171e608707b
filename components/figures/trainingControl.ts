import {h} from "./dom.js";
import {durationText, rateText} from "./pace.js";

export type TrainingPhase = "idle" | "starting" | "running" | "paused" | "comparing";

export interface TrainingControl {
  element: HTMLElement;
  /** Shows the buttons that make sense now. */
  show(now: {
    phase: TrainingPhase;
    /** Step from which a saved training can go on. */
    from?: number;
    /** The training before this one crashed. */
    again?: boolean;
    /** The settings can't be trained with. */
    blocked?: boolean;
  }): void;
  progress(done: number, total: number, rate?: number): void;
  /** What is told to everyone, also to those who can't see: that something happened, not every step. */
  say(text: string): void;
}

/** The buttons of a training, its progress, and what happened last. @param session what they act on */
export function trainingControl(session: {
  start(how?: {over?: boolean}): unknown;
  pauseOrResume(): void;
  cancel(): void;
}): TrainingControl {
  const button = (label: string, kind: "action" | "quiet", onclick: () => void) =>
    h("button", {type: "button", class: kind, onclick}, label);
  const start = button("Start training", "action", () => void session.start());
  const startOver = button("Start over", "quiet", () => void session.start({over: true}));
  const pause = button("Pause", "action", session.pauseOrResume);
  const cancel = button("Cancel", "quiet", session.cancel);
  const bar = h("progress", {value: 0, "aria-label": "Training: progress"});
  bar.max = 1;
  const pace = h("span", {class: "training-pace"});
  const status = h("span", {role: "status"});
  const element = h("div", {class: "run training"}, start, startOver, pause, cancel, bar, pace, status);
  return {
    element,
    show({phase, from, again = false, blocked = false}) {
      const active = phase !== "idle";
      const focused = document.activeElement;
      element.dataset.phase = phase;
      start.hidden = active;
      start.disabled = blocked;
      start.textContent = startLabel(from, again);
      startOver.hidden = active || from === undefined;
      startOver.disabled = blocked;
      pause.hidden = !active || phase === "comparing";
      pause.textContent = phase === "paused" ? "Resume" : "Pause";
      cancel.hidden = bar.hidden = pace.hidden = !active;
      // Whoever pressed a button by key finds the next one under the same key.
      const pressed = [start, startOver, pause, cancel].find((b) => b === focused);
      if (pressed?.hidden) (active ? (pause.hidden ? cancel : pause) : start).focus();
    },
    progress(done, total, rate) {
      bar.value = total > 0 ? done / total : 0;
      const parts = [`${done.toLocaleString("en")} of ${total.toLocaleString("en")} steps`];
      if (rate && done < total)
        parts.push(`${rateText(rate)} steps/s`, `${durationText((total - done) / rate)} left`);
      pace.textContent = parts.join(" · ");
    },
    say(text) {
      status.textContent = text;
    }
  };
}

function startLabel(from: number | undefined, again: boolean): string {
  const step = from?.toLocaleString("en");
  if (again) return step === undefined ? "Start again" : `Start again from step ${step}`;
  return step === undefined ? "Start training" : `Go on from step ${step}`;
}
