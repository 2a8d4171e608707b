type Child = Node | string | number | null | undefined | false;
type Properties = Record<string, unknown>;

/**
 * An element. `class`, `style`, `aria-*`, `role` and other attributes are set as attributes; `onclick` and the like, and
 * what the element itself has as a property (`value`, `checked`), as properties.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (key.startsWith("on") || ["value", "checked", "disabled", "width", "height"].includes(key)) {
      (element as unknown as Properties)[key] = value;
    } else element.setAttribute(key, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

export function append(element: Element, children: Child[]): void {
  element.append(
    ...children.filter((c): c is Node | string => c !== null && c !== undefined && c !== false).map(text)
  );
}
const text = (child: Node | string | number) => (typeof child === "number" ? String(child) : child);

/** An SVG element with attributes. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | number> = {},
  ...children: (Node | string)[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/**
 * A canvas of `width` x `height` CSS pixels, sharp on this screen, and its context in CSS pixels.
 * @param settings of the context
 */
export function sharpCanvas(
  width: number,
  height: number,
  settings?: CanvasRenderingContext2DSettings
): [HTMLCanvasElement, CanvasRenderingContext2D] {
  const ratio = Math.min(devicePixelRatio || 1, 2);
  const canvas = h("canvas", {
    width: Math.round(width * ratio),
    height: Math.round(height * ratio),
    style: `width:${width}px;height:${height}px`
  });
  const context = canvas.getContext("2d", settings);
  if (!context) throw new Error("this browser cannot draw on a canvas");
  context.scale(ratio, ratio);
  return [canvas, context];
}

/** Calls `draw` now and whenever the page changes between light and dark, until the returned function is called. */
export function onTheme(draw: () => void): () => void {
  const query = matchMedia("(prefers-color-scheme: dark)");
  query.addEventListener("change", draw);
  draw();
  return () => query.removeEventListener("change", draw);
}

/** Values of the page's variables in light and in dark: asking for one makes the browser bring all styles up to date first. */
const colors = {light: new Map<string, string>(), dark: new Map<string, string>()};
let darkness: MediaQueryList | undefined;

/** The value of a CSS variable of the page, such as `--series-prior`. */
export function cssColor(name: string): string {
  darkness ??= matchMedia("(prefers-color-scheme: dark)");
  const known = colors[darkness.matches ? "dark" : "light"];
  let color = known.get(name);
  if (color === undefined) {
    color = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    if (color) known.set(name, color); // the style sheet may not be there yet
  }
  return color || "#888";
}

/** Width a figure can have on this page, CSS pixels, at most `most`. */
export function roomFor(most: number): number {
  const main = document.getElementById("observablehq-main");
  if (!main) return most;
  const {paddingLeft, paddingRight} = getComputedStyle(main);
  return Math.max(240, Math.min(most, main.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight)));
}
