import {h} from "../dom.js";
import {mapViewer} from "../mapViewer.js";
import {numberControl, rangeControl} from "../runControl.js";
import {urlState} from "../urlState.js";
import type {MovieFrame} from "./frames.js";
import type {MovieAbout} from "./movieFiles.js";
import {recordWebm} from "./record.js";

/** Frames a second at first. */
const RATE = 10;

export interface MoviePlayer {
  element: HTMLElement;
  /** The film as it is played now: contour level, view, frames a second, there or there and back. */
  record(context: {
    signal: AbortSignal;
    progress(done: number, total: number, note: string): void;
  }): Promise<Blob>;
  dispose(): void;
}

/** The numbers of frames in the order of a film; on the way back, neither end is shown twice. */
export const filmOrder = (count: number, back: boolean): number[] => {
  const there = Array.from({length: count}, (_, i) => i);
  return back ? [...there, ...there.slice(1, -1).reverse()] : there;
};

/** Shows decoded frames one after another, from one view and at one contour level. */
export function moviePlayer(frames: readonly MovieFrame[], about: MovieAbout, color: string): MoviePlayer {
  const viewer = mapViewer({
    height: 360,
    level: urlState.number("level", 2, 0.5, 8),
    description: "Isosurfaces of the maps along the path, one after another"
  });
  let rate = RATE;
  let back = true;
  let at = 0;
  let playing: ReturnType<typeof setTimeout> | undefined;

  const show = (index: number) => {
    at = index;
    const label = `${about.path}: frame ${index}, y = ${about.y[index].toFixed(4)}`;
    viewer.show([{...frames[index].drawn, label, color}]);
  };
  const slider = rangeControl("Frame", {
    value: 0,
    min: 0,
    max: frames.length - 1,
    change(index) {
      stop();
      show(index);
    }
  });
  const goTo = (index: number) => {
    show(index);
    slider.set(index);
  };
  const button = h(
    "button",
    {type: "button", class: "action", onclick: () => (playing ? stop() : play())},
    "Play"
  );
  function play() {
    button.textContent = "Stop";
    const order = filmOrder(frames.length, back);
    let next = (order.indexOf(at) + 1) % order.length;
    const step = () => {
      const due = performance.now() + 1000 / rate;
      goTo(order[next]);
      next = (next + 1) % order.length;
      playing = setTimeout(step, Math.max(10, due - performance.now()));
    };
    playing = setTimeout(step, 0);
  }
  function stop() {
    clearTimeout(playing);
    playing = undefined;
    button.textContent = "Play";
  }

  const there = h("input", {type: "checkbox", checked: back});
  there.addEventListener("change", () => {
    back = there.checked;
    if (playing) {
      stop();
      play();
    }
  });
  const element = h(
    "div",
    {class: "movie-player"},
    viewer.element,
    h(
      "div",
      {class: "controls"},
      button,
      slider,
      numberControl("Frames a second", {value: rate, min: 1, max: 60, change: (value) => (rate = value)}),
      h("label", {class: "control"}, there, h("span", {}, "there and back"))
    ),
    h(
      "p",
      {class: "note-small"},
      "The film is recorded from this view, as wide and as high as it is here, with the same contour level for all frames in standard deviations above each map's own mean."
    )
  );
  goTo(0);
  requestAnimationFrame(() => {
    // The view has room for the surfaces of both ends, whichever reaches further.
    goTo(frames.length - 1);
    viewer.refit();
    goTo(0);
  });
  return {
    element,
    async record({signal, progress}) {
      stop();
      const before = at;
      const order = filmOrder(frames.length, back);
      try {
        return await recordWebm({
          order,
          draw(index) {
            goTo(index);
            return viewer.picture();
          },
          rate,
          signal,
          progress: (done, total) => progress(done, total, `${done} of ${total} frames`)
        });
      } finally {
        goTo(before);
      }
    },
    dispose() {
      stop();
      viewer.dispose();
    }
  };
}
