import {batch, computed, effect, type ReadonlySignal, type Signal} from "@preact/signals-core";
import {roomFor} from "../dom.js";
import type {LabPage} from "../lab/labPage.js";
import {plane, type PlanePainter} from "../lab/plane.js";
import {zoomOf} from "./noisyPlane.js";
import {WIDTH} from "./shared.js";
import {REACH, type DenoiserState} from "./state.js";

/** Part of the plane that an arrow key moves the point by. */
const STEP = 0.05;

export interface DragPointOptions {
  x: Signal<number>;
  y: Signal<number>;
  /** 1: the point moves along x alone. */
  d: ReadonlySignal<number>;
  /** How much smaller than life the plane shows things. */
  zoom: ReadonlySignal<number>;
  name: string;
}

/** Lets the reader put a point anywhere on a plane: by mouse, finger or arrow keys. */
export function dragPoint(painter: PlanePainter, {x, y, d, zoom, name}: DragPointOptions): {dispose(): void} {
  const {canvas} = painter;
  canvas.tabIndex = 0;
  canvas.style.cursor = "crosshair";
  const round = (v: number) => Number(Math.max(-REACH, Math.min(REACH, v)).toFixed(3));
  const put = (nx: number, ny: number) =>
    batch(() => {
      x.value = round(nx);
      if (d.peek() > 1) y.value = round(ny);
    });
  let pointer: number | undefined;
  const follow = (event: PointerEvent) => {
    const at = painter.invert(event);
    if (at) put(at[0] / zoom.peek(), at[1] / zoom.peek());
  };
  const events = {
    pointerdown(event: PointerEvent) {
      if (event.button !== 0 || !painter.invert(event)) return;
      pointer = event.pointerId;
      canvas.setPointerCapture(pointer);
      follow(event);
    },
    pointermove(event: PointerEvent) {
      if (event.pointerId === pointer) follow(event);
    },
    pointerup: () => (pointer = undefined),
    pointercancel: () => (pointer = undefined),
    keydown(event: KeyboardEvent) {
      const way = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1]}[event.key];
      if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const step = STEP * (event.shiftKey ? 5 : 1);
      put(x.peek() + way[0] * step, y.peek() + way[1] * step);
    }
  };
  for (const [type, listener] of Object.entries(events))
    canvas.addEventListener(type, listener as (event: Event) => void);
  const stop = effect(() => {
    // In one dimension a finger that moves up or down scrolls the page.
    canvas.style.touchAction = d.value > 1 ? "none" : "pan-y";
    canvas.setAttribute("aria-description", `${name}. Drag the point x, or move it with the arrow keys.`);
  });
  return {
    dispose() {
      stop();
      for (const [type, listener] of Object.entries(events))
        canvas.removeEventListener(type, listener as (event: Event) => void);
    }
  };
}

/** A plane whose point is the page's, to be dragged on any of its figures. */
export function pointPlane({own, keep}: LabPage<DenoiserState>, name: string): PlanePainter {
  const {x, y, lab, sigma, zoom} = own;
  const width = roomFor(WIDTH);
  const painter = plane({width, height: Math.round(0.94 * width)});
  const seen = computed(() => zoomOf({sigma: sigma.value, zoom: zoom.value}));
  keep(dragPoint(painter, {x, y, d: lab.d, zoom: seen, name}));
  return painter;
}
