import {computed, signal} from "@preact/signals-core";

/** Pixels at the top of the screen that the dock covers, open or closed. */
export const covered = signal(0);

/** What is left of the screen for figures: those behind the dock, or beyond the edge, are not drawn while a control is dragged. */
export const uncovered = computed(() => `-${covered.value}px 0px 0px 0px`);

/** Keeps `covered` true for an element that stays at the top of the screen, until the returned function is called. */
export function covers(element: HTMLElement): () => void {
  const observer = new ResizeObserver(() => (covered.value = Math.round(element.offsetHeight)));
  observer.observe(element);
  return () => {
    observer.disconnect();
    covered.value = 0;
  };
}
