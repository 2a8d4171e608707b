/** A curve that is changed by dragging its control points: by mouse, finger or keys. */
import {effect, type ReadonlySignal} from "@preact/signals-core";
import type {ControlPoint} from "../../diffusion/drawnCurve.js";
import {h, svg} from "../dom.js";
import {plotElement, plotText, type PlotSize} from "../plotFrame.js";
import {ticksOf, type Axis} from "./plane.js";

export interface CurveEditorOptions extends PlotSize {
  /** Names the curve for readers who can't see it: `β(t)`. */
  name: string;
  x: ReadonlySignal<Axis>;
  y: ReadonlySignal<Axis>;
  points: ReadonlySignal<readonly ControlPoint[]>;
  /** The curve between the points: a preset's own, or the straight lines of a drawn one. */
  curve: ReadonlySignal<(t: number) => number>;
  change(points: ControlPoint[]): void;
  /** Names a CSS variable. */
  color?: string;
}

const margin = {top: 22, right: 16, bottom: 34, left: 48};

/** Points that the curve is drawn with. */
const POINTS = 160;

const help =
  "Drag a point; double-click the curve to add one and a point to take it away. By keys: arrows move a point, Insert adds one after it, Delete takes it away.";

export function curveEditor(options: CurveEditorOptions): {element: HTMLElement; dispose(): void} {
  const {width, height, name, color = "--series-encodings"} = options;
  const [x0, x1, y0, y1] = [margin.left, width - margin.right, height - margin.bottom, margin.top];
  const ticks = svg("g");
  const line = svg("path", {fill: "none", stroke: `var(${color})`, "stroke-width": 2});
  const handles = svg("g");
  const ground = svg("rect", {x: x0, y: y1, width: x1 - x0, height: y0 - y1, fill: "transparent"});
  const element = plotElement({width, height}, ticks, ground, line, handles);
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", `${name}. ${help}`);
  element.classList.add("curve-editor");

  const scale = ({domain: [low, high], log}: Axis, from: number, to: number) => {
    const f = log ? Math.log : (v: number) => v;
    const back = log ? Math.exp : (v: number) => v;
    const [a, b] = [f(low), f(high)];
    return {
      to: (v: number) => from + ((f(Math.max(v, log ? low * 1e-3 : v)) - a) / (b - a)) * (to - from),
      from: (p: number) => back(a + ((p - from) / (to - from)) * (b - a))
    };
  };
  const scales = () => ({x: scale(options.x.value, x0, x1), y: scale(options.y.value, y0, y1)});
  const clampY = (v: number) => {
    const [low, high] = options.y.peek().domain;
    return Math.max(low, Math.min(high, v));
  };
  /** Three digits are enough for a hand, and keep the link short. */
  const round = (v: number) => Number(v.toPrecision(3));

  /** Moves point i; times stay in order, and the first and the last stay at the ends. */
  function move(i: number, t: number, value: number) {
    const points = options.points.peek().map((p) => ({...p}));
    const [low, high] = options.x.peek().domain;
    const gap = (high - low) / 500;
    const inner = i > 0 && i < points.length - 1;
    const time = inner ? Math.max(points[i - 1].t + gap, Math.min(points[i + 1].t - gap, t)) : points[i].t;
    points[i] = {t: round(time), value: round(clampY(value))};
    options.change(points);
  }
  function add(t: number, value: number) {
    const point = {t: round(t), value: round(clampY(value))};
    options.change([...options.points.peek(), point].sort((a, b) => a.t - b.t));
  }
  function remove(i: number) {
    const points = options.points.peek();
    if (points.length > 2 && i > 0 && i < points.length - 1) options.change(points.filter((_, k) => k !== i));
  }

  const place = (event: PointerEvent | MouseEvent): [number, number] => {
    const box = element.getBoundingClientRect();
    const px = ((event.clientX - box.left) / box.width) * width;
    const py = ((event.clientY - box.top) / box.height) * height;
    const {x, y} = scales();
    return [x.from(Math.max(x0, Math.min(x1, px))), y.from(Math.max(y1, Math.min(y0, py)))];
  };
  let dragged: number | undefined;
  const handle = (i: number) => {
    const dot = svg("circle", {
      r: 7,
      fill: `var(${color})`,
      stroke: "var(--theme-background)",
      "stroke-width": 2,
      tabindex: 0,
      role: "slider",
      class: "curve-handle"
    });
    dot.addEventListener("pointerdown", (event) => {
      dragged = i;
      dot.setPointerCapture(event.pointerId);
      dot.focus();
      event.preventDefault();
    });
    dot.addEventListener("pointermove", (event) => {
      if (dragged === i) move(i, ...place(event));
    });
    const drop = () => (dragged = undefined);
    dot.addEventListener("pointerup", drop);
    dot.addEventListener("pointercancel", drop);
    dot.addEventListener("dblclick", (event) => {
      event.stopPropagation();
      remove(i);
    });
    dot.addEventListener("keydown", (event) => {
      const {t, value} = options.points.peek()[i];
      const {x, y} = scales();
      const far = event.shiftKey ? 20 : 4;
      const step = (dx: number, dy: number) =>
        move(i, x.from(x.to(t) + dx * far), y.from(y.to(value) + dy * far));
      const actions: Record<string, () => void> = {
        ArrowUp: () => step(0, -1),
        ArrowDown: () => step(0, 1),
        ArrowLeft: () => step(-1, 0),
        ArrowRight: () => step(1, 0),
        Delete: () => remove(i),
        Backspace: () => remove(i),
        Insert() {
          const next = options.points.peek()[i + 1];
          if (next) add((t + next.t) / 2, options.curve.peek()((t + next.t) / 2));
        }
      };
      if (!(event.key in actions)) return;
      actions[event.key]();
      event.preventDefault();
    });
    return dot;
  };
  element.addEventListener("dblclick", (event) => {
    add(...place(event));
  });

  const stops = [
    effect(() => {
      const [x, y] = [options.x.value, options.y.value];
      const at = scales();
      ticks.replaceChildren(
        ...ticksOf(y, (y0 - y1) / 40).flatMap(({value, label}) => [
          svg("path", {
            d: `M${x0},${Math.round(at.y.to(value)) + 0.5}H${x1}`,
            stroke: "var(--theme-foreground-faintest)"
          }),
          plotText({x: x0 - 7, y: at.y.to(value) + 4}, label, "end")
        ]),
        ...ticksOf(x, (x1 - x0) / 75).map(({value, label}) =>
          plotText({x: Math.min(at.x.to(value), x1), y: y0 + 16}, label, "middle")
        ),
        plotText({x: 0, y: 12}, `↑ ${y.label}`),
        plotText({x: x1, y: height - 3}, `${x.label} →`, "end")
      );
    }),
    effect(() => {
      const {x, y} = scales();
      const [low, high] = options.x.value.domain;
      const curve = options.curve.value;
      // The points themselves are among the places drawn: corners stay sharp.
      const times = Array.from({length: POINTS}, (_, i) => low + ((high - low) * i) / (POINTS - 1));
      for (const {t} of options.points.value) times.push(t);
      const d = times
        .sort((a, b) => a - b)
        .map((t) => [x.to(t), Math.max(y1 - 30, Math.min(y0 + 30, y.to(curve(t))))])
        .filter((p) => p.every(Number.isFinite))
        .map(([px, py], i) => `${i ? "L" : "M"}${px.toFixed(1)},${py.toFixed(1)}`)
        .join("");
      line.setAttribute("d", d);
    }),
    effect(() => {
      const {x, y} = scales();
      const points = options.points.value;
      while (handles.childNodes.length > points.length) handles.lastChild!.remove();
      while (handles.childNodes.length < points.length) handles.append(handle(handles.childNodes.length));
      points.forEach(({t, value}, i) => {
        const dot = handles.childNodes[i] as SVGCircleElement;
        dot.setAttribute("cx", x.to(t).toFixed(1));
        dot.setAttribute("cy", Math.max(y1, Math.min(y0, y.to(value))).toFixed(1));
        dot.setAttribute("aria-label", `${name}, point ${i + 1} of ${points.length}`);
        dot.setAttribute("aria-valuenow", String(value));
        dot.setAttribute("aria-valuetext", `${value} at ${options.x.peek().label} = ${t}`);
      });
    })
  ];
  return {
    element: h("div", {class: "curve-editor-place", title: help}, element),
    dispose: () => stops.forEach((stop) => stop())
  };
}
