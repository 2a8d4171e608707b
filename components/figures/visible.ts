import {effect, signal, type ReadonlySignal} from "@preact/signals-core";

/**
 * Whether an element is on the screen, or within a hand's breadth of it.
 * @param margin how far around the screen counts, as IntersectionObserver takes it; less than nothing where something covers the screen
 */
export function visible(
  element: Element,
  margin: ReadonlySignal<string> | string = "120px"
): {shown: ReadonlySignal<boolean>; dispose(): void} {
  const shown = signal(false);
  const stop = effect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        shown.value = entries[entries.length - 1].isIntersecting;
      },
      {rootMargin: typeof margin === "string" ? margin : margin.value}
    );
    observer.observe(element);
    return () => observer.disconnect();
  });
  return {shown, dispose: stop};
}
