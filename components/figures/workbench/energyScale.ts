import {interpolateViridis} from "d3";
import {quantile} from "../../analysis/quantiles.js";
import {axisTicks} from "../axisTicks.js";
import {cssColor} from "../dom.js";
import type {Pen} from "../svgPen.js";

/** Colours of free energies above the lowest. */
export interface EnergyScale {
  /** What the last colour stands for, and all above it, nats. */
  high: number;
  color(energy: number): string;
}

/** Steps of the scale: cells of one step are drawn together. */
const STEPS = 40;

/** A part of viridis, from low to high. */
const ramp = (from: number, to: number) =>
  Array.from({length: STEPS}, (_, i) => interpolateViridis(from + ((to - from) * i) / (STEPS - 1)));

/** Without its darkest part on a dark page, and without its lightest on a light one, where they are lost. */
const [onDark, onLight] = [ramp(0.22, 1), ramp(0.02, 0.9)];
const colorsNow = () => (matchMedia("(prefers-color-scheme: dark)").matches ? onDark : onLight);

/** @param energies nats above the lowest [n]; the scale leaves out the highest 2% */
export function energyScale(energies: ArrayLike<number>): EnergyScale {
  const high = quantile(Float64Array.from(energies).sort(), 0.98) || 1;
  const colors = colorsNow();
  return {
    high,
    color: (energy) => colors[Math.max(0, Math.min(STEPS - 1, Math.floor((STEPS * energy) / high)))]
  };
}

/** Room that the colours with their values take, pixels. */
export const keyHeight = 44;

/** Draws the colours with their values, in a row of a width. */
export function drawEnergyKey(pen: Pen, {high}: EnergyScale, [x, y, width]: [number, number, number]): void {
  pen.font = "12px system-ui, sans-serif";
  pen.textAlign = "left";
  pen.textBaseline = "top";
  pen.fillStyle = cssColor("--theme-foreground");
  pen.fillText("F = −log p above the lowest, nats", x, y);
  colorsNow().forEach((color, i) => {
    pen.fillStyle = color;
    pen.fillRect(x + (width * i) / STEPS, y + 16, width / STEPS + 0.5, 8);
  });
  pen.textAlign = "center";
  pen.fillStyle = cssColor("--theme-foreground-muted");
  for (const {value, label} of axisTicks(0, high, width / 50)) {
    const last = value > high * 0.97;
    pen.fillText(last ? `${label}+` : label, x + (width * value) / high, y + 27);
  }
}
