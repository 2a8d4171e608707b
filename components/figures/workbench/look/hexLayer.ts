import {hexagons, type Hexagons} from "../../../analysis/hexagons.js";
import type {Pen} from "../../svgPen.js";
import {levelColors, levelOf, type Colouring} from "./colouring.js";
import type {Frame} from "./planeScale.js";

/** Hexagons of one look: their centres, in the plane's pixels before it is moved or zoomed. */
interface Share {
  color: string;
  alpha: number;
  centres: number[];
}

export interface HexLayer {
  cells: Hexagons;
  shares: Share[];
}

/** Pixels from a hexagon's centre to a corner, about: it stays the same while a plane is moved, and changes by steps as it is zoomed. */
const RADIUS = 6.5;

/** The radius that hexagons have at a zoom, in the plane's pixels before it. */
export const hexRadius = (zoom: number): number => RADIUS * 2 ** (Math.round(2 * Math.log2(1 / zoom)) / 2);

/** How full a hexagon must be to be drawn so strong, for what has a colour of its own. */
const STRENGTHS = [0.3, 0.5, 0.75, 1];

/** Sorts points into hexagons and gives these colours: of groups that of most of its rows, of values that of their mean. */
export function hexLayer(
  points: {x: Float32Array; y: Float32Array},
  radius: number,
  colouring: Colouring
): HexLayer {
  const cells = hexagons(points.x, points.y, radius);
  const {centres, counts} = cells;
  const most = Math.log(counts.reduce((a, b) => Math.max(a, b), 1)) || 1;
  const code = codesOf(cells, colouring);
  const shares = new Map<string, Share>();
  for (let c = 0; c < counts.length; ++c) {
    const full = Math.log(counts[c]) / most;
    const plain = colouring.kind === "density" || colouring.kind === "one";
    const color = plain ? levelColors[levelOf(full)] : colouring.colors[code[c]];
    const alpha = plain ? 1 : STRENGTHS[Math.min(STRENGTHS.length - 1, Math.floor(full * STRENGTHS.length))];
    const key = `${color} ${alpha}`;
    const share = shares.get(key) ?? {color, alpha, centres: []};
    share.centres.push(centres[2 * c], centres[2 * c + 1]);
    shares.set(key, share);
  }
  return {cells, shares: [...shares.values()]};
}

/** A hexagon's place among the colours. */
function codesOf({counts, cellOf}: Hexagons, {kind, codes, colors, values}: Colouring): ArrayLike<number> {
  const m = counts.length;
  if (kind === "values" && values) {
    const sums = new Float64Array(m);
    cellOf.forEach((cell, i) => cell >= 0 && (sums[cell] += values.values[i]));
    const {low, high} = values;
    return sums.map((sum, c) => levelOf((sum / counts[c] - low) / (high - low || 1)));
  }
  const votes = new Int32Array(m * colors.length);
  if (kind === "groups") cellOf.forEach((cell, i) => cell >= 0 && ++votes[cell * colors.length + codes[i]]);
  return Int32Array.from({length: m}, (_, c) => {
    const own = votes.subarray(c * colors.length, (c + 1) * colors.length);
    return own.indexOf(own.reduce((a, b) => Math.max(a, b), 0));
  });
}

/** Draws those that are in the frame. */
export function drawHexagons(
  context: Pen,
  {cells: {radius}, shares}: HexLayer,
  {k, x, y}: {k: number; x: number; y: number},
  {width, height}: Frame
): void {
  const r = radius * k;
  const corners = Array.from({length: 6}, (_, i) => [r * Math.sin((i * Math.PI) / 3), -r * Math.cos((i * Math.PI) / 3)] as const); // prettier-ignore
  for (const {color, alpha, centres} of shares) {
    context.fillStyle = color;
    context.globalAlpha = alpha;
    context.beginPath();
    for (let c = 0; c < centres.length; c += 2) {
      const [px, py] = [k * centres[c] + x, k * centres[c + 1] + y];
      if (!(px > -r && py > -r && px < width + r && py < height + r)) continue;
      context.moveTo(px + corners[0][0], py + corners[0][1]);
      for (let i = 1; i < 6; ++i) context.lineTo(px + corners[i][0], py + corners[i][1]);
    }
    context.fill();
  }
  context.globalAlpha = 1;
}
