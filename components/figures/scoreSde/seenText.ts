import {effect, type ReadonlySignal} from "@preact/signals-core";
import {h} from "../dom.js";
import {uncovered} from "../lab/covered.js";
import {visible} from "../visible.js";

/** Words below a picture, which are worked out while they can be seen. */
export function seenText(text: ReadonlySignal<string>): {element: HTMLElement; dispose(): void} {
  const element = h("p", {class: "note-small", role: "status"});
  const seen = visible(element, uncovered);
  const stop = effect(() => {
    if (seen.shown.value) element.textContent = text.value || "\u00a0";
  });
  return {
    element,
    dispose() {
      stop();
      seen.dispose();
    }
  };
}
