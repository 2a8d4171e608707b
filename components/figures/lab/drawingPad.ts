import {effect, type Signal} from "@preact/signals-core";
import {cssColor, h, onTheme, sharpCanvas} from "../dom.js";

/** Half the side of the square that is drawn in, in units of the data. */
export const PAD_REACH = 2.5;

/** Points at most: each is a Gaussian of the law, and every figure asks all of them. */
export const PAD_MOST = 240;

/** Distance between two points of a stroke, in units of the data. */
const GAP = 0.12;

/** A square to draw data in by hand. With keys: arrows move a cross, Space sets a point, Backspace takes the last one back. */
export function drawingPad(points: Signal<number[]>, {d, size = 190}: {d: 1 | 2; size?: number}) {
  const height = d === 1 ? 56 : size;
  const [canvas, context] = sharpCanvas(size, height);
  canvas.tabIndex = 0;
  canvas.className = "drawing-pad";
  canvas.setAttribute("role", "application");
  canvas.setAttribute(
    "aria-label",
    "Draw data: drag to set points. With keys: arrows move the cross, Space sets a point, Backspace takes the last one back."
  );
  const count = h("span", {class: "note-small"});
  const clear = h(
    "button",
    {type: "button", class: "quiet", onclick: () => (points.value = [])},
    "Clear the drawing"
  );
  let cross: [number, number] | undefined;
  const px = (x: number) => ((x + PAD_REACH) / (2 * PAD_REACH)) * size;
  const py = (y: number) => (d === 1 ? height / 2 : ((PAD_REACH - y) / (2 * PAD_REACH)) * size);
  const inside = (v: number) => Math.max(-PAD_REACH, Math.min(PAD_REACH, v));

  function draw() {
    context.clearRect(0, 0, size, height);
    context.strokeStyle = cssColor("--theme-foreground-faint");
    context.strokeRect(0.5, 0.5, size - 1, height - 1);
    context.fillStyle = cssColor("--series-encodings");
    for (let i = 0; i < points.value.length; i += d)
      context.fillRect(px(points.value[i]) - 1.5, py(points.value[i + d - 1]) - 1.5, 3, 3);
    if (!cross || document.activeElement !== canvas) return;
    context.strokeStyle = cssColor("--theme-foreground");
    context.beginPath();
    context.moveTo(px(cross[0]) - 6, py(cross[1]));
    context.lineTo(px(cross[0]) + 6, py(cross[1]));
    context.moveTo(px(cross[0]), py(cross[1]) - 6);
    context.lineTo(px(cross[0]), py(cross[1]) + 6);
    context.stroke();
  }
  function add(x: number, y: number) {
    const now = points.peek();
    if (now.length >= PAD_MOST * d) return;
    points.value = [...now, ...(d === 1 ? [x] : [x, y])];
  }
  let last: [number, number] | undefined;
  const place = (event: PointerEvent): [number, number] => {
    const box = canvas.getBoundingClientRect();
    const unit = (2 * PAD_REACH) / box.width;
    return [
      inside((event.clientX - box.left) * unit - PAD_REACH),
      d === 1 ? 0 : inside(PAD_REACH - (event.clientY - box.top) * unit)
    ];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    add(...last);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    const at = place(event);
    if (Math.hypot(at[0] - last[0], at[1] - last[1]) < GAP) return;
    last = at;
    add(...at);
  });
  const drop = () => (last = undefined);
  canvas.addEventListener("pointerup", drop);
  canvas.addEventListener("pointercancel", drop);
  canvas.addEventListener("blur", draw);
  canvas.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 0.5 : 0.125;
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, step],
      ArrowDown: [0, -step]
    };
    cross ??= [0, 0];
    if (event.key in moves) {
      const [dx, dy] = moves[event.key];
      cross = [inside(cross[0] + dx), d === 1 ? 0 : inside(cross[1] + dy)];
      draw();
    } else if (event.key === " ") add(...cross);
    else if (event.key === "Backspace") points.value = points.peek().slice(0, -d);
    else return;
    event.preventDefault();
  });
  const stops = [
    onTheme(draw),
    effect(() => {
      const n = points.value.length / d;
      draw();
      clear.disabled = n === 0;
      count.textContent =
        n === 0
          ? "Draw in the frame."
          : `${n} point${n === 1 ? "" : "s"}${n >= PAD_MOST ? ", as many as there is room for" : ""}`;
    })
  ];
  return {
    element: h("div", {class: "pad"}, canvas, h("div", {}, count, clear)),
    dispose: () => stops.forEach((stop) => stop())
  };
}
