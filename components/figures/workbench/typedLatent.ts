import {h} from "../dom.js";
import type {Store} from "../store.js";
import type {ShownPoint} from "./shownPoint.js";

/** A field to type a latent [d] into, or paste a line of z_values.txt; Enter shows its map. */
export function typedLatent(d: number, point: Store<ShownPoint | undefined>): HTMLElement {
  const input = h("input", {type: "text", class: "typed-latent", spellcheck: "false", autocomplete: "off", "aria-label": `A latent: ${d} numbers`, placeholder: `${d} numbers, such as ${Array(Math.min(d, 3)).fill("0").join(" ")}${d > 3 ? " …" : ""}`}); // prettier-ignore
  const problem = h("span", {role: "alert", class: "problem"});
  const show = () => {
    const words = input.value.split(/[\s,;()[\]]+/).filter(Boolean);
    const values = words.map(Number);
    const wrong = words.find((_, i) => !Number.isFinite(values[i]));
    problem.textContent =
      wrong !== undefined ? `found ${wrong.slice(0, 20)}; expected a number` : values.length !== d ? `found ${values.length} numbers; expected ${d}` : ""; // prettier-ignore
    if (problem.textContent) return;
    point.set({z: Float64Array.from(values), what: "The latent that was typed", color: "--series-live"});
  };
  const form = h(
    "form",
    {class: "run"},
    h("label", {class: "control"}, h("span", {}, "Or type z"), input),
    h("button", {type: "submit", class: "quiet"}, "Show its map"),
    problem
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show();
  });
  return form;
}
