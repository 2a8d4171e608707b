/** The legend of a picture stands beside it on the page; in a file it stands in the picture, above it. */
import {svg} from "./dom.js";
import {plainColor} from "./plainColor.js";

export interface LegendMark {
  name: string;
  color: string;
  alpha: number;
  kind: "line" | "dashed" | "dots";
  /** Width of a line, pixels. */
  width: number;
}

const [LINE, SIZE, SWATCH, GAP, BETWEEN] = [20, 12, 18, 6, 18];
const font = "Helvetica, Arial, sans-serif";

/** The marks that can be seen in an element, in reading order; a set that is hidden has none. */
export function legendMarks(element: Element): LegendMark[] {
  return [...element.querySelectorAll<HTMLElement>(".line-swatch, .swatch")].flatMap((swatch) => {
    const entry = swatch.parentElement!;
    const name = entry.textContent.trim();
    if (!name || swatch.offsetParent === null || entry.querySelector("input:not(:checked)")) return [];
    const style = getComputedStyle(swatch);
    const {hex, alpha} = plainColor(style.getPropertyValue("--color").trim() || style.backgroundColor);
    const has = (kind: string) => swatch.classList.contains(kind);
    return [
      {
        name,
        color: hex,
        alpha: alpha * Number(style.opacity),
        kind: has("dashed") ? "dashed" : has("of-dots") || has("swatch") ? "dots" : "line",
        width: parseFloat(style.height) || 2
      }
    ];
  });
}

/** Places of marks in lines of a width, and the height that they take. */
function placed(marks: LegendMark[], width: number) {
  const context = document.createElement("canvas").getContext("2d")!;
  context.font = `${SIZE}px ${font}`;
  let [x, y] = [0, LINE / 2];
  const places = marks.map((mark) => {
    const long = SWATCH + GAP + context.measureText(mark.name).width;
    if (x > 0 && x + long > width) [x, y] = [0, y + LINE];
    const place = {x, y, mark};
    x += long + BETWEEN;
    return place;
  });
  return {places, height: marks.length > 0 ? y + LINE / 2 + 4 : 0};
}

/** Height of a legend in lines of a width, CSS pixels; 0 where there is no mark. */
export const legendHeight = (marks: LegendMark[], width: number): number => placed(marks, width).height;

/** The legend as a part of an SVG. */
export function legendSvg(
  marks: LegendMark[],
  width: number,
  ink: string
): {part: SVGGElement; height: number} {
  const {places, height} = placed(marks, width);
  const part = svg("g", {"font-family": font, "font-size": SIZE, fill: plainColor(ink).hex});
  for (const {x, y, mark} of places) {
    const {name, color, alpha, kind, width: thick} = mark;
    part.append(
      kind === "dots"
        ? svg("circle", {cx: x + SWATCH / 2, cy: y, r: 4, fill: color, "fill-opacity": alpha})
        : svg("path", {
            d: `M${x},${y}h${SWATCH}`,
            stroke: color,
            "stroke-opacity": alpha,
            "stroke-width": kind === "dashed" ? 2 : thick,
            ...(kind === "dashed" ? {"stroke-dasharray": "4 3"} : {})
          }),
      svg("text", {x: x + SWATCH + GAP, y: y + 4}, name)
    );
  }
  return {part, height};
}

/** Draws the legend on a canvas, from (x, y) on, in lines of a width. */
export function drawLegend(
  context: CanvasRenderingContext2D,
  marks: LegendMark[],
  {x: left, y: top, width, ink}: {x: number; y: number; width: number; ink: string}
): void {
  const {places} = placed(marks, width);
  context.save();
  context.translate(left, top);
  context.font = `${SIZE}px ${font}`;
  context.textBaseline = "middle";
  for (const {x, y, mark} of places) {
    context.globalAlpha = mark.alpha;
    context.fillStyle = context.strokeStyle = mark.color;
    context.lineWidth = mark.kind === "dashed" ? 2 : mark.width;
    context.setLineDash(mark.kind === "dashed" ? [4, 3] : []);
    context.beginPath();
    if (mark.kind === "dots") {
      context.arc(x + SWATCH / 2, y, 4, 0, 2 * Math.PI);
      context.fill();
    } else {
      context.moveTo(x, y);
      context.lineTo(x + SWATCH, y);
      context.stroke();
    }
    context.globalAlpha = 1;
    context.fillStyle = ink;
    context.fillText(mark.name, x + SWATCH + GAP, y);
  }
  context.restore();
}
