import {h} from "../dom.js";
import {selectControl} from "../runControl.js";
import {urlState} from "../urlState.js";
import {COMPARED} from "./rowMaps.js";
import type {VolumesWork} from "./volumesWork.js";

/** Voxels a side that maps can have, in order, and at first. */
const BOXES = [COMPARED, 48, 64];
const FIRST = 48;

/** The choice of how fine the maps are, and the work that makes them so, which can be stopped. */
export function refineControl(work: VolumesWork) {
  let box = urlState.number("box", FIRST, BOXES[0], BOXES[BOXES.length - 1]);
  if (!BOXES.includes(box)) box = FIRST;
  let current = new AbortController();
  const status = h("span", {role: "status"});
  const stop = h("button", {type: "button", class: "quiet", onclick: () => current.abort()}, "Stop");
  stop.hidden = true;
  const choice = selectControl("Voxels a side", {
    value: String(box),
    options: BOXES.map(
      (size) => [String(size), size === COMPARED ? `${size} (coarse)` : String(size)] as const
    ),
    change(value) {
      box = Number(value);
      urlState.set({box: box === FIRST ? undefined : box});
      begin();
    }
  });
  async function refine({signal}: AbortController) {
    stop.hidden = false;
    const progress = (done: number, total: number) => {
      if (!signal.aborted) status.textContent = `finer maps: ${done} of ${total}`;
    };
    try {
      await work.refine(box, {signal, progress});
      status.textContent = `all maps ${box}³`;
    } catch (error) {
      // What was stopped by other work says nothing: that has the word now.
      if (current.signal === signal)
        status.textContent = signal.aborted ? "stopped" : (error as Error).message;
    }
    if (current.signal === signal) stop.hidden = true;
  }
  /** Begins anew, at the present choice. */
  function begin(): void {
    current.abort();
    void refine((current = new AbortController()));
  }
  return {
    element: h("div", {class: "run volumes-refine"}, choice, status, stop),
    begin,
    /** Makes room for other work. */
    halt() {
      current.abort();
      stop.hidden = true;
      status.textContent = "";
    }
  };
}
