import {effect, type Signal} from "@preact/signals-core";
import {pathLabels, type PathKind} from "../../analysis/interpolation.js";
import {h} from "../dom.js";
import {numberControl, rangeControl, selectControl} from "../runControl.js";
import {partToY, yToPart} from "./along.js";
import {isPath, pathColors, pathKinds, type InterpolationData, type InterpolationState} from "./state.js";

/** A choice of one of a few words. */
export function choice<T extends string>(
  label: string,
  value: Signal<T>,
  options: readonly (readonly [T, string])[]
) {
  const radios = options.map(([name, text]) => {
    const radio = h("input", {type: "radio", name: label, value: name});
    radio.addEventListener("change", () => (value.value = name));
    return {name, radio, element: h("label", {}, radio, ` ${text}`)};
  });
  const stop = effect(() => {
    for (const {name, radio} of radios) radio.checked = name === value.value;
  });
  const element = h("fieldset", {class: "choice", "aria-label": label}, h("span", {}, label), ...radios.map((r) => r.element)); // prettier-ignore
  return {element, dispose: stop};
}

/** Which encodings the paths join, which paths are shown, and where on them. */
export function pathControls(
  {ends, kind, y, against, hidden, neighbours, paths}: InterpolationState,
  {n, pairs}: InterpolationData,
  next: Signal<"a" | "b">
): {element: HTMLElement; dispose(): void} {
  const first = pairs[0];
  const own = "own";
  const pair = selectControl<string>("From and to", {
    value: "0",
    options: [...pairs.map(({name}, i) => [String(i), name] as const), [own, "as picked"] as const],
    change(value) {
      const chosen = pairs[Number(value)];
      if (chosen) ends.value = {a: chosen.a, b: chosen.b};
    }
  });
  const menu = pair.querySelector("select")!;
  const rowOf = (end: "a" | "b") =>
    numberControl(end === "a" ? "A, number" : "B, number", {
      value: ends.value?.[end] ?? 0,
      min: 0,
      max: n - 1,
      change(row) {
        const now = ends.value;
        if (now && Number.isInteger(row) && row !== now.a && row !== now.b) ends.value = {...now, [end]: row};
      }
    });
  const [rowA, rowB] = [rowOf("a"), rowOf("b")];
  const clicks = choice("A click sets", next, [
    ["a", "A"],
    ["b", "B"]
  ]);
  const shownAs = selectControl<PathKind>("Maps along", {
    value: kind.value,
    options: pathKinds.map((k) => [k, pathLabels[k]] as const),
    change(value) {
      kind.value = value;
      const now = new Set(hidden.value);
      if (now.delete(value)) hidden.value = now; // whose maps are shown is shown itself
    }
  });
  const graph = selectControl<string>("Neighbours in the graph", {
    value: String(neighbours.value),
    options: [["0", "5, or as many as it takes"], ...[5, 7, 10, 14, 20, 28, 40].map((v) => [String(v), String(v)] as const)], // prettier-ignore
    change: (value) => (neighbours.value = Number(value))
  });
  const chosenPath = () => {
    const path = paths.value[kind.value];
    return isPath(path) ? path : undefined;
  };
  const slider = rangeControl("y", {
    value: y.value,
    min: 0,
    max: 1,
    step: 0.001,
    show: () => "",
    change(value) {
      const path = chosenPath();
      y.value = against.value === "length" && path ? partToY(path, value) : value;
    }
  });
  const input = slider.querySelector("input")!;
  input.classList.add("path-slider");
  const measure = choice("The slider goes by", against, [
    ["y", "y"],
    ["length", "length along the path"]
  ]);
  const toggles = h("div", {class: "legend"});
  const boxes = new Map<PathKind, HTMLInputElement>();
  for (const k of pathKinds) {
    const box = h("input", {type: "checkbox", checked: !hidden.value.has(k)});
    boxes.set(k, box);
    box.addEventListener("change", () => {
      const now = new Set(hidden.value);
      if (box.checked) now.delete(k);
      else now.add(k);
      hidden.value = now;
    });
    const style = `--color:var(${pathColors[k]});background:var(${pathColors[k]})`;
    toggles.append(h("label", {}, box, h("span", {class: "line-swatch", style}), pathLabels[k]));
  }
  const reset = h(
    "button",
    {
      type: "button",
      class: "quiet",
      onclick() {
        ends.value = {a: first.a, b: first.b};
        y.value = 0.5;
        neighbours.value = 0;
        next.value = "a";
      }
    },
    "Back to the first ends"
  );
  const stops = [
    effect(() => boxes.forEach((box, k) => (box.checked = !hidden.value.has(k)))),
    effect(() => {
      const now = ends.value;
      if (!now) return;
      const known = pairs.findIndex(({a, b}) => a === now.a && b === now.b);
      menu.value = known >= 0 ? String(known) : own;
      for (const [control, end] of [
        [rowA, "a"],
        [rowB, "b"]
      ] as const)
        // prettier-ignore
        if (control.querySelector("input") !== document.activeElement) control.set(now[end]);
    }),
    effect(() => {
      const path = chosenPath();
      const place = against.value === "length" && path ? yToPart(path, y.value) : y.value;
      if (document.activeElement !== input || Math.abs(Number(input.value) - place) > 0.001)
        input.value = String(place);
      slider.querySelector("output")!.textContent = `y = ${y.value.toFixed(4)}`;
      slider.querySelector("span")!.textContent = against.value === "length" ? "Length" : "y";
    }),
    effect(() => void (graph.querySelector("select")!.value = String(neighbours.value))),
    clicks.dispose,
    measure.dispose
  ];
  const element = h(
    "div",
    {class: "path-controls"},
    h("div", {class: "controls"}, pair, rowA, rowB, clicks.element, reset),
    toggles,
    h("div", {class: "controls"}, slider, measure.element),
    h("div", {class: "controls"}, shownAs, graph)
  );
  return {
    element,
    dispose() {
      for (const stop of stops) stop();
    }
  };
}
