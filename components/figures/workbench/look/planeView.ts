import {pointer, select as d3Select, zoom, zoomIdentity, type D3ZoomEvent, type ZoomTransform} from "d3";
import {cssColor, h, onTheme, sharpCanvas} from "../../dom.js";
import {pngBlob} from "../../download.js";
import {drawGround} from "../../scatterDraw.js";
import {areaTool, insideArea} from "./areaTool.js";
import {byDensity, levelOf, pixelOf, type Colouring} from "./colouring.js";
import {drawHexagons, hexLayer, hexRadius, type HexLayer} from "./hexLayer.js";
import {planeScale, type Frame, type PlaneScale} from "./planeScale.js";
import {countInside, drawPoints} from "./pointLayer.js";
import {select, showRow, type Look} from "./state.js";
import type {Rest} from "./lookAxes.js";

const margin = {top: 10, right: 12, bottom: 34, left: 46};

/** More points than these in sight are drawn as hexagons, unless points are asked for. */
const MANY = 20_000;

/** Pixels within which a click means a particle, not a place. */
const REACH = 6;

/** Outliers that are marked, at most: the farthest ones. */
const MARKED = 1000;

const help =
  "Click a particle to see its map, or a place where none is. Keys: arrows move a cross, with Shift farther; Enter shows the map there; + and - zoom, 0 shows all; Escape drops an area or the selection. Ctrl and wheel zoom too; drag to move, or to draw a box or a lasso: with Shift it is added to the selection, with Alt taken from it.";

export interface PlaneView {
  element: HTMLElement;
  setAxes(x: string, y: string): void;
  /** Draws at once, as for a picture or a measurement. */
  draw(): void;
  png(legend: Element): Promise<Blob>;
  dispose(): void;
}

export interface PlaneOptions {
  axes: [string, string];
  width: number;
  height: number;
  /** Draws points, hexagons, or what suits their number. */
  drawing(): "auto" | "points" | "hexagons";
  /** What a click where no particle is takes for the dimensions across the plane. */
  rest(): Rest;
}

/** Latents in a plane, as many as there are: points or hexagons, to move, zoom, click and select. All planes of a look follow each other. */
export function planeView(look: Look, options: PlaneOptions): PlaneView {
  const {width, height} = options;
  const frame: Frame = {width, height, ...margin};
  // In memory: what is drawn anew at every frame is quicker there than on a graphics card in software.
  const [canvas, context] = sharpCanvas(width, height, {willReadFrequently: true});
  const ratio = canvas.width / width;
  const inner = [width - margin.left - margin.right, height - margin.top - margin.bottom].map((v) => Math.round(v * ratio)) as [number, number]; // prettier-ignore
  const layer = h("canvas", {width: inner[0], height: inner[1]});
  const layerContext = layer.getContext("2d", {willReadFrequently: true})!;
  const image = layerContext.createImageData(...inner);
  const pixels = new Uint32Array(image.data.buffer);
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `Latents in a plane. ${help}`);
  const status = h("p", {class: "scatter-status", "aria-live": "polite"}, "\u00a0");
  const buttons = h("div", {class: "scatter-zoom"});
  const element = h(
    "div",
    {class: "look-plane"},
    h("div", {class: "scatter-stage"}, canvas, buttons),
    status
  );

  let names = options.axes;
  let scale: PlaneScale = planeScale(look.axes, names, frame);
  let view: ZoomTransform = zoomIdentity;
  let hexes: {radius: number; colouring: Colouring; made: HexLayer} | undefined;
  let density: Colouring | undefined;
  let cross: [number, number] | undefined; // of the keyboard
  let hovered: number | undefined;
  let outliers: number[] = [];
  let queued = 0;

  const redraw = () => {
    queued ||= requestAnimationFrame(draw);
  };
  const onPixel = (x: number, y: number): [number, number] => view.apply(scale.toPixel(x, y));

  /** What rows are coloured by here: the density is that of this plane. */
  function colouringNow(): Colouring {
    const {value} = look.colouring;
    if (value.kind !== "density") return value;
    if (density) return density;
    const {cells} = hexesOf(hexRadius(1), value);
    const most = Math.log(cells.counts.reduce((a, b) => Math.max(a, b), 1)) || 1;
    const codes = Uint8Array.from(cells.cellOf, (c) =>
      c < 0 ? 0 : levelOf(Math.log(cells.counts[c]) / most)
    );
    return (density = {...byDensity(0), codes});
  }
  function hexesOf(radius: number, colouring: Colouring): HexLayer {
    if (hexes?.radius !== radius || hexes.colouring !== colouring)
      hexes = {radius, colouring, made: hexLayer(scale.points, radius, colouring)};
    return hexes.made;
  }

  function draw() {
    cancelAnimationFrame(queued);
    queued = 0;
    const began = performance.now();
    const [left, top] = [margin.left, margin.top];
    const placing = {
      scaleX: view.k * ratio,
      originX: (view.x - left) * ratio,
      scaleY: view.k * ratio,
      originY: (view.y - top) * ratio
    };
    drawGround(context, {
      frame,
      scales: {
        px: (v) => onPixel(v, 0)[0],
        py: (v) => onPixel(0, v)[1],
        dataX: (p) => scale.toData(view.invertX(p), 0)[0],
        dataY: (p) => scale.toData(0, view.invertY(p))[1]
      },
      labels: names,
      sets: [],
      radius: 1,
      circles: []
    });
    const {marks, count} = look.selection.value;
    const wanted = options.drawing();
    const many =
      wanted === "auto" && look.latents.n > MANY && countInside(inner, scale.points, placing) > MANY;
    const hexagonal = wanted === "hexagons" || many;
    context.save();
    context.beginPath();
    context.rect(left, top, width - left - margin.right, height - top - margin.bottom);
    context.clip();
    if (hexagonal) drawHexagons(context, hexesOf(hexRadius(view.k), look.colouring.value), view, frame);
    const {codes, colors} = colouringNow();
    const size = Math.max(1, Math.round(ratio * (look.latents.n > MANY ? 1.5 : 2.5) * Math.min(2.5, Math.sqrt(view.k)))); // prettier-ignore
    pixels.fill(0);
    if (!hexagonal) {
      const palette = Uint32Array.from(colors, (color) => pixelOf(color, count > 0 ? 70 : 190));
      drawPoints(pixels, inner, scale.points, placing, (i) => palette[codes[i]], size);
    }
    if (count > 0) {
      const palette = Uint32Array.from(colors, (color) => pixelOf(color));
      const plain = pixelOf(cssColor("--series-live"), hexagonal ? 150 : 255);
      const one = hexagonal || colors.length === 1;
      drawPoints(pixels, inner, scale.points, placing, (i) => (marks[i] ? (one ? plain : palette[codes[i]]) : 0), size); // prettier-ignore
    }
    if (!hexagonal || count > 0) {
      layerContext.putImageData(image, 0, 0);
      context.drawImage(layer, left, top, inner[0] / ratio, inner[1] / ratio);
    }
    drawMarks();
    context.restore();
    canvas.dataset.drawn = (performance.now() - began).toFixed(1);
    canvas.dataset.draws = String(Number(canvas.dataset.draws ?? 0) + 1);
    canvas.dataset.look = hexagonal ? "hexagons" : "points";
  }

  function drawMarks() {
    const ink = cssColor("--theme-foreground");
    context.strokeStyle = cssColor("--series-live");
    context.lineWidth = 1;
    context.beginPath();
    for (const row of outliers) {
      const [x, y] = view.apply([scale.points.x[row], scale.points.y[row]]);
      context.moveTo(x - 3, y - 3);
      context.lineTo(x + 3, y + 3);
      context.moveTo(x - 3, y + 3);
      context.lineTo(x + 3, y - 3);
    }
    context.stroke();
    context.strokeStyle = ink;
    context.lineWidth = 2;
    const ring = (at: [number, number] | undefined, radius: number) => {
      if (!at || at.some(Number.isNaN)) return;
      context.beginPath();
      context.arc(...at, radius, 0, 2 * Math.PI);
      context.stroke();
    };
    const of = (row: number): [number, number] => view.apply([scale.points.x[row], scale.points.y[row]]);
    if (hovered !== undefined) ring(of(hovered), 4);
    const {point, row} = look;
    if (row.value !== undefined) ring(of(row.value), 7);
    else if (point.value) {
      const place = look.axes.placeOf(point.value.z, names);
      if (place) ring(onPixel(...place), 7);
    }
    if (cross) {
      const [x, y] = onPixel(...cross);
      context.beginPath();
      context.moveTo(x - 9, y);
      context.lineTo(x + 9, y);
      context.moveTo(x, y - 9);
      context.lineTo(x, y + 9);
      context.stroke();
    }
    const outline = area.outline();
    if (!outline) return;
    context.lineWidth = 1.5;
    context.setLineDash([5, 3]);
    context.beginPath();
    for (let i = 0; i < outline.length; i += 2) context.lineTo(outline[i], outline[i + 1]);
    context.lineTo(outline[0], outline[1]);
    context.stroke();
    context.setLineDash([]);
  }

  /** The particle nearest to a pixel, within a few of them. */
  function under([x, y]: [number, number], reach = REACH): number | undefined {
    const [bx, by] = view.invert([x, y]);
    const {points} = scale;
    let [best, least] = [-1, (reach / view.k) ** 2];
    for (let i = 0; i < points.x.length; ++i) {
      const q = (points.x[i] - bx) ** 2 + (points.y[i] - by) ** 2;
      if (q < least) [best, least] = [i, q];
    }
    return best < 0 ? undefined : best;
  }
  const say = (row: number | undefined) => {
    if (row === undefined) return void (status.textContent = "\u00a0");
    const [x, y] = names.map((name) => look.axes.column(name)[row].toFixed(2));
    const {groups, values, kind} = look.colouring.value;
    const group = kind === "groups" && groups ? `, ${groups.names[groups.labels[row]]}` : "";
    const value = kind === "values" && values ? `, ${look.colouring.value.name} ${values.values[row].toPrecision(3)} ${values.unit}` : ""; // prettier-ignore
    status.textContent = `Latent ${row.toLocaleString("en")}: ${names[0]} ${x}, ${names[1]} ${y}${group}${value}`;
  };
  /** Shows the map at a pixel: of the particle that is there, or of the place. */
  function show(at: [number, number], anywhere: boolean) {
    const row = anywhere ? undefined : under(at);
    if (row !== undefined) {
      say(row);
      return showRow(look, row);
    }
    const place = scale.toData(...view.invert(at));
    const [x, y] = place.map((v) => v.toFixed(2));
    look.row.set(undefined);
    look.point.set({
      z: look.axes.latentAt(...names, place, options.rest()),
      what: `The place ${names[0]} = ${x}, ${names[1]} = ${y}, ${options.rest() === "mean" ? "other dimensions at the mean" : "other dimensions as those around it"}`, // prettier-ignore
      color: "--series-live"
    });
    status.textContent = `A place where no particle need be: ${names[0]} ${x}, ${names[1]} ${y}`;
  }

  const drawn = () => {
    const {value} = look.tool;
    return value === "box" || value === "lasso" ? value : undefined;
  };
  const area = areaTool(canvas, drawn, {
    changed: redraw,
    done(polygon, how) {
      const base = new Float64Array(polygon.length);
      for (let i = 0; i < base.length; i += 2) base.set(view.invert([polygon[i], polygon[i + 1]]), i);
      const began = performance.now();
      select(look, insideArea(base, scale.points), how);
      canvas.dataset.selected = (performance.now() - began).toFixed(1);
    }
  });
  const behaviour = zoom<HTMLCanvasElement, unknown>()
    .scaleExtent([0.2, 200])
    .filter((event: Event & {ctrlKey: boolean; metaKey: boolean; button?: number}) =>
      event.type === "wheel"
        ? event.ctrlKey || event.metaKey
        : event.type !== "dblclick" && !event.button && !drawn()
    )
    .on("zoom", (event: D3ZoomEvent<HTMLCanvasElement, unknown>) => {
      view = event.transform;
      redraw();
    });
  const selection = d3Select(canvas).call(behaviour);
  const zoomBy = (k: number) => selection.call((s) => behaviour.scaleBy(s, k));
  const all = () => selection.call((s) => behaviour.transform(s, zoomIdentity));
  for (const [label, title, action] of [
    ["+", "Zoom in", () => zoomBy(1.5)],
    ["−", "Zoom out", () => zoomBy(1 / 1.5)],
    ["All", "Show all latents", all]
  ] as const)
    buttons.append(
      h("button", {type: "button", class: "quiet", title, "aria-label": title, onclick: action}, label)
    );

  const at = (event: MouseEvent) => pointer(event, canvas) as [number, number];
  canvas.addEventListener("mousemove", (event) => {
    if (event.buttons) return;
    const row = drawn() ? undefined : under(at(event));
    canvas.style.cursor = drawn() ? "crosshair" : row === undefined ? "default" : "pointer";
    if (row === hovered) return;
    hovered = row;
    say(row ?? look.row.value);
    redraw();
  });
  canvas.addEventListener("mouseleave", () => {
    hovered = undefined;
    say(look.row.value);
    redraw();
  });
  canvas.addEventListener("click", (event) => {
    if (!drawn()) show(at(event), look.tool.value === "anywhere");
  });
  canvas.addEventListener("keydown", (event) => {
    const towards = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
    if (towards) {
      const [x, y] = cross ? onPixel(...cross) : [width / 2, height / 2];
      const step = event.shiftKey ? 40 : 6;
      cross = scale.toData(...view.invert([x + step * towards[0], y + step * towards[1]]));
      say(under(onPixel(...cross)));
      redraw();
    } else if (event.key === "Enter" || event.key === " ")
      show(cross ? onPixel(...cross) : [width / 2, height / 2], look.tool.value === "anywhere"); // prettier-ignore
    else if (event.key === "+" || event.key === "=") zoomBy(1.5);
    else if (event.key === "-") zoomBy(1 / 1.5);
    else if (event.key === "0") all();
    else if (event.key === "Escape") {
      if (area.outline()) area.cancel();
      else select(look, () => false);
    } else return;
    event.preventDefault();
  });

  const mark = () => {
    const {far, limit} = look;
    const rows: number[] = [];
    far.value.forEach((v, row) => v > limit.value && rows.push(row));
    outliers =
      rows.length > MARKED ? rows.sort((a, b) => far.value[b] - far.value[a]).slice(0, MARKED) : rows;
    redraw();
  };
  const ends = [
    look.selection.subscribe(redraw),
    look.colouring.subscribe(redraw),
    look.point.subscribe(redraw),
    look.tool.subscribe(redraw),
    look.far.subscribe(mark),
    look.limit.subscribe(mark),
    onTheme(redraw)
  ];
  return {
    element,
    setAxes(x, y) {
      names = [x, y];
      scale = planeScale(look.axes, names, frame);
      hexes = density = cross = hovered = undefined;
      all();
      redraw();
    },
    draw,
    png(legend) {
      draw();
      return pngBlob(canvas, {legend});
    },
    dispose() {
      cancelAnimationFrame(queued);
      for (const end of ends) end();
    }
  };
}
