import {h} from "./dom.js";

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

/** What a canvas shows, as PNG, on the page's background. */
export function pngBlob(canvas: HTMLCanvasElement): Promise<Blob> {
  const copy = h("canvas", {width: canvas.width, height: canvas.height});
  const context = copy.getContext("2d")!;
  context.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(canvas, 0, 0);
  return new Promise((resolve, reject) =>
    copy.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("this browser cannot write PNG"))),
      "image/png"
    )
  );
}

/** An SVG element of the page as a file of its own: variables of the page's style become their present values. */
export function svgBlob(element: SVGSVGElement): Blob {
  const copy = element.cloneNode(true) as SVGSVGElement;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const style = getComputedStyle(element);
  copy.setAttribute("color", style.color);
  copy.setAttribute("font-family", style.fontFamily);
  const page = getComputedStyle(document.documentElement);
  const text = new XMLSerializer()
    .serializeToString(copy)
    .replace(/var\((--[\w-]+)(?:,\s*([^)]*))?\)/g, (_, name: string, otherwise?: string) => {
      return page.getPropertyValue(name).trim() || otherwise || "currentColor";
    });
  return new Blob([text], {type: "image/svg+xml"});
}
