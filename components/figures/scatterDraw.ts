import {axisTicks} from "./axisTicks.js";
import {cssColor} from "./dom.js";
import type {Pick} from "./nearestPoint.js";
import type {Pen} from "./svgPen.js";

/** A set of points with one colour, or with a colour for each point. */
export interface PointSet {
  name: string;
  /** [n, 2] in the unit of the axes. */
  points: Float32Array;
  /** CSS variable such as `--series-prior`. */
  color: string;
  /** Colours of single points, if they differ: [n] CSS colours. */
  colors?: string[];
  /** Times the plot's radius. Default 1. */
  size?: number;
  /** Default true. */
  visible?: boolean;
}

export interface ScatterPicture {
  /** Size of the canvas and margins of the plot in it, CSS pixels. */
  frame: {width: number; height: number; top: number; right: number; bottom: number; left: number};
  /** Data to pixels and back. */
  scales: Record<"px" | "py" | "dataX" | "dataY", (value: number) => number>;
  labels: [x: string, y: string];
  sets: PointSet[];
  radius: number;
  /** A way through the plane: [m, 2]. */
  line?: Float32Array;
  /** Points to draw a ring around. */
  circles: {pick?: Pick; radius: number}[];
}

/** Draws what stays while points are looked at and chosen, which is what takes time: grid and labels, points. */
export function drawGround(context: Pen, picture: ScatterPicture): void {
  context.clearRect(0, 0, picture.frame.width, picture.frame.height);
  drawAxes(context, picture);
  inPlot(context, picture, drawPoints);
}

/** Draws a picture of a scatter plot: the ground, as `drawGround` left it on its own canvas, the line, rings. */
export function drawScatter(context: Pen, ground: HTMLCanvasElement, picture: ScatterPicture): void {
  const {width, height} = picture.frame;
  context.clearRect(0, 0, width, height);
  context.drawImage(ground, 0, 0, width, height);
  inPlot(context, picture, drawMarks);
}

/** Writes the whole picture at once, where there is nothing to be quick for. */
export function writeScatter(pen: Pen, picture: ScatterPicture): void {
  drawGround(pen, picture);
  inPlot(pen, picture, drawMarks);
}

function inPlot(context: Pen, picture: ScatterPicture, draw: typeof drawPoints): void {
  const {width, height, top, right, bottom, left} = picture.frame;
  context.save();
  context.beginPath();
  context.rect(left, top, width - left - right, height - top - bottom);
  context.clip();
  draw(context, picture);
  context.restore();
}

function drawAxes(context: Pen, {frame, scales, labels}: ScatterPicture) {
  const {width, height, top, right, bottom, left} = frame;
  const [x0, x1, y0, y1] = [left, width - right, height - bottom, top];
  context.font = "12px system-ui, sans-serif";
  context.lineWidth = 1;
  context.strokeStyle = cssColor("--theme-foreground-faintest");
  context.fillStyle = cssColor("--theme-foreground-muted");
  const line = (...[ax, ay, bx, by]: number[]) => {
    context.beginPath();
    context.moveTo(ax, ay);
    context.lineTo(bx, by);
    context.stroke();
  };
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const {value, label} of axisTicks(scales.dataX(x0), scales.dataX(x1), (x1 - x0) / 90)) {
    const p = Math.round(scales.px(value)) + 0.5;
    line(p, y0, p, y1);
    context.fillText(label, p, y0 + 5);
  }
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const {value, label} of axisTicks(scales.dataY(y0), scales.dataY(y1), (y0 - y1) / 60)) {
    const p = Math.round(scales.py(value)) + 0.5;
    line(x0, p, x1, p);
    context.fillText(label, x0 - 6, p);
  }
  context.fillStyle = cssColor("--theme-foreground");
  context.textBaseline = "bottom";
  context.fillText(labels[0], x1, height - 1);
  context.save();
  context.translate(2, y1);
  context.rotate(-Math.PI / 2);
  context.textBaseline = "top";
  context.fillText(labels[1], 0, 0);
  context.restore();
}

// Sets are drawn in turns, a part of each at a time, so that none lies on top of the others.
const TURNS = 40;

function drawPoints(context: Pen, {scales: {px, py}, sets, radius}: ScatterPicture) {
  context.globalAlpha = 0.55;
  for (let turn = 0; turn < TURNS; ++turn) {
    for (const {visible = true, color, colors, points, size = 1} of sets) {
      if (!visible) continue;
      const n = points.length / 2;
      const r = radius * size;
      context.fillStyle = cssColor(color);
      for (let i = Math.floor((n * turn) / TURNS); i < Math.floor((n * (turn + 1)) / TURNS); ++i) {
        if (colors) context.fillStyle = colors[i];
        context.fillRect(px(points[2 * i]) - r, py(points[2 * i + 1]) - r, 2 * r, 2 * r);
      }
    }
  }
  context.globalAlpha = 1;
}

function drawMarks(context: Pen, {scales: {px, py}, sets, line, circles}: ScatterPicture) {
  context.strokeStyle = cssColor("--theme-foreground");
  if (line) {
    context.lineWidth = 1.5;
    context.beginPath();
    for (let i = 0; i < line.length; i += 2) context.lineTo(px(line[i]), py(line[i + 1]));
    context.stroke();
  }
  context.lineWidth = 2;
  for (const {pick, radius} of circles) {
    const set = pick && sets[pick.set];
    if (!set || set.visible === false || 2 * pick.index >= set.points.length) continue;
    context.beginPath();
    context.arc(px(set.points[2 * pick.index]), py(set.points[2 * pick.index + 1]), radius, 0, 2 * Math.PI);
    context.fillStyle = set.colors?.[pick.index] ?? cssColor(set.color);
    context.fill();
    context.stroke();
  }
}

/** Bounds of all points, 4% wider; outliers of a heavy tail are left outside at 0.1% each side. */
export function extent(sets: Float32Array[]) {
  const [x, y] = [0, 1].map((axis) => {
    const values = sets
      .flatMap((points) => Array.from(points).filter((_, i) => i % 2 === axis))
      .filter(Number.isFinite);
    values.sort((a, b) => a - b);
    const at = (q: number) => values[Math.round(q * (values.length - 1))] ?? 0;
    const [low, high] = [at(0.001), at(0.999)];
    const pad = 0.04 * (high - low) || 1;
    return [low - pad, high + pad];
  });
  return {x0: x[0], x1: x[1], y0: y[0], y1: y[1]};
}
