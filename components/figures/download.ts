import {h, svg} from "./dom.js";
import {drawLegend, legendHeight, legendMarks, legendSvg} from "./pictureLegend.js";
import {sheet, sizeOf, standaloneSvg, wordsBeyond} from "./standaloneSvg.js";

export interface Download {
  /** What the button says: `SVG`, `CSV`, `.npy`. */
  label: string;
  /** File name to save as. */
  name: string;
  make(): Blob | Promise<Blob>;
}

/** A row of buttons, each of which makes its file when pressed. A failure is said in the row. */
export function downloads(...items: Download[]): HTMLElement {
  const status = h("span", {role: "status", class: "download-status"});
  const buttons = items.map(({label, name, make}) =>
    h(
      "button",
      {
        type: "button",
        class: "quiet",
        title: `Download ${name}`,
        onclick: async () => {
          status.textContent = "";
          try {
            save(await make(), name);
          } catch (error) {
            status.textContent = `${name}: ${(error as Error).message}`;
          }
        }
      },
      label
    )
  );
  return h("div", {class: "downloads"}, h("span", {}, "Download"), ...buttons, status);
}

/** Hands a file to the reader, as a download. */
export function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = h("a", {href: url, download: name});
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Bytes as a file. */
export const bytesBlob = (bytes: Uint8Array): Blob => new Blob([bytes as Uint8Array<ArrayBuffer>]);

/** Rows as comma-separated values with a header; numbers keep all their digits, texts are quoted where they must be. */
export function csvBlob(columns: string[], rows: Iterable<readonly (string | number)[]>): Blob {
  const cell = (v: string | number) =>
    typeof v === "string" && /[",\n]/.test(v) ? `"${v.replaceAll('"', '""')}"` : v;
  const lines = [columns.map(cell).join(",")];
  for (const row of rows) lines.push(row.map(cell).join(","));
  return new Blob([lines.join("\n") + "\n"], {type: "text/csv"});
}

export interface PictureOptions {
  /** The legend that stands beside the picture, or anything around it; it is drawn above the picture. */
  legend?: Element;
}

/** What a canvas shows, as PNG, on the page's background. */
export function pngBlob(canvas: HTMLCanvasElement, {legend}: PictureOptions = {}): Promise<Blob> {
  const {background, ink} = paper();
  const marks = legend ? legendMarks(legend) : [];
  // A canvas has more pixels than it takes on a sharp screen; the legend is as large as it is on the page.
  const ratio = canvas.clientWidth > 0 ? canvas.width / canvas.clientWidth : 1;
  const copy = h("canvas", {width: canvas.width, height: canvas.height});
  const context = copy.getContext("2d")!;
  const room = {x: PAD, y: PAD, width: canvas.width / ratio - 2 * PAD, ink};
  const above = marks.length > 0 ? Math.round(ratio * (PAD + legendHeight(marks, room.width))) : 0;
  copy.height = canvas.height + above;
  context.fillStyle = background;
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(canvas, 0, above);
  context.scale(ratio, ratio);
  drawLegend(context, marks, room);
  return new Promise((resolve, reject) =>
    copy.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("this browser cannot write PNG"))),
      "image/png"
    )
  );
}

/**
 * An SVG element of the page as a file of its own, on the page's background: what the page's style gives it becomes its own, so that it
 * looks the same in a report or on a slide.
 */
export function svgBlob(element: SVGSVGElement, {legend}: PictureOptions = {}): Blob {
  const {background, ink} = paper();
  const copy = standaloneSvg(element);
  const {width, height} = sizeOf(element);
  const beyond = wordsBeyond(element);
  const [left, right] = [PAD + beyond.left, PAD + beyond.right];
  const key = legendSvg(legend ? legendMarks(legend) : [], width + beyond.left + beyond.right, ink);
  key.part.setAttribute("transform", `translate(${PAD},${PAD})`);
  const place = {x: left, y: PAD + key.height + beyond.top, width, height, overflow: "visible"};
  for (const [name, value] of Object.entries(place)) copy.setAttribute(name, String(value));
  const label = element.getAttribute("aria-label");
  const title = label ? [svg("title", {}, label)] : [];
  const picture = sheet(
    left + width + right,
    height + key.height + beyond.top + beyond.bottom + 2 * PAD,
    background,
    ...title,
    ...(key.height > 0 ? [key.part] : []),
    copy
  );
  return new Blob([new XMLSerializer().serializeToString(picture)], {type: "image/svg+xml"});
}

/** Pixels around a picture. */
const PAD = 10;

/** The page's background and the colour of its text. */
function paper(): {background: string; ink: string} {
  return {
    background: getComputedStyle(document.documentElement).backgroundColor,
    ink: getComputedStyle(document.body).color
  };
}
