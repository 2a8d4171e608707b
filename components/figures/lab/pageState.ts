import {batch, effect, signal, type Signal} from "@preact/signals-core";
import type {ControlPoint} from "../../diffusion/drawnCurve.js";
import {urlState} from "../urlState.js";

/** How a value is written into the address, and read back; undefined for what can't be read, or needn't be written. */
export interface Codec<T> {
  write(value: T): string | undefined;
  read(text: string): T | undefined;
}

/** The controls of a page, each a signal with a name in the address. */
export interface PageState {
  /** A number within limits; absent, out of them or no number in the address: the default. */
  number(
    key: string,
    value: number,
    limits?: {min?: number; max?: number; integer?: boolean}
  ): Signal<number>;
  /** One of some texts, or any. */
  text<T extends string>(key: string, value: T, allowed?: readonly T[]): Signal<T>;
  flag(key: string, value: boolean): Signal<boolean>;
  custom<T>(key: string, value: T, codec: Codec<T>): Signal<T>;
  /** Every control at its default. */
  reset(): void;
  /** The query that a link to the present state has, without the question mark; empty at the defaults. */
  query(): string;
  /** The same with whatever else a link carries. */
  link(): string;
  /** Something that a link carries and that is no control, such as the reader's cells. */
  also(key: string, text: () => string | undefined): void;
  /** Writes changes into the address, from now on until the returned function is called. */
  watch(): () => void;
}

/** Milliseconds after a control's last move that the address is written: browsers refuse to write it at every frame. */
const REST = 250;

/**
 * The state that an address describes.
 * @param source the query of the address; by default the page's own
 */
export function pageState(source = typeof location === "undefined" ? "" : location.search): PageState {
  const given = new URLSearchParams(source);
  const others: {key: string; text(): string | undefined}[] = [];
  const controls: {key: string; text(): string | undefined; reset(): void}[] = [];

  function custom<T>(key: string, value: T, {write, read}: Codec<T>): Signal<T> {
    const text = given.get(key);
    const found = text === null ? undefined : read(text);
    const control = signal(found ?? value);
    const otherwise = write(value);
    controls.push({
      key,
      text() {
        const now = write(control.value);
        return now === otherwise ? undefined : now;
      },
      reset: () => (control.value = value)
    });
    return control;
  }
  const texts = () => Object.fromEntries(controls.map(({key, text}) => [key, text()]));
  const query = (of: {key: string; text(): string | undefined}[]) => {
    const query = new URLSearchParams();
    for (const {key, text} of of) {
      const now = text();
      if (now !== undefined) query.set(key, now);
    }
    return query.toString();
  };
  return {
    custom,
    number: (key, value, {min = -Infinity, max = Infinity, integer = false} = {}) =>
      custom(key, value, {
        write: (v) => String(Number(v.toPrecision(8))),
        read(text) {
          const v = text === "" ? NaN : Number(text);
          return v >= min && v <= max && Number.isFinite(v) && (!integer || Number.isInteger(v))
            ? v
            : undefined;
        }
      }),
    text: <T extends string>(key: string, value: T, allowed?: readonly T[]) =>
      custom<T>(key, value, {
        write: (v) => v,
        read: (text) => (!allowed || allowed.includes(text as T) ? (text as T) : undefined)
      }),
    flag: (key, value) =>
      custom(key, value, {
        write: (v) => (v ? "1" : "0"),
        read: (text) => (text === "1" ? true : text === "0" ? false : undefined)
      }),
    reset: () => batch(() => controls.forEach((control) => control.reset())),
    query: () => query(controls),
    link: () => query([...controls, ...others]),
    also: (key, text) => void others.push({key, text}),
    watch() {
      let timer: ReturnType<typeof setTimeout> | undefined;
      let first = true;
      const stop = effect(() => {
        const now = texts();
        if (first) return void (first = false);
        clearTimeout(timer);
        timer = setTimeout(() => urlState.set(now), REST);
      });
      return () => {
        stop();
        clearTimeout(timer);
      };
    }
  };
}

/** Control points as `0:0.1,0.5:10`, three digits each. */
export const pointsCodec: Codec<ControlPoint[]> = {
  write: (points) =>
    points.map(({t, value}) => `${Number(t.toPrecision(3))}:${Number(value.toPrecision(3))}`).join(","),
  read(text) {
    if (text === "") return [];
    const points = text.split(",").map((pair) => {
      const [t, value] = pair.split(":").map((v) => (v === "" ? NaN : Number(v)));
      return {t, value};
    });
    return points.every(({t, value}) => Number.isFinite(t) && Number.isFinite(value)) && points.length <= 100
      ? points
      : undefined;
  }
};

/** Points of a plane drawn by hand, two letters a coordinate: 12 bits from -`reach` to `reach`. */
export function planeCodec(reach: number, most: number): Codec<number[]> {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return {
    write: (numbers) =>
      numbers
        .map((v) => {
          const code = Math.max(0, Math.min(4095, Math.round(((v + reach) / (2 * reach)) * 4095)));
          return letters[code >> 6] + letters[code & 63];
        })
        .join(""),
    read(text) {
      if (text.length % 4 || text.length > 4 * most) return undefined;
      const numbers = [];
      for (let i = 0; i < text.length; i += 2) {
        const [high, low] = [letters.indexOf(text[i]), letters.indexOf(text[i + 1])];
        if (high < 0 || low < 0) return undefined;
        numbers.push(((high * 64 + low) / 4095) * 2 * reach - reach);
      }
      return numbers;
    }
  };
}
