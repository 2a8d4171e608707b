/** F6: the walks of all four data sets at once, each over the encodings of its set. */
import {computed, effect} from "@preact/signals-core";
import {h, onTheme, roomFor, svg} from "../dom.js";
import {csvBlob, pngBlob, svgBlob} from "../download.js";
import {figure} from "../figure.js";
import {stateKey} from "../interpolation/stateBins.js";
import {provenanceLabel} from "../provenance.js";
import type {SetName} from "../runs.js";
import {visible} from "../visible.js";
import {cloudsOf} from "./clouds.js";
import {headControls, walkControls} from "./controls.js";
import {ageKey, panelPicture, type PanelPicture} from "./panel.js";
import {letters, type LangevinState, type WalkSet} from "./state.js";
import {placeOf} from "./walk.js";
import {headText, madeText} from "./words.js";

/** Pixels between panels, and above each one in a file, for its name. */
const [GAP, HEAD] = [16, 24];

interface Panel {
  element: HTMLElement;
  picture(): {panel: PanelPicture; title: string} | undefined;
  dispose(): void;
}

export function panelsFigure(state: LangevinState, choose: (name: SetName) => void) {
  const {sets, head, playing, settings, colour} = state;
  const room = roomFor(960);
  const columns = room >= 700 ? 2 : 1;
  const width = Math.floor((room - (columns - 1) * GAP) / columns);
  const size = {width, height: Math.round(0.8 * width)};
  const panels = sets.map((set) => setPanel(state, set, size, choose));
  const [controls, player] = [walkControls(state), headControls(state)];
  const key = h("div", {});
  const labels = h("div", {});
  const grid = h("div", {class: "walk-panels", style: `--columns:${columns}`}, ...panels.map((p) => p.element)); // prettier-ignore

  const drawn = () => {
    const found = panels.flatMap((p) => p.picture() ?? []);
    if (found.length === 0) throw new Error("there is no walk yet");
    const rows = Math.ceil(found.length / columns);
    const place = (i: number) => ({
      x: (i % columns) * (width + GAP),
      y: Math.floor(i / columns) * (size.height + HEAD + GAP)
    });
    const whole = {
      width: Math.min(columns, found.length) * (width + GAP) - GAP,
      height: rows * (size.height + HEAD + GAP) - GAP
    };
    return {found, place, whole};
  };

  const element = figure([controls.element, player.element, key, grid, labels], {
    id: "F6",
    title: "Langevin dynamics in the space of encodings, decoded, over the latents of four data sets",
    caption: `Each dot is an encoding that the prior never saw, in the first two principal components of its set. The line is the walk: every step is one of the base Gaussian, decoded by the probability-flow ODE; the last ${24} steps are thick, the ring is the walk's head. Panels in the order of the talk, of which (c) and (d) are named there; choose one by a click for the figures below.`,
    provenance: [],
    prepare() {
      playing.value = false;
      head.value = settings.value.steps;
    },
    trouble: () => (sets.some(({walk, busy}) => walk.peek() ?? busy.peek()) ? "" : "no set has a walk"),
    files: [
      {
        label: "SVG",
        name: "langevin.svg",
        make() {
          const {found, place, whole} = drawn();
          const all = svg("svg", {...whole, viewBox: `0 0 ${whole.width} ${whole.height}`, "aria-label": "Langevin walks over the latents of four data sets"}); // prettier-ignore
          found.forEach(({panel, title}, i) => {
            const {x, y} = place(i);
            const part = panel.svg()!;
            part.setAttribute("x", String(x));
            part.setAttribute("y", String(y + HEAD));
            const ink = getComputedStyle(document.body).color;
            all.append(svg("text", {x: x + 4, y: y + 16, "font-size": 14, "font-family": "Helvetica, Arial, sans-serif", fill: ink}, title), part); // prettier-ignore
          });
          return svgBlob(all);
        }
      },
      {
        label: "PNG",
        name: "langevin.png",
        make() {
          const {found, place, whole} = drawn();
          const ratio = found[0].panel.canvas.width / width;
          const all = h("canvas", {width: Math.round(whole.width * ratio), height: Math.round(whole.height * ratio)}); // prettier-ignore
          const context = all.getContext("2d")!;
          context.scale(ratio, ratio);
          context.font = "14px Helvetica, Arial, sans-serif";
          context.fillStyle = getComputedStyle(document.body).color;
          found.forEach(({panel, title}, i) => {
            const {x, y} = place(i);
            context.fillText(title, x + 4, y + 16);
            context.drawImage(panel.canvas, x, y + HEAD, size.width, size.height);
          });
          return pngBlob(all);
        }
      },
      {
        label: "CSV",
        name: "langevin.csv",
        make: () => csvBlob(["set", "step", "t", "PC1", "PC2", "state", "distance quantile"], rows())
      }
    ]
  });
  function* rows(): Generator<(string | number)[]> {
    for (const {name, walk} of sets) {
      const now = walk.value;
      if (!now) continue;
      const {plane, states, quantile} = now;
      for (let i = 0; i < now.places; ++i)
        yield [name, i, i * now.settings.dt, plane[2 * i], plane[2 * i + 1], states?.[i] ?? "", quantile[i]];
    }
  }

  const stops = [
    effect(() => key.replaceChildren(...(colour.value === "time" ? [ageKey()] : []))),
    effect(() => {
      const made = {kind: "live" as const, detail: madeText({settings: settings.value})};
      labels.replaceChildren(provenanceLabel(made));
    })
  ];
  return {
    element,
    dispose() {
      for (const stop of stops) stop();
      for (const panel of panels) panel.dispose();
      controls.dispose();
      player.dispose();
    }
  };
}

function setPanel(
  state: LangevinState,
  set: WalkSet,
  size: {width: number; height: number},
  choose: (name: SetName) => void
): Panel {
  const {head, colour, chosen} = state;
  const {name, walk, busy, trouble, title} = set;
  const letter = letters[name];
  const button = h("button", {type: "button", class: "walk-name", title: `Show the figures below for ${name}`, onclick: () => choose(name)}); // prettier-ignore
  const holder = h("div", {class: "walk-picture", style: `aspect-ratio:${size.width} / ${size.height}`});
  const status = h("p", {class: "scatter-status", "data-state": "busy"}, "Loading …");
  const [key, source] = [h("div", {}), h("div", {})];
  const element = h("div", {class: "walk-panel", "data-set": name}, button, holder, status, key, source);
  holder.addEventListener("click", () => choose(name));
  const seen = visible(element);
  const stops: (() => void)[] = [
    effect(() => {
      button.textContent = `(${letter}) ${title.value}`;
      button.setAttribute("aria-pressed", String(chosen.value === name));
    })
  ];
  const titleText = () => `(${letter}) ${title.value}`;
  let panel: PanelPicture | undefined;
  let redraw = () => {};
  let closed = false;
  void set.data().then(
    (data) => {
      if (closed) return;
      panel = panelPicture(data.plane, size);
      const {canvas} = panel;
      const total = data.axes.variances.reduce((a, b) => a + b, 0);
      const percent = (k: number) => `${Math.round((100 * data.axes.variances[k]) / total)}%`;
      const clouds = computed(() => cloudsOf(data, colour.value));
      let queued = 0;
      function queue() {
        queued ||= requestAnimationFrame(draw);
      }
      function draw() {
        queued = 0;
        const now = walk.peek();
        panel!.draw({
          clouds: clouds.peek(),
          walk: now && {plane: now.plane, steps: now.settings.steps, at: placeOf(now, head.peek())},
          byTime: colour.peek() === "time",
          labels: [`PC 1 (${percent(0)})`, `PC 2 (${percent(1)})`]
        });
        canvas.setAttribute("aria-label", `${titleText()}: encodings in their first two principal components, and a Langevin walk over them`); // prettier-ignore
        element.dataset.draws = String(Number(element.dataset.draws ?? 0) + 1);
      }
      redraw = draw;
      const theme = onTheme(queue);
      source.replaceChildren(provenanceLabel(data.source));
      let first = true;
      stops.push(
        theme,
        () => cancelAnimationFrame(queued),
        effect(() => {
          void [walk.value, head.value, clouds.value];
          if (holder.firstChild !== canvas) holder.replaceChildren(canvas);
          if (seen.shown.value || first) queue(); // what is off the screen is drawn when it comes back
          first = false;
        }),
        effect(() => key.replaceChildren(...(colour.value === "state" ? [stateKey(data.motion)] : []))),
        effect(() => {
          const now = walk.value;
          status.dataset.state = busy.value ? "busy" : "done";
          if (trouble.value) status.textContent = trouble.value;
          else if (now) status.textContent = headText(now, head.value, data);
        })
      );
    },
    (error: unknown) => {
      status.dataset.state = "done";
      status.textContent = "";
      holder.replaceChildren(h("p", {class: "walk-missing", role: "status"}, (error as Error).message));
    }
  );
  return {
    element,
    picture() {
      if (!panel || !walk.peek()) return undefined;
      redraw(); // off the screen it may show an earlier step
      return {panel, title: titleText()};
    },
    dispose() {
      closed = true;
      for (const stop of stops) stop();
      seen.dispose();
    }
  };
}
