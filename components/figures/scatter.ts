import {pointer, select, zoom, zoomIdentity, type D3ZoomEvent, type ZoomTransform} from "d3";
import {h, onTheme, sharpCanvas} from "./dom.js";
import {pngBlob, svgBlob} from "./download.js";
import {nearest, nearestTowards, type Pick} from "./nearestPoint.js";
import {
  drawGround,
  drawScatter,
  extent,
  writeScatter,
  type PointSet,
  type ScatterPicture
} from "./scatterDraw.js";
import {svgPen} from "./svgPen.js";
import {offerVector, vectorOf} from "./vectorForm.js";

export interface ScatterOptions {
  sets: Omit<PointSet, "visible">[];
  xLabel: string;
  yLabel: string;
  width?: number;
  height?: number;
  /** Called with the point that was clicked, or reached by keys and chosen with Enter. */
  onPick?(set: number, index: number): void;
  /** What the figure shows, for readers who can't see it. */
  description: string;
  /** Without legend, zoom buttons and status line, for a small place. */
  compact?: boolean;
  /** Radius of a point, pixels. Default 1.4. */
  radius?: number;
}

export interface Scatter {
  element: HTMLElement;
  /** Replaces a set's points. The axes stay as they are. */
  update(set: number, points: Float32Array): void;
  /** Marks a point, as if it had been clicked, without calling `onPick`. */
  mark(pick: Pick | undefined): void;
  /** A line over the points, such as a sampler's way: [m, 2]. */
  trace(points: Float32Array | undefined): void;
  png(): Promise<Blob>;
  /** The same with lines, points and words, to scale and to change. */
  svg(): Blob;
  dispose(): void;
}

const help =
  "Click a point to choose it. With keys: arrows go to the next point in that direction, Enter chooses, + and - zoom, 0 shows all. Ctrl and wheel zoom too; drag to move.";
const margin = {top: 10, right: 12, bottom: 34, left: 46};

/** Points of several sets in one plane, drawn on a canvas: thousands stay quick. Sets can be hidden, points chosen. */
export function scatter(options: ScatterOptions): Scatter {
  const {xLabel, yLabel, width = 620, height = 460, radius = 1.4, compact = false, description} = options;
  const sets = options.sets.map((set) => ({...set, visible: true}));
  const [canvas, context] = sharpCanvas(width, height);
  const [ground, groundContext] = sharpCanvas(width, height);
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `${description}. ${help}`);
  canvas.style.maxWidth = "100%";
  const status = h("p", {class: "scatter-status", "aria-live": "polite"}, "\u00a0");
  const legend = h("div", {class: "legend"});
  const buttons = h("div", {class: "scatter-zoom"});
  const stage = h("div", {class: "scatter-stage"}, canvas, !compact && buttons);
  const element = h("div", {class: "scatter"}, !compact && legend, stage, !compact && status);

  // One scale on both axes: distances in the plane are distances in the plot.
  const [inner, outer] = [
    {w: width - margin.left - margin.right, h: height - margin.top - margin.bottom},
    extent(sets.map((s) => s.points))
  ];
  const unit = Math.min(inner.w / (outer.x1 - outer.x0), inner.h / (outer.y1 - outer.y0));
  const middle = {x: (outer.x0 + outer.x1) / 2, y: (outer.y0 + outer.y1) / 2};
  let view: ZoomTransform = zoomIdentity;
  const px = (x: number) => view.applyX(margin.left + inner.w / 2 + (x - middle.x) * unit);
  const py = (y: number) => view.applyY(margin.top + inner.h / 2 - (y - middle.y) * unit);
  const dataX = (p: number) => (view.invertX(p) - margin.left - inner.w / 2) / unit + middle.x;
  const dataY = (p: number) => -(view.invertY(p) - margin.top - inner.h / 2) / unit + middle.y;

  let hovered: Pick | undefined;
  let marked: Pick | undefined;
  let line: Float32Array | undefined;
  let queued = 0;
  let stale = true;
  /** Only rings and line have changed. */
  const remark = () => {
    queued ||= requestAnimationFrame(() => {
      queued = 0;
      draw();
    });
  };
  const redraw = () => {
    stale = true;
    remark();
  };

  const pictureNow = (): ScatterPicture => ({
    frame: {width, height, ...margin},
    scales: {px, py, dataX, dataY},
    labels: [xLabel, yLabel],
    sets,
    radius: radius * Math.min(2.5, Math.sqrt(view.k)),
    line,
    circles: [
      {pick: hovered, radius: 4},
      {pick: marked, radius: 6}
    ]
  });
  offerVector(canvas, () => {
    const {pen, picture} = svgPen(width, height);
    writeScatter(pen, pictureNow());
    return picture;
  });

  const draw = () => {
    const picture = pictureNow();
    if (stale) drawGround(groundContext, picture);
    stale = false;
    drawScatter(context, ground, picture);
  };

  const say = (pick: Pick | undefined, verb: string) => {
    if (!pick) return void (status.textContent = "\u00a0");
    const {name, points} = sets[pick.set];
    const [x, y] = [points[2 * pick.index], points[2 * pick.index + 1]];
    status.textContent = `${verb}${name}, number ${pick.index}: ${xLabel} ${x.toFixed(2)}, ${yLabel} ${y.toFixed(2)}`;
  };
  const choose = (pick: Pick | undefined) => {
    if (!pick) return;
    marked = pick;
    say(pick, "Chosen: ");
    remark();
    options.onPick?.(pick.set, pick.index);
  };

  const behaviour = zoom<HTMLCanvasElement, unknown>()
    .scaleExtent([0.5, 60])
    .filter((event: Event & {ctrlKey: boolean; metaKey: boolean; button?: number}) =>
      event.type === "wheel" ? event.ctrlKey || event.metaKey : event.type !== "dblclick" && !event.button
    )
    .on("zoom", (event: D3ZoomEvent<HTMLCanvasElement, unknown>) => {
      view = event.transform;
      redraw();
    });
  const selection = select(canvas).call(behaviour);
  const zoomBy = (k: number) => selection.call((s) => behaviour.scaleBy(s, k));
  const all = () => selection.call((s) => behaviour.transform(s, zoomIdentity));
  for (const [label, title, action] of [
    ["+", "Zoom in", () => zoomBy(1.5)],
    ["−", "Zoom out", () => zoomBy(1 / 1.5)],
    ["All", "Show all points", all]
  ] as const) {
    buttons.append(
      h("button", {type: "button", class: "quiet", title, "aria-label": title, onclick: action}, label)
    );
  }

  const under = (event: MouseEvent) => {
    const [x, y] = pointer(event, canvas).map((p) => p * (width / canvas.clientWidth));
    return nearest(sets, dataX(x), dataY(y), 14 / (unit * view.k));
  };
  canvas.addEventListener("mousemove", (event) => {
    const pick = under(event);
    if (pick?.set === hovered?.set && pick?.index === hovered?.index) return;
    hovered = pick;
    say(pick ?? marked, pick ? "" : "Chosen: ");
    canvas.style.cursor = pick ? "pointer" : "default";
    remark();
  });
  canvas.addEventListener("mouseleave", () => {
    hovered = undefined;
    say(marked, "Chosen: ");
    remark();
  });
  canvas.addEventListener("click", (event) => choose(under(event)));
  canvas.addEventListener("keydown", (event) => {
    const towards = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]}[event.key];
    if (towards) {
      const from = hovered ?? marked;
      hovered = from
        ? (nearestTowards(sets, from, towards[0], towards[1]) ?? from)
        : nearest(sets, middle.x, middle.y);
      say(hovered, "");
      remark();
    } else if (event.key === "Enter" || event.key === " ") choose(hovered ?? marked);
    else if (event.key === "+" || event.key === "=") zoomBy(1.5);
    else if (event.key === "-") zoomBy(1 / 1.5);
    else if (event.key === "0") all();
    else return;
    event.preventDefault();
  });

  function drawLegend() {
    legend.replaceChildren(
      ...sets.map((set) => {
        const box = h("input", {type: "checkbox", checked: set.visible});
        box.addEventListener("change", () => {
          set.visible = box.checked;
          redraw();
        });
        const swatch = h("span", {class: "swatch", style: `background:var(${set.color})`});
        return h("label", {}, box, swatch, `${set.name} (${(set.points.length / 2).toLocaleString("en")})`);
      })
    );
  }
  if (!compact) drawLegend();
  const stopTheme = onTheme(redraw);
  return {
    element,
    update(set, points) {
      sets[set].points = points;
      hovered = undefined;
      if (!compact) drawLegend();
      redraw();
    },
    mark(pick) {
      marked = pick;
      say(pick, "Chosen: ");
      remark();
    },
    trace(points) {
      line = points;
      remark();
    },
    png() {
      draw();
      return pngBlob(canvas, {legend: element});
    },
    svg: () => svgBlob(vectorOf(canvas)!, {legend: element}),
    dispose() {
      stopTheme();
      cancelAnimationFrame(queued);
    }
  };
}
