/** One panel of F6: the encodings of a set in their plane, and the decoded walk over them. */
import {cssColor, h, sharpCanvas} from "../dom.js";
import {drawGround, extent, type PointSet, type ScatterPicture} from "../scatterDraw.js";
import {svgPen, type Pen} from "../svgPen.js";

/** Colours of the walk, from its oldest steps to its newest. */
export const AGES = 10;
/** Steps behind the head that are drawn thick. */
const TAIL = 24;

/** What a panel shows. */
export interface PanelView {
  /** Encodings, a set for each colour. */
  clouds: readonly Pick<PointSet, "points" | "color">[];
  /** Places of the walk [m, 2], how many there will be, and the one that is looked at. */
  walk?: {plane: Float32Array; steps: number; at: number};
  /** Whether the walk's colour says its time, or is that of the text. */
  byTime: boolean;
  labels: [x: string, y: string];
}

export interface PanelPicture {
  canvas: HTMLCanvasElement;
  draw(view: PanelView): void;
  /** The same as SVG, with its name above it; undefined before anything was drawn. */
  svg(): SVGSVGElement | undefined;
}

const margin = {top: 8, right: 8, bottom: 32, left: 42};

/** @param frame around whose points the axes lie [n, 2], the same unit on both */
export function panelPicture(
  frame: Float32Array,
  {width, height}: {width: number; height: number}
): PanelPicture {
  const [canvas, context] = sharpCanvas(width, height);
  const [ground, groundContext] = sharpCanvas(width, height);
  canvas.setAttribute("role", "img");
  canvas.style.cssText = `width:${width}px;max-width:100%;height:auto;aspect-ratio:${width} / ${height}`;
  const inner = {w: width - margin.left - margin.right, h: height - margin.top - margin.bottom};
  const outer = extent([frame]);
  // a walk goes a little further out than all but one in a thousand encodings, which the extent holds
  const unit = 0.9 * Math.min(inner.w / (outer.x1 - outer.x0), inner.h / (outer.y1 - outer.y0));
  const middle = {x: (outer.x0 + outer.x1) / 2, y: (outer.y0 + outer.y1) / 2};
  const scales: ScatterPicture["scales"] = {
    px: (x) => margin.left + inner.w / 2 + (x - middle.x) * unit,
    py: (y) => margin.top + inner.h / 2 - (y - middle.y) * unit,
    dataX: (p) => (p - margin.left - inner.w / 2) / unit + middle.x,
    dataY: (p) => -(p - margin.top - inner.h / 2) / unit + middle.y
  };
  let shown: PanelView | undefined;
  let drawn: unknown;

  const picture = ({clouds, labels}: PanelView): ScatterPicture => ({
    frame: {width, height, ...margin},
    scales,
    labels,
    sets: clouds.map((cloud) => ({...cloud, name: ""})),
    radius: 0.9,
    circles: []
  });

  function walkOn(pen: Pen, {walk, byTime}: PanelView) {
    if (!walk || walk.at < 0) return;
    const {plane, steps, at} = walk;
    const {px, py} = scales;
    const [x, y] = [(i: number) => px(plane[2 * i]), (i: number) => py(plane[2 * i + 1])];
    const ageOf = (i: number) => Math.min(AGES - 1, Math.floor((AGES * i) / (steps + 1)));
    const color = (age: number) => cssColor(byTime ? `--walk-${age}` : "--theme-foreground");
    pen.save();
    pen.beginPath();
    pen.rect(margin.left, margin.top, inner.w, inner.h);
    pen.clip();
    pen.lineJoin = "round";
    const tail = Math.max(0, at - TAIL);
    for (const [from, to, width, alpha] of [
      [0, tail, 1, byTime ? 0.75 : 0.4],
      [tail, at, 2.2, 1]
    ]) {
      pen.lineWidth = width;
      pen.globalAlpha = alpha;
      for (let i = from; i < to;) {
        const age = ageOf(i);
        pen.strokeStyle = color(age);
        pen.beginPath();
        pen.moveTo(x(i), y(i));
        for (; i < to && ageOf(i) === age; ++i) pen.lineTo(x(i + 1), y(i + 1));
        pen.stroke();
      }
    }
    pen.globalAlpha = 1;
    pen.beginPath();
    pen.arc(x(at), y(at), 6.5, 0, 2 * Math.PI);
    pen.fillStyle = cssColor("--theme-background-a");
    pen.fill();
    pen.beginPath();
    pen.arc(x(at), y(at), 4.5, 0, 2 * Math.PI);
    pen.fillStyle = color(ageOf(at));
    pen.fill();
    pen.restore();
  }

  return {
    canvas,
    draw(view) {
      shown = view;
      const key = `${view.clouds.map((c) => cssColor(c.color)).join()} ${cssColor("--theme-foreground-muted")}`;
      if (drawn !== key) drawGround(groundContext, picture(view));
      drawn = key;
      context.clearRect(0, 0, width, height);
      context.drawImage(ground, 0, 0, width, height);
      walkOn(context, view);
    },
    svg() {
      if (!shown) return undefined;
      const {pen, picture: element} = svgPen(width, height);
      drawGround(pen, picture(shown));
      walkOn(pen, shown);
      return element;
    }
  };
}

/** What the colours of a walk mean. */
export const ageKey = (): HTMLElement =>
  h("div", {class: "color-key walk-key"}, "start", h("span", {class: "ramp"}), "end of the walk");
