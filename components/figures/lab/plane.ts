/**
 * A plane with axes, drawn on a canvas in layers: a density in the background, paths, arrows, curves and points over it. One painter for
 * a process against time as well as for data in two dimensions: thousands of pieces stay quick.
 */
import {axisTicks} from "../axisTicks.js";
import {cssColor, sharpCanvas} from "../dom.js";
import {svgPen, type Pen} from "../svgPen.js";
import {offerVector} from "../vectorForm.js";
import type {Painter} from "./painter.js";
import {superscript} from "./parts.js";

export interface Axis {
  domain: readonly [number, number];
  label: string;
  log?: boolean;
  /** Below it the axis has no ticks: there is something else. */
  ticksFrom?: number;
}

/** Colours are names of the page's CSS variables, such as `--series-prior`. */
export type Layer =
  /** Values [ny, nx], x fastest, row 0 at the bottom, over the whole plane; the colour's strength is (value / most)^power. */
  | {
      kind: "heat";
      values: Float64Array | Float32Array;
      nx: number;
      ny: number;
      color: string;
      most?: number;
      power?: number;
    }
  /** n paths of m points each [n, m, 2]. */
  | {kind: "paths"; xy: Float32Array; n: number; m: number; color: string; width?: number; opacity?: number}
  /** Points [n, 2]. */
  | {kind: "points"; xy: Float32Array; color: string; radius?: number; opacity?: number}
  /** Arrows [n, 2] from places [n, 2], in the plane's units. */
  | {kind: "arrows"; xy: Float32Array; uv: Float32Array; color: string; opacity?: number}
  /** One line through points [m, 2]; NaN interrupts it. */
  | {kind: "curve"; xy: Float32Array; color: string; width?: number; dash?: number[]; opacity?: number}
  /** A straight line at one value of an axis. */
  | {kind: "rule"; x?: number; y?: number; color: string; dash?: number[]}
  /** Words at a place. */
  | {kind: "text"; x: number; y: number; words: string; color: string; anchor?: CanvasTextAlign};

export interface Plane {
  x: Axis;
  y: Axis;
  layers: readonly Layer[];
  /** What is seen, for readers who can't see it. */
  label: string;
}

export interface PlanePainter extends Painter<Plane> {
  canvas: HTMLCanvasElement;
  /** The place in the plane under a pointer; undefined outside of it, or before anything was drawn. */
  invert(event: {clientX: number; clientY: number}): [x: number, y: number] | undefined;
}

const margin = {top: 20, right: 14, bottom: 36, left: 46};

/** An empty plane of a size in CSS pixels. */
export function plane({width, height}: {width: number; height: number}): PlanePainter {
  // In memory, not on the graphics card: many small pieces are drawn sooner, and always the same, pixel by pixel.
  const [canvas, screen] = sharpCanvas(width, height, {willReadFrequently: true});
  let context: Pen = screen;
  canvas.setAttribute("role", "img");
  canvas.style.maxWidth = "100%";
  canvas.style.height = "auto";
  canvas.style.aspectRatio = `${width} / ${height}`;
  const [x0, x1, y0, y1] = [margin.left, width - margin.right, height - margin.bottom, margin.top];
  const scratch = document.createElement("canvas");
  let shown: Plane | undefined;

  const scale = ({domain: [low, high], log}: Axis, from: number, to: number) => {
    const at = log ? Math.log : (v: number) => v;
    const [a, b] = [at(low), at(high)];
    return (v: number) => from + ((at(v) - a) / (b - a)) * (to - from);
  };

  offerVector(canvas, () => {
    if (!shown) return undefined;
    const {pen, picture} = svgPen(width, height);
    context = pen;
    try {
      draw(shown);
    } finally {
      context = screen;
    }
    return picture;
  });

  function draw(now: Plane) {
    shown = now;
    canvas.setAttribute("aria-label", now.label);
    const [px, py] = [scale(now.x, x0, x1), scale(now.y, y0, y1)];
    context.clearRect(0, 0, width, height);
    context.save();
    context.beginPath();
    context.rect(x0, y1, x1 - x0, y0 - y1);
    context.clip();
    for (const layer of now.layers) drawLayer(layer, px, py);
    context.restore();
    axes(now, px, py);
  }

  function drawLayer(layer: Layer, px: (v: number) => number, py: (v: number) => number) {
    const color = cssColor(layer.color);
    context.globalAlpha = "opacity" in layer ? (layer.opacity ?? 1) : 1;
    context.strokeStyle = context.fillStyle = color;
    context.lineJoin = "round";
    context.setLineDash([]);
    switch (layer.kind) {
      case "heat":
        heat(layer, color);
        break;
      case "paths": {
        const {xy, n, m, width: line = 1} = layer;
        context.lineWidth = line;
        for (let i = 0; i < n; ++i) {
          context.beginPath();
          for (let j = 0, at = 2 * i * m; j < m; ++j, at += 2) context.lineTo(px(xy[at]), py(xy[at + 1]));
          context.stroke();
        }
        break;
      }
      case "points": {
        const {xy, radius = 1.5} = layer;
        // Squares are several times as quick as discs, and can't be told from them when small.
        if (radius <= 2)
          for (let i = 0; i < xy.length; i += 2)
            context.fillRect(px(xy[i]) - radius, py(xy[i + 1]) - radius, 2 * radius, 2 * radius);
        else
          for (let i = 0; i < xy.length; i += 2) {
            context.beginPath();
            context.arc(px(xy[i]), py(xy[i + 1]), radius, 0, 2 * Math.PI);
            context.fill();
          }
        break;
      }
      case "arrows": {
        const {xy, uv} = layer;
        context.lineWidth = 1.2;
        context.beginPath();
        for (let i = 0; i < xy.length; i += 2) {
          const [ax, ay] = [px(xy[i]), py(xy[i + 1])];
          const [bx, by] = [px(xy[i] + uv[i]), py(xy[i + 1] + uv[i + 1])];
          const length = Math.hypot(bx - ax, by - ay);
          if (!(length > 0.5)) continue;
          const head = Math.min(5, 0.4 * length) / length;
          const [ux, uy] = [(bx - ax) * head, (by - ay) * head];
          context.moveTo(ax, ay);
          context.lineTo(bx, by);
          context.moveTo(bx - ux - 0.6 * uy, by - uy + 0.6 * ux);
          context.lineTo(bx, by);
          context.lineTo(bx - ux + 0.6 * uy, by - uy - 0.6 * ux);
        }
        context.stroke();
        break;
      }
      case "curve": {
        const {xy, width: line = 1.8, dash = []} = layer;
        context.lineWidth = line;
        context.setLineDash(dash);
        context.beginPath();
        let open = false;
        for (let i = 0; i < xy.length; i += 2) {
          if (Number.isNaN(xy[i]) || Number.isNaN(xy[i + 1])) {
            open = false;
            continue;
          }
          if (open) context.lineTo(px(xy[i]), py(xy[i + 1]));
          else context.moveTo(px(xy[i]), py(xy[i + 1]));
          open = true;
        }
        context.stroke();
        break;
      }
      case "rule":
        context.lineWidth = 1.2;
        context.setLineDash(layer.dash ?? []);
        context.beginPath();
        if (layer.x !== undefined) {
          context.moveTo(px(layer.x), y0);
          context.lineTo(px(layer.x), y1);
        }
        if (layer.y !== undefined) {
          context.moveTo(x0, py(layer.y));
          context.lineTo(x1, py(layer.y));
        }
        context.stroke();
        break;
      case "text":
        context.font = font();
        context.textAlign = layer.anchor ?? "left";
        context.fillText(layer.words, px(layer.x), py(layer.y));
        break;
    }
    context.globalAlpha = 1;
  }

  function heat({values, nx, ny, most, power = 0.7}: Extract<Layer, {kind: "heat"}>, color: string) {
    let top = most ?? 0;
    if (most === undefined) for (const v of values) top = Math.max(top, v);
    if (!(top > 0)) return;
    const [r, g, b] = rgb(color);
    if (scratch.width !== nx || scratch.height !== ny) [scratch.width, scratch.height] = [nx, ny];
    const pixels = new ImageData(nx, ny);
    for (let row = 0; row < ny; ++row) {
      for (let column = 0; column < nx; ++column) {
        const v = values[(ny - 1 - row) * nx + column];
        const at = 4 * (row * nx + column);
        pixels.data[at] = r;
        pixels.data[at + 1] = g;
        pixels.data[at + 2] = b;
        pixels.data[at + 3] = v > 0 ? 200 * Math.min(1, v / top) ** power : 0;
      }
    }
    scratch.getContext("2d")!.putImageData(pixels, 0, 0);
    context.imageSmoothingEnabled = true;
    context.drawImage(scratch, x0, y1, x1 - x0, y0 - y1);
  }

  function axes({x, y}: Plane, px: (v: number) => number, py: (v: number) => number) {
    context.font = font();
    context.setLineDash([]);
    context.lineWidth = 1;
    context.strokeStyle = cssColor("--theme-foreground-fainter");
    context.fillStyle = cssColor("--theme-foreground-muted");
    context.strokeRect(x0 + 0.5, y1 + 0.5, x1 - x0 - 1, y0 - y1 - 1);
    context.textAlign = "center";
    context.beginPath();
    for (const {value, label} of ticksOf(x, (x1 - x0) / 75)) {
      const at = Math.round(px(value)) + 0.5;
      context.moveTo(at, y0);
      context.lineTo(at, y0 + 4);
      context.fillText(label, Math.min(at, x1 - 4), y0 + 16);
    }
    context.textAlign = "right";
    for (const {value, label} of ticksOf(y, (y0 - y1) / 45)) {
      const at = Math.round(py(value)) + 0.5;
      context.moveTo(x0 - 4, at);
      context.lineTo(x0, at);
      context.fillText(label, x0 - 7, at + 4);
    }
    context.stroke();
    context.textAlign = "left";
    context.fillText(`↑ ${y.label}`, 4, 12);
    context.textAlign = "right";
    context.fillText(`${x.label} →`, x1, height - 5);
  }

  return {
    element: canvas,
    canvas,
    draw,
    invert({clientX, clientY}) {
      if (!shown) return undefined;
      const box = canvas.getBoundingClientRect();
      const cx = ((clientX - box.left) / box.width) * width;
      const cy = ((clientY - box.top) / box.height) * height;
      if (cx < x0 || cx > x1 || cy < y1 || cy > y0) return undefined;
      const back = ({domain: [low, high], log}: Axis, part: number) =>
        log ? low * (high / low) ** part : low + (high - low) * part;
      return [back(shown.x, (cx - x0) / (x1 - x0)), back(shown.y, (cy - y0) / (y1 - y0))];
    }
  };
}

const font = () => `12px ${cssColor("--sans-serif")}`;

/** Powers of ten on a logarithmic axis, with 2 and 5 where there is room; round values on another. */
export function ticksOf(
  {domain: [low, high], log, ticksFrom = -Infinity}: Axis,
  count: number
): {value: number; label: string}[] {
  if (!log) return axisTicks(low, high, count).filter(({value}) => value >= ticksFrom);
  const decades = Math.log10(high / low);
  const steps = decades > 2 ? [1] : [1, 2, 5];
  const each = Math.max(1, Math.ceil(decades / Math.max(1, count)));
  const ticks = [];
  for (let k = Math.floor(Math.log10(low)); k <= Math.ceil(Math.log10(high)); ++k) {
    if (k % each) continue;
    for (const m of steps) {
      const value = m * 10 ** k;
      if (value < low * (1 - 1e-9) || value > high * (1 + 1e-9)) continue;
      ticks.push({value, label: short(value)});
    }
  }
  return ticks;
}

/** A number as an axis has it: 0.01, 10, 10⁵. */
function short(v: number): string {
  const power = Math.floor(Math.log10(v) + 1e-9);
  if (power >= -3 && power <= 4) return String(Number(v.toPrecision(3)));
  const m = Math.round(v / 10 ** power);
  return `${m === 1 ? "" : `${m}·`}10${superscript(power)}`;
}

const known = new Map<string, [number, number, number]>();

/** The parts of a CSS colour, 0..255. */
function rgb(color: string): [number, number, number] {
  let found = known.get(color);
  if (!found) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const context = canvas.getContext("2d", {willReadFrequently: true})!;
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
    known.set(color, (found = [r, g, b]));
  }
  return found;
}
