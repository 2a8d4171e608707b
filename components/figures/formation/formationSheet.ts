/** F1 as one picture: the image model as a row of its factors, and below it what is made of them. */
import {svg} from "../dom.js";
import {sizeOf, standaloneSvg} from "../standaloneSvg.js";

/** Side of a picture, and room between two of the equation, pixels. */
const [SIDE, GAP] = [150, 40];
const [TITLE, LINE] = [20, 46];

/** Panels of the equation X = CTF * (P V) + N in reading order, by the beginning of their titles, and what stands behind each. */
const equation: [title: string, sign: string][] = [
  ["V, the volume", "→"],
  ["P V, its projection", "∗"],
  ["CTF", "="],
  ["CTF ∗ P V", "+"],
  ["N, the noise", "="],
  ["X, the particle", ""]
];
const WIDTH = equation.length * SIDE + (equation.length - 1) * GAP;

/** @param panels the panels' sections. @throws where one of them has no picture yet */
export function formationSheet(panels: HTMLElement): SVGSVGElement {
  const sections = [...panels.querySelectorAll<HTMLElement>("section.panel")];
  const titleOf = (section: HTMLElement) => section.getAttribute("aria-label") ?? "";
  const parts: SVGElement[] = [];
  const words = (x: number, y: number, size: number, text: string, anchor = "start", color = "#23262b") =>
    parts.push(svg("text", {x, y, "font-size": size, "text-anchor": anchor, fill: color}, text));
  const used = new Set<Element>();

  equation.forEach(([title, sign], i) => {
    const section = sections.find((section) => titleOf(section) === title);
    const canvas = section && picturesOf(section)[0];
    if (!canvas) throw new Error(`${title}: there is no picture yet`);
    used.add(canvas);
    const x = i * (SIDE + GAP);
    words(x, TITLE - 7, 13, title);
    parts.push(imageOf(canvas, x, TITLE));
    words(x + SIDE + GAP / 2, TITLE + SIDE / 2 + 9, 26, sign, "middle");
    if (sign === "→") words(x + SIDE + GAP / 2, TITLE + SIDE / 2 - 9, 16, "P", "middle");
  });

  // Pictures first, then curves at the size that their words are made for.
  let [x, y, row] = [0, TITLE, SIDE];
  const nextRow = () => ([x, y, row] = [0, y + row + LINE, 0]);
  const place = (title: string, {width, height}: {width: number; height: number}, part: SVGElement) => {
    if (x > 0 && x + width > WIDTH) nextRow();
    words(x, y - 7, 13, title);
    for (const [name, value] of Object.entries({x, y, width, height})) part.setAttribute(name, String(value));
    parts.push(part);
    row = Math.max(row, height);
    x += width + GAP;
  };
  nextRow();
  const square = {width: SIDE, height: SIDE};
  for (const section of sections)
    for (const canvas of picturesOf(section)) {
      if (used.has(canvas)) continue;
      const own = canvas.closest("figure")?.querySelector("figcaption")?.textContent;
      place(own ?? titleOf(section), square, imageOf(canvas, x, y));
    }
  nextRow();
  for (const section of sections)
    for (const plot of section.querySelectorAll<SVGSVGElement>(".panel-plot svg")) {
      const copy = standaloneSvg(plot);
      copy.setAttribute("overflow", "visible");
      place(titleOf(section), sizeOf(plot), copy);
    }
  const height = y + row + 4;
  const picture = svg(
    "svg",
    {width: WIDTH, height, viewBox: `0 0 ${WIDTH} ${height}`, "font-family": "Helvetica, Arial, sans-serif"},
    ...parts
  );
  picture.setAttribute("aria-label", "X = CTF * (P V) + N, factor by factor");
  return picture;
}

/** The pictures of a panel that can be seen. */
const picturesOf = (section: HTMLElement) =>
  [...section.querySelectorAll<HTMLCanvasElement>("canvas")].filter(
    (canvas) => !canvas.hidden && canvas.width > 0 && canvas.offsetParent !== null
  );

/** A canvas as a part of a picture; pixels stay pixels. */
const imageOf = (canvas: HTMLCanvasElement, x: number, y: number) =>
  svg("image", {
    x,
    y,
    width: SIDE,
    height: SIDE,
    href: canvas.toDataURL(),
    ...(canvas.width <= 2 * SIDE ? {"image-rendering": "pixelated"} : {})
  });
