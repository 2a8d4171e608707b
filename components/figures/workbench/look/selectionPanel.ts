import {h} from "../../dom.js";
import {csvBlob, downloads} from "../../download.js";
import {indexPkl, latentsNpy, latentsPkl, latentsText} from "../../latentFiles.js";
import {takeRows} from "../../../diffusion/heldOut.js";
import {select, selectedRows, type Look} from "./state.js";

/** What is selected, the buttons that change it, and it as files. */
export function selectionPanel(look: Look): {element: HTMLElement; dispose(): void} {
  const {latents, opened, selection, far, limit} = look;
  const {z, n, d} = latents;
  const said = h("span", {role: "status", class: "look-count"});
  const button = (text: string, title: string, onclick: () => void) =>
    h("button", {type: "button", class: "quiet", title, onclick}, text);
  const clear = button("Clear", "Select nothing", () => select(look, () => false));
  const invert = button("Invert", "Select what is not, and drop what is", () => {
    const {marks} = selection.value;
    select(look, (row) => !marks[row]);
  });
  const outliers = button("Select outliers", "Select the rows that lie farther out than the limit", () =>
    select(look, (row) => far.value[row] > limit.value)
  );
  const rows = () => {
    const chosen = selectedRows(selection.value);
    if (chosen.length === 0) throw new Error("nothing is selected");
    return chosen;
  };
  /** Numbers of the images among all of the stack, which cryoDRGN's index files hold. */
  const images = () => {
    const all = opened.images;
    return all ? rows().map((row) => all[row]) : rows();
  };
  const own = () => takeRows(z, d, rows());
  const files = downloads(
    {label: "index .pkl", name: "indices.pkl", make: () => indexPkl(images())},
    {label: "z .npy", name: "selected.npy", make: () => latentsNpy(own(), d)},
    {label: "z .pkl", name: "selected.pkl", make: () => latentsPkl(own(), d)},
    {label: "z_values.txt", name: "z_values.txt", make: () => latentsText(own(), d)},
    {
      label: "CSV",
      name: "selected.csv",
      make: () =>
        csvBlob(["row", "image", ...Array.from({length: d}, (_, k) => `z${k}`)], Array.from(rows(), (row, i) => [row, images()[i], ...z.subarray(row * d, (row + 1) * d)])) // prettier-ignore
    }
  );
  const stop = selection.subscribe(({count}) => {
    said.textContent = `${count.toLocaleString("en")} of ${n.toLocaleString("en")} selected (${((100 * count) / n).toFixed(1)}%)`;
  });
  return {
    element: h(
      "div",
      {class: "look-selection"},
      h("div", {class: "run"}, said, clear, invert, outliers),
      files
    ),
    dispose: stop
  };
}
