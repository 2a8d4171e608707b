import {h} from "./dom.js";
import {runOf, setNames, type SetName} from "./runs.js";
import {selectControl} from "./runControl.js";
import {urlState} from "./urlState.js";

/**
 * The choice of a data set, as an input for Framework's `view`: its value is the set's name, which the address keeps as `?set=`. Each is
 * called what its run is, once that is known.
 * @param own names in the address that mean something for one set only, as a chosen point does; another set takes them out
 * @param first the set that is shown where the address names none
 */
export function setPicker(
  own: readonly string[] = [],
  first: SetName = setNames[0]
): HTMLElement & {value: SetName} {
  const element = Object.assign(h("div", {class: "controls set-picker"}), {
    value: urlState.text("set", first, setNames) as SetName
  });
  const control = selectControl("Data set", {
    value: element.value,
    options: setNames.map((name) => [name, name] as const),
    change(set: SetName) {
      element.value = set;
      const cleared = Object.fromEntries(own.map((name) => [name, undefined]));
      urlState.set({set: set === first ? undefined : set, ...cleared});
      element.dispatchEvent(new Event("input", {bubbles: true}));
    }
  });
  const about = h("div", {class: "figure-caption"});
  element.append(control, about);
  const tell = async () => {
    const set = element.value;
    const {name, about: text, kind, images, zdim} = await runOf(set).about();
    const what = {simulated: "simulated", "stand-in": `a synthetic stand-in for ${set}`, real: "a cryoDRGN run of your own"}[kind]; // prettier-ignore
    if (set === element.value)
      about.textContent = `${name}, ${what}: ${images.toLocaleString("en")} images, |z| = ${zdim}. ${text}`;
  };
  const failed = (error: unknown) => (about.textContent = (error as Error).message);
  element.addEventListener("input", () => void tell().catch(failed));
  void tell().catch(failed);
  for (const option of control.querySelectorAll("option"))
    runOf(option.value as SetName)
      .about()
      .then(
        ({name, kind}) => {
          if (kind !== "simulated") option.textContent = `${name} (${kind === "real" ? "your run" : `for ${option.value}`})`; // prettier-ignore
        },
        () => undefined
      );
  return element;
}
