/** F2-particle: one image, what the autoencoder makes of it, and what it has in common with the truth. */
import {effect} from "@preact/signals-core";
import {describeState} from "../../cryoem/motion.js";
import {writeMrc} from "../../formats/mrc.js";
import type {Reprojection} from "../../jobs/reprojection.js";
import {cssColor, h} from "../dom.js";
import {bytesBlob, csvBlob, pngBlob, svgBlob} from "../download.js";
import {figure} from "../figure.js";
import {greyLevels, grayImage, limits} from "../image.js";
import {numberControl, rangeControl} from "../runControl.js";
import {setNames} from "../runs.js";
import type {CryodrgnState} from "./state.js";
import {zBars} from "./zBars.js";

const views = ["noisy", "reprojection", "clean", "residual"] as const;
type View = (typeof views)[number];
const captions: Record<View, string> = {
  noisy: "image X",
  reprojection: "reprojection of the decoded map",
  clean: "the truth: X without noise",
  residual: "residual: X − reprojection"
};

export async function particleFigure(state: CryodrgnState): Promise<{element: HTMLElement; dispose(): void}> {
  const {run, asked, particle, busy, trouble, row} = state;
  const [{images: count, states, motion}, axes, source] = await Promise.all([
    state.scene(),
    run.axes(),
    run.source()
  ]);
  const pictures = h("div", {class: "views", tabindex: "0", role: "group", "aria-label": "The image, its reprojection, the truth, the residual. Arrow keys: left and right for another particle, up and down for another state."}); // prettier-ignore
  const bars = zBars(axes, {width: 330, height: 190});
  const numbers = h("dl", {class: "truth"});
  const status = h("p", {class: "figure-numbers", role: "status", "data-state": "busy"}, "Simulating …");
  let shown: Reprojection | undefined;

  const ask = (next: {image?: number; state?: number}) => {
    row.value = undefined; // what is decoded below is the particle again
    asked.value = {...asked.value, ...next};
  };
  const another = (by: number) => {
    const image = (asked.value.image + by + count) % count;
    field.set(image);
    ask({image, state: undefined});
  };
  const field = numberControl("Image", {
    value: asked.value.image,
    min: 0,
    max: count - 1,
    change: (image) => ask({image, state: undefined})
  });
  const words = (k: number) => `${k}: ${describeState(motion, k)}`.replace(/-(?=\d)/, "−");
  const slider = rangeControl("State", {
    value: asked.value.state ?? 0,
    min: 0,
    max: states - 1,
    show: words,
    change: (k) => ask({state: k})
  });
  const own = h("button", {type: "button", class: "quiet", onclick: () => ask({state: undefined})}, "Its own state"); // prettier-ignore
  const next = h("button", {type: "button", class: "action", onclick: () => another(1)}, "Another particle");
  pictures.addEventListener("keydown", (event) => {
    const sideways = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    const upwards = {ArrowDown: -1, ArrowUp: 1}[event.key];
    if (sideways) another(sideways);
    else if (upwards) {
      const k = (asked.value.state ?? shown?.ownState ?? 0) + upwards;
      if (k >= 0 && k < states) ask({state: k});
    } else return;
    event.preventDefault();
  });

  function draw(found: Reprojection) {
    shown = found;
    const {box} = found;
    const range = rangesOf(found);
    const panel = (view: View) =>
      h(
        "figure",
        {},
        grayImage(found[view], box, {size: 160, label: captions[view], range: range[view]}),
        h("figcaption", {}, captions[view])
      );
    if (pictures.childElementCount === 0) pictures.append(...views.map(panel));
    else
      views.forEach((view, i) => pictures.children[i].querySelector("canvas")!.replaceWith(panel(view).firstChild!)); // prettier-ignore
    bars.draw(found.mu, found.deviation);
    slider.set(found.state);
    const {correlations: c} = found;
    const r = (v: number) => v.toFixed(3);
    status.textContent = `Correlation of the reprojection with the noiseless image: ${r(c.clean)}; with the image itself: ${r(c.noisy)}, where the truth has ${r(c.best)}. A map at the mean of all latents reaches ${r(c.reference!)}.`; // prettier-ignore
    const rows: [string, string][] = [
      ["State", `${words(found.state)}${found.state === found.ownState ? ", its own" : ""}`],
      ["Defocus, shift", `${(found.defocus / 1e4).toFixed(2)} µm; ${found.shift.map((t) => t.toFixed(1).replace("-", "−")).join(", ")} Å`], // prettier-ignore
      ["Error of X", `${found.gen.toFixed(3)}, mean square in units of the images' deviation`],
      ["KL", `${found.kld.toFixed(1)} nats`]
    ];
    numbers.replaceChildren(...rows.flatMap(([name, text]) => [h("dt", {}, name), h("dd", {}, text)]));
  }
  const need = () => {
    if (!shown) throw new Error("nothing is shown yet");
    return shown;
  };
  const element = figure(
    [
      h("div", {class: "run"}, next, field, slider, own),
      h("div", {class: "side-by-side"}, pictures, h("div", {}, bars.element, numbers)),
      status
    ],
    {
      id: "F2-particle",
      title: "A particle, its encoding and its reprojection",
      set: run.name,
      sets: setNames,
      caption:
        "The image is simulated now, with the pose, shift, defocus and noise of its number in the set. All four are cropped to the frequencies that the networks see, and have no mean. X and the residual share one grey scale, reprojection and truth another. The blue bands are the mean and deviation of all encodings.",
      provenance: [{kind: "live", detail: "simulated, encoded and decoded now"}, source],
      trouble: () => trouble.value,
      files: [
        {label: "PNG", name: "particle.png", make: () => pngBlob(sheetOf(need()))},
        {label: "z, SVG", name: "posterior.svg", make: () => svgBlob(bars.element)},
        {
          label: "CSV",
          name: "particle.csv",
          make() {
            const {mu, deviation, image, state: k, correlations} = need();
            return csvBlob(
              ["quantity", "value", "deviation"],
              [
                ["image", image, ""],
                ["state", k, ""],
                ...Array.from(mu, (v, i) => [`z${i}`, v, deviation[i]]),
                ...Object.entries(correlations).map(([name, v]) => [`correlation, ${name}`, v ?? "", ""])
              ]
            );
          }
        },
        {
          label: ".mrc",
          name: "particle.mrc",
          make() {
            const {box, pixelSize, ...found} = need();
            const data = new Float32Array(4 * box * box);
            views.forEach((view, i) => data.set(found[view], i * box * box));
            return bytesBlob(writeMrc({nx: box, ny: box, nz: 4, pixelSize, data, isStack: true}));
          }
        }
      ]
    }
  );
  element.classList.add("particle");
  const stops = [
    effect(() => {
      if (particle.value) draw(particle.value);
    }),
    effect(() => {
      field.set(asked.value.image);
      own.disabled = asked.value.state === undefined;
    }),
    effect(() => {
      status.dataset.state = trouble.value ? "failed" : busy.value ? "busy" : "done";
      if (trouble.value && !busy.value) status.textContent = `The particle can't be made: ${trouble.value}`;
    })
  ];
  return {
    element,
    dispose() {
      for (const stop of stops) stop();
    }
  };
}

/** One grey scale for what has noise, another for what has none. */
function rangesOf(found: Reprojection): Record<View, [number, number]> {
  const [noisy, clean] = [limits(found.noisy), limits(found.clean)];
  return {noisy, residual: noisy, clean, reprojection: clean};
}

/** The four images in a row, each with its name. */
function sheetOf(found: Reprojection): HTMLCanvasElement {
  const [size, gap, words] = [256, 16, 26];
  const {box} = found;
  const range = rangesOf(found);
  const canvas = h("canvas", {width: 4 * size + 3 * gap, height: size + words});
  const context = canvas.getContext("2d")!;
  context.imageSmoothingEnabled = false;
  context.font = "15px Helvetica, Arial, sans-serif";
  context.textAlign = "center";
  context.fillStyle = cssColor("--theme-foreground");
  views.forEach((view, i) => {
    const small = h("canvas", {width: box, height: box});
    const pixels = new ImageData(box, box);
    greyLevels(found[view], ...range[view]).forEach((v, p) => pixels.data.set([v, v, v, 255], 4 * p));
    small.getContext("2d")!.putImageData(pixels, 0, 0);
    context.drawImage(small, i * (size + gap), 0, size, size);
    context.fillText(captions[view], i * (size + gap) + size / 2, size + 18);
  });
  return canvas;
}
