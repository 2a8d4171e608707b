import type {LookAxes} from "./lookAxes.js";

/** A plane's coordinates as pixels, before it is moved or zoomed. */
export interface PlaneScale {
  /** Pixels of each row [n]; NaN for one that is not in this plane. */
  points: {x: Float32Array; y: Float32Array};
  /** Pixels to coordinates and back. */
  toData(px: number, py: number): [number, number];
  toPixel(x: number, y: number): [number, number];
}

/** Axes whose extents differ by more than this have scales of their own; otherwise distances in the plane are distances between latents. */
const DIFFERENT = 3;

export interface Frame {
  width: number;
  height: number;
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/** Fits a plane into a frame. */
export function planeScale(
  axes: LookAxes,
  [xName, yName]: readonly [string, string],
  frame: Frame
): PlaneScale {
  const {width, height, top, right, bottom, left} = frame;
  const [w, h] = [width - left - right, height - top - bottom];
  const [x0, x1] = axes.extent(xName);
  const [y0, y1] = axes.extent(yName);
  let [ux, uy] = [w / (x1 - x0), h / (y1 - y0)];
  if (Math.max(ux / uy, uy / ux) < DIFFERENT) ux = uy = Math.min(ux, uy);
  const [cx, cy] = [left + w / 2 - (ux * (x0 + x1)) / 2, top + h / 2 + (uy * (y0 + y1)) / 2];
  return {
    points: {
      x: axes.column(xName).map((v) => cx + ux * v),
      y: axes.column(yName).map((v) => cy - uy * v)
    },
    toData: (px, py) => [(px - cx) / ux, (cy - py) / uy],
    toPixel: (x, y) => [cx + ux * x, cy - uy * y]
  };
}
