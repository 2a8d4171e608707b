/** Moves the head of all walks along, as fast as is chosen and as far as they are computed. */
import {computed, effect, type ReadonlySignal} from "@preact/signals-core";
import type {LangevinState} from "./state.js";

/** The last step that the head may go to: that which every walk that is still being computed has reached, or the last. */
export const reachOf = ({sets, settings}: LangevinState): ReadonlySignal<number> =>
  computed(() => {
    let reach = settings.value.steps;
    for (const set of sets)
      if (set.busy.value && set.walk.value) reach = Math.min(reach, set.walk.value.places - 1);
    return reach;
  });

/** Plays while `playing`, until the returned function is called. At the end it pauses. */
export function keepPlaying(state: LangevinState): () => void {
  const {head, playing, speed, settings} = state;
  const reach = reachOf(state);
  let frame = 0;
  const stop = effect(() => {
    cancelAnimationFrame(frame);
    if (!playing.value) return;
    let exact = head.peek() >= settings.peek().steps ? 0 : head.peek();
    let before = performance.now();
    head.value = Math.floor(exact);
    const tick = (now: number) => {
      if (Math.floor(exact) !== head.peek()) exact = head.peek(); // moved by hand
      // A tab that was hidden goes on where it was left.
      exact = Math.min(reach.peek(), exact + (speed.peek() * Math.min(100, now - before)) / 1000);
      before = now;
      if (Math.floor(exact) !== head.peek()) head.value = Math.floor(exact);
      if (head.peek() >= settings.peek().steps) playing.value = false;
      else frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
  });
  return () => {
    stop();
    cancelAnimationFrame(frame);
  };
}
