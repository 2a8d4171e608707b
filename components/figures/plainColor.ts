const known = new Map<string, {hex: string; alpha: number}>();

/** A CSS colour as every program reads it, whatever the browser calls it: six hexadecimal digits, and how opaque it is. */
export function plainColor(color: string): {hex: string; alpha: number} {
  let found = known.get(color);
  if (!found) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const context = canvas.getContext("2d", {willReadFrequently: true})!;
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
    const hex = `#${[r, g, b].map((v) => v.toString(16).padStart(2, "0")).join("")}`;
    known.set(color, (found = {hex, alpha: Math.round((1000 * a) / 255) / 1000}));
  }
  return found;
}
