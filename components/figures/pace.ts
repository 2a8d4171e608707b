/** How fast steps are done: the rate over the last seconds. */
export interface Pace {
  /** Notes that `step` steps are done now. */
  note(step: number, now?: number): void;
  /** Steps a second, or undefined where too little was noted. */
  rate(): number | undefined;
  /** Forgets, as after a pause. */
  rest(): void;
}

/** @param span milliseconds that the rate is taken over */
export function createPace(span = 4000): Pace {
  let notes: {at: number; step: number}[] = [];
  return {
    note(step, now = performance.now()) {
      notes.push({at: now, step});
      while (notes.length > 2 && notes[1].at < now - span) notes.shift();
    },
    rate() {
      const [first, last] = [notes[0], notes.at(-1)];
      if (!first || !last || last.at - first.at < 200) return undefined;
      return (1000 * (last.step - first.step)) / (last.at - first.at);
    },
    rest() {
      notes = [];
    }
  };
}

/** A rate with the digits that matter: 3.4, 46, 1,234. */
export const rateText = (rate: number): string =>
  rate < 10 ? rate.toPrecision(2) : Math.round(rate).toLocaleString("en");

/** A time in the words of someone who waits: 12 s, 3 min 20 s, 2 h 5 min. */
export function durationText(seconds: number): string {
  const s = Math.max(0, Math.ceil(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}
