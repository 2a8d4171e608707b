/** Pictures of a report as SVG, written without a browser. */
import {ticks} from "d3";

interface Plot {
  width: number;
  height: number;
  x: readonly [number, number];
  y: readonly [number, number];
  xLabel: string;
  yLabel: string;
}

const [LEFT, RIGHT, TOP, BOTTOM] = [56, 14, 26, 40];
const round = (v: number) => String(Math.round(10 * v) / 10);
const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

function frame({width, height, x, y, xLabel, yLabel}: Plot) {
  const px = (v: number) => LEFT + ((v - x[0]) / (x[1] - x[0])) * (width - LEFT - RIGHT);
  const py = (v: number) => height - BOTTOM - ((v - y[0]) / (y[1] - y[0])) * (height - TOP - BOTTOM);
  const text = (at: [number, number], words: string, anchor: string) => `<text x="${round(at[0])}" y="${round(at[1])}" text-anchor="${anchor}" fill="#555">${escaped(words)}</text>`; // prettier-ignore
  const marks = [
    ...ticks(y[0], y[1], 6).flatMap((v) => [
      `<path d="M${LEFT},${round(py(v))}H${width - RIGHT}" stroke="#ddd"/>`,
      text([LEFT - 6, py(v) + 4], label(v), "end")
    ]),
    ...ticks(x[0], x[1], 8).map((v) => text([px(v), height - BOTTOM + 16], label(v), "middle"))
  ];
  const axes = [text([LEFT, TOP - 10], yLabel, "start"), text([width - RIGHT, height - 6], xLabel, "end")];
  const wrap = (body: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui,sans-serif" font-size="12">${[...marks, ...axes].join("")}${body}</svg>`;
  return {px, py, wrap};
}
const label = (v: number) => (Math.abs(v) >= 1000 ? v.toLocaleString("en") : Number(v.toPrecision(3)).toString()).replace("-", "−"); // prettier-ignore

/** Losses of a training, the noisy one on the batches and that on what was held out. The axis leaves out the fall at the beginning. */
export function lossesPlot(losses: readonly {step: number; trained: number; heldOut: number}[]): string {
  if (losses.length === 0) return "";
  const last = losses[losses.length - 1].step;
  const values = losses.slice(losses.length > 4 ? 1 : 0).flatMap(({trained, heldOut}) => [trained, heldOut]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const pad = 0.08 * (high - low) || 0.1;
  const plot = {width: 680, height: 260, x: [0, last] as const, y: [low - pad, high + pad] as const, xLabel: "step", yLabel: "EDM loss: held out (dark), on batches (pale)"}; // prettier-ignore
  const {px, py, wrap} = frame(plot);
  const line = (key: "trained" | "heldOut", color: string, width: number) => {
    const points = losses.map((at) => `${round(px(at.step))},${round(Math.max(0, py(at[key])))}`);
    return `<polyline points="${points.join(" ")}" fill="none" stroke="${color}" stroke-width="${width}"/>`;
  };
  return wrap(line("trained", "#b9bec7", 1.5) + line("heldOut", "#a3195b", 2));
}

/** A set of points of a plane plot. */
export interface PlaneSet {
  name: string;
  color: string;
  /** [n, 2]. */
  points: ArrayLike<number>;
}

/** Points of each set that are drawn, at most. */
const MOST = 2500;

/** Sets of points in the plane of two components, on axes that hold the first set but for 0.2% on each side; the first lies on top. */
export function planePlot(sets: readonly PlaneSet[], [xLabel, yLabel]: readonly [string, string]): string {
  const range = (axis: 0 | 1) => {
    const values = Array.from(sets[0].points).filter((v, i) => i % 2 === axis && Number.isFinite(v)).sort((a, b) => a - b); // prettier-ignore
    const at = (q: number) => values[Math.round(q * (values.length - 1))] ?? 0;
    const pad = 0.06 * (at(0.998) - at(0.002)) || 1;
    return [at(0.002) - pad, at(0.998) + pad] as const;
  };
  const plot = {width: 680, height: 480, x: range(0), y: range(1), xLabel, yLabel};
  const {px, py, wrap} = frame(plot);
  const dots = sets.map(({color, points}) => {
    const n = points.length / 2;
    let path = "";
    for (let i = 0; i < n; i += Math.max(1, Math.ceil(n / MOST))) {
      const [x, y] = [points[2 * i], points[2 * i + 1]];
      if (!(x >= plot.x[0] && x <= plot.x[1] && y >= plot.y[0] && y <= plot.y[1])) continue;
      path += `M${round(px(x))},${round(py(y))}h0`;
    }
    return `<path d="${path}" stroke="${color}" stroke-width="2.2" stroke-linecap="round" opacity="0.55"/>`;
  });
  const {width} = plot;
  const key = sets.map(
    ({name, color}, i) =>
      `<circle cx="${width - RIGHT - 170 * (sets.length - i)}" cy="${TOP - 14}" r="4" fill="${color}"/><text x="${width - RIGHT - 170 * (sets.length - i) + 10}" y="${TOP - 10}">${escaped(name)}</text>`
  );
  return wrap(dots.reverse().join("") + key.join(""));
}
