import {pointer} from "d3";
import {hexagons} from "../../analysis/hexagons.js";
import {onTheme, sharpCanvas} from "../dom.js";
import {nearest, nearestTowards} from "../nearestPoint.js";
import {drawGround, extent} from "../scatterDraw.js";
import {svgPen, type Pen} from "../svgPen.js";
import {offerVector} from "../vectorForm.js";
import {drawEnergyKey, energyScale, keyHeight} from "./energyScale.js";

/** What is drawn. */
export interface EnergyPicture {
  /** Latents whose free energy is known, in the plane [n, 2]. */
  points: Float32Array;
  /** F of each above the lowest, nats [n]. */
  energies: Float64Array;
}

export interface EnergyPlaneOptions {
  width: number;
  height: number;
  labels: [x: string, y: string];
  /** All latents that there will be, by which axes are laid [m, 2]. */
  all: Float32Array;
  /** Called with a point under the pointer or the keys, undefined when there is none; and with one that is taken. */
  onHover(index: number | undefined): void;
  onPick(index: number): void;
}

export interface EnergyPlane {
  canvas: HTMLCanvasElement;
  show(picture: EnergyPicture): void;
  /** Draws a ring around a point. */
  mark(index: number | undefined): void;
  dispose(): void;
}

/** From a hexagon's centre to its corners, and of a point, pixels. */
const [CELL, POINT] = [11, 2];

const help = "Click a point to choose it. With keys: arrows go to the next point in that direction, Enter chooses it."; // prettier-ignore

/** Free energies in a plane: a point each, and behind them hexagons with the lowest in each, under a key of the colours. */
export function energyPlane(options: EnergyPlaneOptions): EnergyPlane {
  const {width, height, labels, all, onHover, onPick} = options;
  const margin = {top: 10 + keyHeight, right: 14, bottom: 34, left: 46};
  const [canvas, context] = sharpCanvas(width, height);
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `Free energies of latents over their first two principal components. ${help}`); // prettier-ignore
  canvas.style.maxWidth = "100%";
  // one scale on both axes, as in the other planes of latents
  const bounds = extent([all]);
  const [w, up] = [width - margin.left - margin.right, height - margin.top - margin.bottom];
  const unit = Math.min(w / (bounds.x1 - bounds.x0), up / (bounds.y1 - bounds.y0));
  const middle = {x: (bounds.x0 + bounds.x1) / 2, y: (bounds.y0 + bounds.y1) / 2};
  const px = (x: number) => margin.left + w / 2 + (x - middle.x) * unit;
  const py = (y: number) => margin.top + up / 2 - (y - middle.y) * unit;
  const dataX = (p: number) => (p - margin.left - w / 2) / unit + middle.x;
  const dataY = (p: number) => middle.y - (p - margin.top - up / 2) / unit;

  let shown: EnergyPicture = {points: new Float32Array(0), energies: new Float64Array(0)};
  let hovered: number | undefined;
  let marked: number | undefined;
  let queued = 0;
  const redraw = () => {
    queued ||= requestAnimationFrame(() => {
      queued = 0;
      draw(context);
    });
  };

  function draw(pen: Pen) {
    const frame = {width, height, ...margin};
    drawGround(pen, {frame, scales: {px, py, dataX, dataY}, labels, sets: [], radius: 1, circles: []});
    const {points, energies} = shown;
    if (energies.length === 0) return;
    const scale = energyScale(energies);
    drawEnergyKey(pen, scale, [margin.left, 4, Math.min(280, w)]);
    pen.save();
    pen.beginPath();
    pen.rect(margin.left, margin.top, w, up);
    pen.clip();
    drawCells(pen, scale.color);
    pen.globalAlpha = 1;
    for (let i = 0; i < energies.length; ++i) {
      pen.fillStyle = scale.color(energies[i]);
      pen.fillRect(px(points[2 * i]) - POINT, py(points[2 * i + 1]) - POINT, 2 * POINT, 2 * POINT);
    }
    pen.lineWidth = 2;
    pen.strokeStyle = getComputedStyle(canvas).color;
    for (const [index, radius] of [
      [hovered, 5],
      [marked, 7]
    ]) {
      if (index === undefined || radius === undefined || index >= energies.length) continue;
      pen.beginPath();
      pen.arc(px(points[2 * index]), py(points[2 * index + 1]), radius, 0, 2 * Math.PI);
      pen.stroke();
    }
    pen.restore();
  }

  /** Hexagons with the colour of the lowest energy in each, those of one colour at once. */
  function drawCells(pen: Pen, color: (energy: number) => string) {
    const {points, energies} = shown;
    const [x, y] = [px, py].map((to, axis) =>
      Float64Array.from(energies, (_, i) => to(points[2 * i + axis]))
    );
    const {centres, counts, cellOf, radius} = hexagons(x, y, CELL);
    const lowest = new Float64Array(counts.length).fill(Infinity);
    cellOf.forEach((cell, i) => cell >= 0 && (lowest[cell] = Math.min(lowest[cell], energies[i])));
    const shares = new Map<string, number[]>();
    lowest.forEach((energy, cell) => {
      const key = color(energy);
      const share = shares.get(key) ?? [];
      share.push(cell);
      shares.set(key, share);
    });
    pen.globalAlpha = 0.5;
    for (const [fill, cells] of shares) {
      pen.fillStyle = fill;
      pen.beginPath();
      for (const cell of cells)
        for (let k = 0; k <= 6; ++k) {
          const at = [centres[2 * cell] + radius * Math.sin((k * Math.PI) / 3), centres[2 * cell + 1] - radius * Math.cos((k * Math.PI) / 3)] as const; // prettier-ignore
          if (k === 0) pen.moveTo(...at);
          else pen.lineTo(...at);
        }
      pen.fill();
    }
  }
  offerVector(canvas, () => {
    const {pen, picture} = svgPen(width, height);
    draw(pen);
    return picture;
  });

  const hover = (index: number | undefined) => {
    if (index === hovered) return;
    hovered = index;
    canvas.style.cursor = index === undefined ? "default" : "pointer";
    onHover(index);
    redraw();
  };
  const under = (event: MouseEvent) => {
    const [x, y] = pointer(event, canvas).map((p) => p * (width / canvas.clientWidth));
    return nearest([shown], dataX(x), dataY(y), 12 / unit)?.index;
  };
  const take = (index: number | undefined) => {
    if (index !== undefined) onPick(index);
  };
  canvas.addEventListener("mousemove", (event) => hover(under(event)));
  canvas.addEventListener("mouseleave", () => hover(undefined));
  canvas.addEventListener("click", (event) => take(under(event)));
  canvas.addEventListener("keydown", (event) => {
    const towards = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]}[event.key];
    if (towards && shown.energies.length > 0) {
      const from = {set: 0, index: hovered ?? marked ?? 0};
      hover(nearestTowards([shown], from, towards[0], towards[1])?.index ?? from.index);
    } else if (event.key === "Enter" || event.key === " ") take(hovered);
    else return;
    event.preventDefault();
  });
  const stopTheme = onTheme(redraw);
  return {
    canvas,
    show(picture) {
      shown = picture;
      redraw();
    },
    mark(index) {
      marked = index;
      redraw();
    },
    dispose() {
      stopTheme();
      cancelAnimationFrame(queued);
    }
  };
}
