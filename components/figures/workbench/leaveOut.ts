import {h} from "../dom.js";
import {FEWEST, type Kept} from "./keptRun.js";
import {selectedRows, type Look} from "./look/state.js";

/** Which latents a prior is trained on, as an input for Framework's `view`: null for all of them. */
export function leaveOut(look: Look): HTMLElement & {value: Kept | null; dispose(): void} {
  const {latents, far, limit, selection} = look;
  const {n} = latents;
  const said = h("span", {role: "status"});
  const which = h(
    "select",
    {"aria-label": "Latents to train on"},
    ...[
      ["all", "all latents"],
      ["inliers", "all but the outliers"],
      ["unselected", "all but the selected"],
      ["selected", "the selected alone"]
    ].map(([value, text]) => h("option", {value}, text))
  );
  const element = Object.assign(
    h(
      "div",
      {class: "run leave-out"},
      h("label", {class: "control"}, h("span", {}, "Train on"), which),
      h("button", {type: "button", class: "action", onclick: take}, "Use these"),
      said
    ),
    {value: null as Kept | null, dispose: () => {}}
  );
  function kept(): Kept | null {
    const of = (holds: (row: number) => boolean) => Int32Array.from({length: n}, (_, i) => i).filter(holds);
    const count = (rows: number) => rows.toLocaleString("en");
    switch (which.value) {
      case "inliers": {
        const rows = of((i) => !(far.value[i] > limit.value));
        return {rows, words: `without ${count(n - rows.length)} outliers (limit ${limit.value})`};
      }
      case "unselected": {
        const rows = selectedRows(selection.value, false);
        return {rows, words: `without ${count(n - rows.length)} selected`};
      }
      case "selected": {
        const rows = selectedRows(selection.value);
        return {rows, words: `${count(rows.length)} selected`};
      }
      default:
        return null;
    }
  }
  function take() {
    const now = kept();
    if (now && now.rows.length < FEWEST) {
      said.textContent = `Only ${now.rows.length} latents: a prior needs ${FEWEST} or more.`;
      return;
    }
    element.value = now;
    said.textContent = now ? `${now.rows.length.toLocaleString("en")} latents, ${now.words}.` : `All ${n.toLocaleString("en")} latents.`; // prettier-ignore
    element.dispatchEvent(new Event("input", {bubbles: true}));
  }
  said.textContent = `All ${n.toLocaleString("en")} latents.`;
  return element;
}
