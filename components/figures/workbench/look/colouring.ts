import {interpolateViridis, rgb, schemeTableau10} from "d3";
import {quantile} from "../../../analysis/quantiles.js";
import {cssColor} from "../../dom.js";

/** What latents are coloured by. */
export interface Colouring {
  name: string;
  /** `density`: by how many lie around them in the plane, which each plane knows itself. */
  kind: "one" | "density" | "groups" | "values";
  /** Place of each row's colour in `colors` [n]. */
  codes: Uint8Array;
  /** CSS colours; of values from low to high. */
  colors: string[];
  /** Of groups: what each is called, and the group of each row [n]. */
  groups?: {names: string[]; labels: Int32Array};
  /** Of values [n]: what the first and the last colour stand for, and the unit. */
  values?: {values: Float32Array; low: number; high: number; unit: string};
}

/** Steps of a scale of values. */
export const LEVELS = 48;

/** Colours of values from low to high: viridis without its darkest part, which is lost on a dark page. */
export const levelColors = Array.from({length: LEVELS}, (_, i) => interpolateViridis(0.12 + (0.84 * i) / (LEVELS - 1))); // prettier-ignore

/** Groups with a colour each; those beyond share the last, a grey. */
const MOST = 40;
const groupColor = (i: number) => {
  const {r, g, b} = rgb(schemeTableau10[i % 10]);
  const toward = [0, 0.45, -0.35, 0.7][Math.floor(i / 10)] ?? 0;
  const mix = (v: number) => Math.round(toward >= 0 ? v + (255 - v) * toward : v * (1 + toward));
  return `rgb(${mix(r)},${mix(g)},${mix(b)})`;
};

export const oneColor = (n: number): Colouring => ({
  name: "one colour",
  kind: "one",
  codes: new Uint8Array(n),
  colors: [cssColor("--series-encodings")]
});

export const byDensity = (n: number): Colouring => ({
  name: "density",
  kind: "density",
  codes: new Uint8Array(n),
  colors: levelColors
});

/** @param labels group of each row [n], 0 and up */
export function byGroup(name: string, labels: Int32Array, names: string[]): Colouring {
  const k = Math.min(names.length, MOST);
  const colors = Array.from({length: k}, (_, i) => groupColor(i));
  if (names.length > MOST) colors.push("rgb(136,136,136)");
  return {
    name,
    kind: "groups",
    codes: Uint8Array.from(labels, (label) => Math.min(label, MOST)),
    colors,
    groups: {names, labels}
  };
}

/** Groups by an integer of each row, as a file of labels has it. */
export function byLabel(name: string, values: Int32Array): Colouring {
  const found = [...new Set(values)].sort((a, b) => a - b);
  const place = new Map(found.map((value, i) => [value, i]));
  return byGroup(name, Int32Array.from(values, (value) => place.get(value)!), found.map((value) => `${name} ${value}`)); // prettier-ignore
}

/** By a number of each row [n]; the scale leaves out 1% at each end. */
export function byValue(name: string, values: Float32Array, unit: string): Colouring {
  const sorted = values.slice().sort();
  const [low, high] = [quantile(sorted, 0.01), quantile(sorted, 0.99)];
  const codes = new Uint8Array(values.length);
  for (let i = 0; i < codes.length; ++i) codes[i] = levelOf((values[i] - low) / (high - low || 1));
  return {name, kind: "values", codes, colors: levelColors, values: {values, low, high, unit}};
}

/** The step of a scale for a part of its range. */
export const levelOf = (part: number): number => Math.max(0, Math.min(LEVELS - 1, Math.floor(part * LEVELS)));

/** A CSS colour as a pixel of an image, as a little-endian number. */
export function pixelOf(color: string, alpha = 255): number {
  const {r, g, b} = rgb(color);
  return ((alpha << 24) | (Math.round(b) << 16) | (Math.round(g) << 8) | Math.round(r)) >>> 0;
}
