import {svg} from "./dom.js";
import {plainColor} from "./plainColor.js";

/** What a picture's look is made of; a page's style sheet may set any of it. The first are handed down from element to element. */
const inherited = [
  "fill",
  "fill-opacity",
  "fill-rule",
  "stroke",
  "stroke-opacity",
  "stroke-width",
  "stroke-dasharray",
  "stroke-dashoffset",
  "stroke-linecap",
  "stroke-linejoin",
  "stroke-miterlimit",
  "paint-order",
  "font-family",
  "font-size",
  "font-weight",
  "font-style",
  "font-variant-numeric",
  "text-anchor",
  "dominant-baseline",
  "visibility",
  "image-rendering"
];
const own = ["opacity", "display", "stop-color", "stop-opacity"];
const colors = ["fill", "stroke", "stop-color"];

/** Values that an SVG has where nothing is said. */
const initial: Record<string, string> = {
  fill: "rgb(0, 0, 0)",
  "fill-opacity": "1",
  "fill-rule": "nonzero",
  stroke: "none",
  "stroke-opacity": "1",
  "stroke-width": "1px",
  "stroke-dasharray": "none",
  "stroke-dashoffset": "0px",
  "stroke-linecap": "butt",
  "stroke-linejoin": "miter",
  "stroke-miterlimit": "4",
  "paint-order": "normal",
  "font-weight": "400",
  "font-style": "normal",
  "font-variant-numeric": "normal",
  "text-anchor": "start",
  "dominant-baseline": "auto",
  visibility: "visible",
  "image-rendering": "auto",
  opacity: "1",
  display: "inline",
  "stop-color": "rgb(0, 0, 0)",
  "stop-opacity": "1"
};

/** Elements whose look matters only to what they hold. */
const silent = new Set(["defs", "title", "desc", "style", "clipPath", "linearGradient", "marker"]);

/**
 * A copy of an SVG element of the page that is drawn the same without the page: what style sheets and variables give is written into the
 * elements, colours are plain ones, fonts have names. An element that is not on the page has no look but that of its attributes, which it keeps.
 */
export function standaloneSvg(element: SVGSVGElement): SVGSVGElement {
  const copy = element.cloneNode(true) as SVGSVGElement;
  if (element.isConnected) settle(element, copy, initial);
  else
    for (const text of copy.querySelectorAll("[font-family]"))
      text.setAttribute("font-family", namedFonts(text.getAttribute("font-family")!));
  const {width, height} = sizeOf(element);
  for (const [name, value] of Object.entries({width, height})) copy.setAttribute(name, String(value));
  if (!copy.hasAttribute("viewBox")) copy.setAttribute("viewBox", `0 0 ${width} ${height}`);
  copy.querySelectorAll("style").forEach((style) => style.remove());
  return copy;
}

/** Its size in its own units. */
export function sizeOf(element: SVGSVGElement): {width: number; height: number} {
  const {width, height} = element.viewBox.baseVal ?? {};
  if (width && height) return {width, height};
  const number = (name: string) => parseFloat(element.getAttribute(name) ?? "");
  const [w, h] = [number("width"), number("height")];
  if (w > 0 && h > 0) return {width: w, height: h};
  const box = element.getBoundingClientRect();
  return {width: box.width, height: box.height};
}

/** How far words reach beyond an element's frame, in its own units: ticks of long numbers do, and on the page there is room for them. */
export function wordsBeyond(element: SVGSVGElement): Record<"left" | "top" | "right" | "bottom", number> {
  const beyond = {left: 0, top: 0, right: 0, bottom: 0};
  const frame = element.getBoundingClientRect();
  if (!(frame.width > 0)) return beyond;
  const unit = sizeOf(element).width / frame.width;
  for (const text of element.querySelectorAll("text")) {
    const box = text.getBoundingClientRect();
    const more = (name: keyof typeof beyond, pixels: number) =>
      (beyond[name] = Math.max(beyond[name], Math.ceil(unit * pixels)));
    more("left", frame.left - box.left);
    more("top", frame.top - box.top);
    more("right", box.right - frame.right);
    more("bottom", box.bottom - frame.bottom);
  }
  return beyond;
}

function settle(from: Element, to: Element, above: Record<string, string>): void {
  const style = getComputedStyle(from);
  const now: Record<string, string> = {};
  for (const name of inherited) now[name] = style.getPropertyValue(name) || above[name];
  const drawn = !silent.has(from.tagName);
  const set = (name: string, value: string) => {
    if (!colors.includes(name) || value === "none" || value.startsWith("url("))
      return void to.setAttribute(
        name,
        name === "font-family" ? namedFonts(value) : value.replace(/(\d)px/g, "$1")
      );
    const {hex, alpha} = plainColor(value);
    to.setAttribute(name, alpha > 0 ? hex : "none");
    if (alpha > 0 && alpha < 1 && name !== "stop-color") {
      const opacity = `${name}-opacity`;
      now[opacity] = String(alpha * Number(style.getPropertyValue(opacity) || 1));
    }
  };
  for (const name of [...inherited, ...own, "color"]) to.removeAttribute(name);
  if (drawn) {
    for (const name of inherited) if (now[name] !== above[name]) set(name, now[name]);
    for (const name of own) {
      const value = style.getPropertyValue(name);
      if (value && value !== initial[name] && !(name === "display" && value !== "none")) set(name, value);
    }
  } else if (from.hasAttribute("opacity")) to.setAttribute("opacity", from.getAttribute("opacity")!);
  to.removeAttribute("style");
  to.removeAttribute("class");
  const next = drawn ? now : above;
  for (let i = 0; i < from.children.length; ++i)
    if (from.tagName !== "style") settle(from.children[i], to.children[i], next);
}

/** A list of fonts without those that only a browser knows; what is left has names. */
const namedFonts = (list: string): string => {
  const kept = list
    .split(",")
    .map((font) => font.trim())
    .filter((font) => !/^(system-ui|ui-|-apple-system|BlinkMacSystemFont)/.test(font));
  return kept.length > 1 ? kept.join(", ") : "Helvetica, Arial, sans-serif";
};

/** An empty picture in a colour, and what is to stand in it. */
export const sheet = (
  width: number,
  height: number,
  background: string,
  ...children: Node[]
): SVGSVGElement =>
  svg(
    "svg",
    {xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}`},
    svg("rect", {width, height, fill: plainColor(background).hex}),
    ...children
  );
