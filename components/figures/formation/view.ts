import {effect, type ReadonlySignal} from "@preact/signals-core";
import {h} from "../dom.js";
import {greyLevels} from "../image.js";
import {visible} from "../visible.js";

/** A square picture to draw, [D, D]. */
export interface Picture {
  values: ArrayLike<number>;
  D: number;
  /** Values drawn black and white; by default the 0.5 % least and greatest pixels are cut off. */
  range?: [number, number];
}

export interface View {
  element: HTMLElement;
  canvas: HTMLCanvasElement;
  dispose(): void;
}

/**
 * A grey picture that is drawn again when its signal changes, but only while it can be seen: what nobody looks at is not
 * computed. The number of times it was drawn is in `data-draws`.
 * @param label what it shows, for readers who can't see it
 * @param empty what stands in its place where there is no picture
 */
export function imageView(
  picture: ReadonlySignal<Picture | undefined>,
  {label, empty = "…"}: {label: string; empty?: ReadonlySignal<string> | string}
): View {
  const canvas = h("canvas", {class: "gray-image", role: "img", "aria-label": label});
  const note = h("p", {class: "panel-empty"});
  const element = h("div", {class: "panel-picture"}, canvas, note);
  const seen = visible(element);
  let draws = 0;
  const stop = effect(() => {
    // The first picture is drawn wherever it is, so that scrolling never meets an empty frame.
    if (!seen.shown.value && draws > 0) return;
    const now = picture.value;
    canvas.hidden = now === undefined;
    note.hidden = now !== undefined;
    if (now) {
      drawGrey(canvas, now);
      canvas.dataset.draws = String(++draws);
    } else note.textContent = typeof empty === "string" ? empty : empty.value;
  });
  return {
    element,
    canvas,
    dispose() {
      stop();
      seen.dispose();
    }
  };
}

/** Draws a picture pixel by pixel; the canvas gets its size. Row 0 is at the top. */
export function drawGrey(
  canvas: HTMLCanvasElement,
  {values, D, range = sampledLimits(values)}: Picture
): void {
  if (canvas.width !== D) canvas.width = canvas.height = D;
  const grey = greyLevels(values, ...range);
  const pixels = new ImageData(D, D);
  const words = new Uint32Array(pixels.data.buffer);
  for (let i = 0; i < grey.length; ++i) words[i] = 0xff000000 | (grey[i] * 0x010101);
  // Kept in memory, not on the graphics card: all that is ever drawn on it is made here, pixel by pixel.
  canvas.getContext("2d", {willReadFrequently: true})!.putImageData(pixels, 0, 0);
}

/** Pixels that the limits of the grey scale are taken from: sorting all of them takes longer than all the rest. */
const SAMPLE = 2048;

/** The values below and above which 0.5 % of an image lie, from a sample of its pixels, the extremes always among them. */
export function sampledLimits(values: ArrayLike<number>): [number, number] {
  const stride = Math.max(1, Math.floor(values.length / SAMPLE)) | 1;
  const sample = new Float32Array(Math.ceil(values.length / stride));
  for (let i = 0, at = 0; at < values.length; ++i, at += stride) sample[i] = values[at];
  sample.sort(); // NaN goes last
  let n = sample.length;
  while (n > 0 && !Number.isFinite(sample[n - 1])) --n;
  if (n === 0) return [0, 1];
  const place = (q: number) => sample[Math.round(q * (n - 1))];
  return [place(0.005), place(0.995)];
}
