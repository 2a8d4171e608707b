import {h} from "./dom.js";

/** Grey levels 0..255 of values between two limits; the page's figures clip at the given percentiles. */
export function greyLevels(values: ArrayLike<number>, low: number, high: number): Uint8ClampedArray {
  const scale = high > low ? 255 / (high - low) : 0;
  const grey = new Uint8ClampedArray(values.length);
  for (let i = 0; i < grey.length; ++i) grey[i] = (values[i] - low) * scale; // 20 times as fast as `from`
  return grey;
}

/** The values below which the fractions `p` and 1 - `p` of an image lie. Throws when nothing in it is finite. */
export function limits(values: Float32Array, p = 0.005): [number, number] {
  const sorted = values.filter((v) => Number.isFinite(v)).sort();
  if (sorted.length === 0) throw new RangeError("image: found no finite value");
  const at = (q: number) => sorted[Math.round(q * (sorted.length - 1))];
  return [at(p), at(1 - p)];
}

/**
 * A square image in grey, dark to light; each pixel stays a pixel when it is shown larger.
 * @param values [D, D], x fastest; row 0 is drawn at the top
 * @param label what it shows, for readers who can't see it
 */
export function grayImage(
  values: Float32Array,
  D: number,
  {
    size = 160,
    label = "",
    range = limits(values)
  }: {size?: number; label?: string; range?: [number, number]} = {}
): HTMLCanvasElement {
  if (values.length !== D * D) throw new RangeError(`image: found ${values.length} pixels; expected ${D}^2`);
  const canvas = h("canvas", {
    width: D,
    height: D,
    class: "gray-image",
    style: `width:${size}px;height:${size}px`,
    role: "img",
    "aria-label": label
  });
  const grey = greyLevels(values, ...range);
  const pixels = new ImageData(D, D);
  for (let i = 0; i < grey.length; ++i) pixels.data.set([grey[i], grey[i], grey[i], 255], 4 * i);
  canvas.getContext("2d")!.putImageData(pixels, 0, 0);
  return canvas;
}
