import {h} from "../dom.js";
import type {PageState} from "./pageState.js";

/** Reset, and a link to what is seen now. */
export function stateBar(state: PageState): HTMLElement {
  const said = h("span", {role: "status", class: "note-small"});
  const link = h("button", {type: "button", class: "quiet"}, "Copy link");
  link.addEventListener("click", () => {
    const query = state.link();
    const address = `${location.origin}${location.pathname}${query && "?"}${query}`;
    // Not on every page of every host: a browser gives the clipboard to secure ones alone.
    const copied = navigator.clipboard?.writeText(address) ?? Promise.reject(new Error("no clipboard"));
    copied.then(
      () => (said.textContent = "Copied: the link opens this page as it is now."),
      () => (said.textContent = `The link: ${address}`)
    );
  });
  const reset = h("button", {type: "button", class: "quiet"}, "Reset");
  reset.addEventListener("click", () => {
    state.reset();
    said.textContent = "Everything is as it was at first.";
  });
  return h("div", {class: "run state-bar"}, reset, link, said);
}
