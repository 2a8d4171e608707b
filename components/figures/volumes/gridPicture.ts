import {cssColor, h} from "../dom.js";
import type {Motion} from "../../cryoem/motion.js";
import {cellWords, rowWords} from "./cellText.js";
import type {GridScene, Spot} from "./gridScene.js";
import {ordered, type Cell, type Order, type Row} from "./rows.js";

/** Cells in a line of the picture, pixels of a cell, below and above it, and of the picture a unit. */
const [COLUMNS, SIDE, WORDS, HEAD, RATIO] = [10, 128, 17, 34, 2];

/** All rows in one picture, ten cells a line, with their words: the figure in print. */
export function gridPicture(
  rows: readonly Row[],
  order: Order,
  motion: Motion | undefined,
  place: (cell: Cell) => HTMLElement | undefined,
  scene: GridScene | undefined
): HTMLCanvasElement {
  const lines = rows.map(({cells}) => Math.max(1, Math.ceil(cells.length / COLUMNS)));
  const width = COLUMNS * SIDE;
  const height = lines.reduce((sum, n) => sum + HEAD + n * (SIDE + WORDS), 0);
  const canvas = h("canvas", {width: width * RATIO, height: height * RATIO});
  const context = canvas.getContext("2d")!;
  context.scale(RATIO, RATIO);
  const write = (text: string, x: number, y: number, font: string, color: string) => {
    context.font = `${font} ${getComputedStyle(document.body).getPropertyValue("--sans-serif")}`;
    context.fillStyle = cssColor(color);
    context.fillText(text, x, y);
    return x + context.measureText(text).width;
  };
  const spots: (Spot & {cell: Cell})[] = [];
  let top = 0;
  rows.forEach((row, k) => {
    const {title, numbers} = rowWords(row, motion);
    const end = write(row.letter, 6, top + 23, "700 20px", "--theme-foreground");
    const next = write(title, end + 10, top + 23, "600 16px", row.color);
    write(row.trouble || numbers, next + 16, top + 23, "400 14px", "--theme-foreground");
    ordered(row.cells, order).forEach((cell, i) => {
      const x = (i % COLUMNS) * SIDE;
      const y = top + HEAD + Math.floor(i / COLUMNS) * (SIDE + WORDS);
      const element = place(cell);
      if (element) spots.push({place: element, cell, x, y});
      const {state, r} = cellWords(cell, motion);
      context.textAlign = "center";
      write(`${state}  ${r}`.trim(), x + SIDE / 2, y + SIDE + 11, "400 12px", "--theme-foreground");
      context.textAlign = "left";
    });
    top += HEAD + lines[k] * (SIDE + WORDS);
  });
  if (scene) context.drawImage(scene.picture(spots, SIDE, width, height, RATIO), 0, 0, width, height);
  else
    for (const {place, x, y} of spots) {
      const projection = place.querySelector("canvas");
      if (projection) context.drawImage(projection, x + 4, y + 4, SIDE - 8, SIDE - 8);
    }
  return canvas;
}
