import {cssColor, h, onTheme, sharpCanvas} from "../dom.js";
import {pngBlob} from "../download.js";
import type {Range} from "./imageFilter.js";
import {rangeInputs} from "./rangeInputs.js";

export interface Directions {
  /** Images a cell, [NY, NX] (countDirections). */
  cells: Uint32Array;
  rot?: Range;
  tilt?: Range;
  /** The image that is shown close up: its rot and tilt. */
  chosen?: [rot: number, tilt: number];
}

export interface DirectionMap {
  element: HTMLElement;
  update(directions: Directions): void;
  png(): Promise<Blob>;
  dispose(): void;
}

/** Cells of the map, across and down. */
export const [NX, NY] = [48, 24];
const margin = {top: 8, right: 20, bottom: 34, left: 58};
const degrees = 180 / Math.PI;
const clamp = (v: number, a: number, b: number) => Math.min(b, Math.max(a, v));

/**
 * From where a particle is seen: Lambert's cylindrical map of the sphere, rot across and cos(tilt) down, in which equal areas
 * are equal solid angles, so that directions without preference fill it evenly. A region is chosen by dragging, or in fields.
 */
export function directionMap({
  width,
  change
}: {
  width: number;
  change(part: {rot?: Range; tilt?: Range}): void;
}): DirectionMap {
  let now: Directions = {cells: new Uint32Array(NX * NY)};
  const height = Math.round(Math.min(300, width * 0.5)) + margin.top + margin.bottom;
  const [canvas, context] = sharpCanvas(width, height);
  canvas.setAttribute("role", "img");
  canvas.classList.add("direction-map");
  const inner = {w: width - margin.left - margin.right, h: height - margin.top - margin.bottom};
  const px = (rot: number) => margin.left + ((rot + 180) / 360) * inner.w;
  const py = (tilt: number) => margin.top + ((1 - Math.cos(tilt / degrees)) / 2) * inner.h;
  const rot = rangeInputs({
    label: "rot",
    unit: "°",
    limits: [-180, 180],
    step: 1,
    wraps: true,
    change: (range) => change({rot: range, tilt: now.tilt})
  });
  const tilt = rangeInputs({
    label: "tilt",
    unit: "°",
    limits: [0, 180],
    step: 1,
    change: (range) => change({rot: now.rot, tilt: range})
  });

  const draw = () => {
    context.clearRect(0, 0, width, height);
    const most = Math.max(1, ...now.cells);
    const [w, hgt] = [inner.w / NX, inner.h / NY];
    context.fillStyle = cssColor("--series-encodings");
    now.cells.forEach((count, i) => {
      if (count === 0) return;
      context.globalAlpha = 0.12 + 0.88 * (count / most);
      context.fillRect(margin.left + (i % NX) * w, margin.top + Math.floor(i / NX) * hgt, w - 0.5, hgt - 0.5);
    });
    context.globalAlpha = 1;
    context.strokeStyle = cssColor("--theme-foreground-faint");
    context.strokeRect(margin.left, margin.top, inner.w, inner.h);
    context.fillStyle = cssColor("--theme-foreground-muted");
    context.font = "12px system-ui, sans-serif";
    context.textAlign = "center";
    context.textBaseline = "top";
    const across = width < 420 ? 90 : 60;
    for (let v = -180; v <= 180; v += across)
      context.fillText(`${v}°`.replace("-", "−"), px(v), height - margin.bottom + 5);
    context.fillText("rot", px(0), height - 14);
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const v of [0, 30, 60, 90, 120, 150, 180])
      if (inner.h > 200 || v % 90 === 0 || v % 60 === 0)
        context.fillText(`${v}°`, margin.left - 6, clamp(py(v), margin.top + 6, margin.top + inner.h - 5));
    context.save();
    context.translate(8, py(90));
    context.rotate(-Math.PI / 2);
    context.textAlign = "center";
    context.fillText("tilt", 0, 0);
    context.restore();
    drawRegion();
    if (now.chosen) {
      context.beginPath();
      context.arc(px(now.chosen[0]), py(now.chosen[1]), 5, 0, 2 * Math.PI);
      context.strokeStyle = cssColor("--theme-foreground");
      context.lineWidth = 2;
      context.stroke();
      context.lineWidth = 1;
    }
  };
  function drawRegion() {
    if (!now.rot && !now.tilt) return;
    const [from, to] = now.rot ?? [-180, 180];
    const [top, bottom] = now.tilt ?? [0, 180];
    context.strokeStyle = context.fillStyle = cssColor("--series-prior");
    context.lineWidth = 1.5;
    for (const [a, b] of from <= to
      ? [[from, to]]
      : [
          [from, 180],
          [-180, to]
        ]) {
      // prettier-ignore
      const box = [px(a), py(top), px(b) - px(a), py(bottom) - py(top)] as const;
      context.globalAlpha = 0.1;
      context.fillRect(...box);
      context.globalAlpha = 1;
      context.strokeRect(...box);
    }
    context.lineWidth = 1;
  }

  const at = (event: PointerEvent): [number, number] => {
    const box = canvas.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * width;
    const y = ((event.clientY - box.top) / box.height) * height;
    const cos = clamp(1 - (2 * (y - margin.top)) / inner.h, -1, 1);
    return [
      Math.round(clamp(((x - margin.left) / inner.w) * 360 - 180, -180, 180)),
      Math.round(Math.acos(cos) * degrees)
    ];
  };
  let from: [number, number] | undefined;
  let moved = false;
  canvas.addEventListener("pointerdown", (event) => {
    from = at(event);
    moved = false;
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = at(event);
    if (!moved && Math.abs(to[0] - from[0]) < 3 && Math.abs(to[1] - from[1]) < 3) return;
    moved = true;
    change({
      rot: [Math.min(from[0], to[0]), Math.max(from[0], to[0])],
      tilt: [Math.min(from[1], to[1]), Math.max(from[1], to[1])]
    });
  });
  canvas.addEventListener("pointerup", () => {
    if (from && !moved) change({});
    from = undefined;
  });
  canvas.addEventListener("pointercancel", () => (from = undefined));

  const stopTheme = onTheme(draw);
  return {
    element: h("div", {class: "range-filter"}, h("div", {class: "range-pair"}, rot.element, tilt.element), canvas), // prettier-ignore
    update(directions) {
      now = directions;
      rot.set(now.rot);
      tilt.set(now.tilt);
      const count = now.cells.reduce((a, b) => a + b, 0);
      canvas.setAttribute("aria-label", `Map of the directions from which ${count.toLocaleString("en")} selected images are seen: rot across, tilt down`); // prettier-ignore
      draw();
    },
    png: () => pngBlob(canvas),
    dispose: stopTheme
  };
}
