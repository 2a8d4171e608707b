import {signal, type ReadonlySignal} from "@preact/signals-core";

/** Whether an element is on the screen, or within a hand's breadth of it. */
export function visible(element: Element): {shown: ReadonlySignal<boolean>; dispose(): void} {
  const shown = signal(false);
  const observer = new IntersectionObserver(
    (entries) => {
      shown.value = entries[entries.length - 1].isIntersecting;
    },
    {rootMargin: "120px"}
  );
  observer.observe(element);
  return {shown, dispose: () => observer.disconnect()};
}
