/**
 * A pen that writes SVG, for drawings that are made for a canvas: as much of the canvas's 2-D context as they use, with its meaning.
 * What a figure draws by the thousand on the screen becomes lines, rectangles and words that a report can scale and change.
 */
import {svg} from "./dom.js";
import {plainColor} from "./plainColor.js";

const look = {
  fillStyle: "#000000" as CanvasRenderingContext2D["fillStyle"],
  strokeStyle: "#000000" as CanvasRenderingContext2D["strokeStyle"],
  globalAlpha: 1,
  lineWidth: 1,
  lineJoin: "miter" as CanvasLineJoin,
  font: "10px sans-serif",
  textAlign: "start" as CanvasTextAlign,
  textBaseline: "alphabetic" as CanvasTextBaseline,
  imageSmoothingEnabled: true
};

/** The part of a canvas's context that a drawing may use to be had as SVG too. */
export type Pen = typeof look &
  Pick<CanvasRenderingContext2D, "beginPath" | "moveTo" | "lineTo" | "rect" | "clip" | "fill" | "stroke"> &
  Pick<CanvasRenderingContext2D, "fillRect" | "strokeRect" | "clearRect" | "save" | "restore"> &
  Pick<CanvasRenderingContext2D, "translate" | "rotate" | "setLineDash"> & {
    /** A whole circle or an arc, clockwise. */
    arc(x: number, y: number, r: number, from: number, until: number): void;
    fillText(words: string, x: number, y: number): void;
    drawImage(image: HTMLCanvasElement, x: number, y: number, width: number, height: number): void;
  };

const anchors = {left: "start", start: "start", center: "middle", right: "end", end: "end"};
/** How far below its place a text's letters stand, in parts of the font's size. */
const drops = {top: 0.8, hanging: 0.8, middle: 0.35, alphabetic: 0, ideographic: -0.2, bottom: -0.2};

/** Hundredths of a pixel are enough. */
const short = (v: number) => String(Math.round(100 * v) / 100);

const box = (x: number, y: number, w: number, h: number) =>
  `M${short(x)},${short(y)}h${short(w)}v${short(h)}h${short(-w)}z`;

/** Numbers of the clips: an id is one picture's alone, also where several stand in one document. */
let clips = 0;

/** @returns the pen, and the picture that it writes */
export function svgPen(width: number, height: number): {pen: Pen; picture: SVGSVGElement} {
  const picture = svg("svg", {width, height, viewBox: `0 0 ${width} ${height}`});
  let path = "";
  let dash: number[] = [];
  let transform = "";
  /** Where elements go: the picture, or what a clip leaves of it. */
  let place: SVGElement = picture;
  const saved: {look: typeof look; dash: number[]; transform: string; place: SVGElement}[] = [];
  // Rectangles of one look follow each other by the thousand: a group says it once for all of them.
  let rectangles: {key: string; group: SVGGElement} | undefined;

  const paint = (name: "fill" | "stroke", color: typeof look.fillStyle) => {
    if (typeof color !== "string") throw new Error("only plain colours can be written as SVG");
    const {hex, alpha} = plainColor(color);
    const opacity = alpha * pen.globalAlpha;
    return {[name]: hex, ...(opacity < 1 ? {[`${name}-opacity`]: short(opacity)} : {})};
  };
  const add = (element: SVGElement) => {
    rectangles = undefined;
    if (transform) element.setAttribute("transform", transform.trim());
    place.append(element);
  };
  const strokePath = (d: string) => {
    if (d)
      add(
        svg("path", {
          d,
          fill: "none",
          ...paint("stroke", pen.strokeStyle),
          "stroke-width": short(pen.lineWidth),
          "stroke-linejoin": pen.lineJoin,
          ...(dash.length > 0 ? {"stroke-dasharray": dash.map(short).join(" ")} : {})
        })
      );
  };
  const point = (letter: string, x: number, y: number) => (path += `${letter}${short(x)},${short(y)}`);

  const pen: Pen = {
    ...look,
    beginPath: () => (path = ""),
    moveTo: (x, y) => point("M", x, y),
    lineTo: (x, y) => point(path ? "L" : "M", x, y),
    rect: (x, y, w, h) => (path += box(x, y, w, h)),
    arc(x, y, r, from, until) {
      const [a, turn] = [short(r), until - from];
      if (turn >= 2 * Math.PI - 1e-9) {
        path += `M${short(x - r)},${short(y)}a${a},${a} 0 1 0 ${short(2 * r)},0a${a},${a} 0 1 0 ${short(-2 * r)},0`;
        return;
      }
      const at = (angle: number) => [x + r * Math.cos(angle), y + r * Math.sin(angle)] as const;
      point(path ? "L" : "M", ...at(from));
      path += `A${a},${a} 0 ${turn > Math.PI ? 1 : 0} 1 ${at(until).map(short).join(",")}`;
    },
    stroke: () => strokePath(path),
    strokeRect: (x, y, w, h) => strokePath(box(x, y, w, h)),
    fill() {
      if (path) add(svg("path", {d: path, ...paint("fill", pen.fillStyle)}));
    },
    fillRect(x, y, w, h) {
      const key = `${String(pen.fillStyle)} ${pen.globalAlpha} ${transform}`;
      if (rectangles?.key !== key || rectangles.group.parentNode !== place) {
        const group = svg("g", paint("fill", pen.fillStyle));
        add(group);
        rectangles = {key, group};
      }
      rectangles.group.append(svg("path", {d: box(x, y, w, h)}));
    },
    clearRect() {
      // A picture is written once, on an empty sheet.
    },
    clip() {
      const id = `clip-${++clips}`;
      add(svg("clipPath", {id}, svg("path", {d: path})));
      const group = svg("g", {"clip-path": `url(#${id})`});
      place.append(group);
      place = group;
    },
    fillText(words, x, y) {
      const [, size = "10", family = "sans-serif"] = /([\d.]+)px\s+(.*)$/.exec(pen.font) ?? [];
      add(
        svg(
          "text",
          {
            x: short(x),
            y: short(y + drops[pen.textBaseline] * Number(size)),
            "font-size": size,
            "font-family": family,
            "text-anchor": anchors[pen.textAlign],
            ...paint("fill", pen.fillStyle)
          },
          words
        )
      );
    },
    drawImage(image, x, y, width, height) {
      add(
        svg("image", {
          x: short(x),
          y: short(y),
          width: short(width),
          height: short(height),
          preserveAspectRatio: "none",
          href: image.toDataURL(),
          ...(pen.imageSmoothingEnabled ? {} : {"image-rendering": "pixelated"}),
          ...(pen.globalAlpha < 1 ? {opacity: short(pen.globalAlpha)} : {})
        })
      );
    },
    save() {
      const now = Object.fromEntries(Object.keys(look).map((key) => [key, pen[key as keyof typeof look]]));
      saved.push({look: now as typeof look, dash, transform, place});
    },
    restore() {
      const last = saved.pop();
      if (!last) return;
      Object.assign(pen, last.look);
      ({dash, transform, place} = last);
    },
    translate: (x, y) => (transform += ` translate(${short(x)},${short(y)})`),
    rotate: (angle) => (transform += ` rotate(${short((180 * angle) / Math.PI)})`),
    setLineDash: (lengths) => (dash = [...lengths])
  };
  return {pen, picture};
}
