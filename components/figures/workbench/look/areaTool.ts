import {insidePolygon} from "../../../analysis/insidePolygon.js";
import type {HowToSelect} from "./state.js";

/** Pixels between two corners of a lasso, at least. */
const STEP = 3;

export interface AreaTool {
  /** The area as it is drawn now, corners [m, 2] in the canvas's CSS pixels; undefined where none is. */
  outline(): readonly number[] | undefined;
  /** Drops what is being drawn. */
  cancel(): void;
}

/**
 * Boxes and lassos drawn on a canvas with a pointer. With Shift what they hold is added to the selection, with Alt taken from it.
 * @param kind what is drawn by a drag that begins now; undefined for nothing
 * @param done told of the area's corners
 */
export function areaTool(
  canvas: HTMLCanvasElement,
  kind: () => "box" | "lasso" | undefined,
  {changed, done}: {changed(): void; done(polygon: readonly number[], how: HowToSelect): void}
): AreaTool {
  let corners: number[] | undefined;
  let box = false;
  const at = (event: PointerEvent): [number, number] => {
    const {left, top} = canvas.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  canvas.addEventListener("pointerdown", (event) => {
    const now = kind();
    if (!now || event.button !== 0 || !event.isPrimary) return;
    box = now === "box";
    corners = [...at(event)];
    canvas.setPointerCapture(event.pointerId);
    event.preventDefault();
    canvas.focus({preventScroll: true});
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!corners) return;
    const [x, y] = at(event);
    if (box) corners = [corners[0], corners[1], x, corners[1], x, y, corners[0], y];
    else if (Math.hypot(x - corners[corners.length - 2], y - corners[corners.length - 1]) >= STEP)
      corners.push(x, y);
    changed();
  });
  const end = (event: PointerEvent) => {
    const drawn = corners;
    corners = undefined;
    if (!drawn) return;
    if (event.type === "pointerup" && drawn.length >= 6)
      done(drawn, event.shiftKey ? "add" : event.altKey ? "remove" : "replace");
    changed();
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  return {
    outline: () => corners,
    cancel() {
      corners = undefined;
      changed();
    }
  };
}

/** The rows of points [n] that lie in an area. */
export function insideArea(
  polygon: ArrayLike<number>,
  {x, y}: {x: Float32Array; y: Float32Array}
): (row: number) => boolean {
  const inside = insidePolygon(polygon);
  return (row) => inside(x[row], y[row]);
}
