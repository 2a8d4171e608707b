import {readFileSync} from "node:fs";
import {describe, expect, test} from "vitest";
import {mostAndFewest, readCurves, secondsTo} from "../../components/figures/benchCurves.js";
import {shortAgent} from "../../components/figures/benchEnvironment.js";

const shipped = JSON.parse(
  readFileSync(new URL("../../data/bench/pixels.json", import.meta.url), "utf8")
) as Record<string, unknown>;

describe("curves of the loss", () => {
  const curve = {pixels: 10, label: "", seconds: [0, 10, 20], step: [0, 1, 2], heldOut: [1, 0.5, 0.7], imagesPerSecond: 1};

  test("reach a loss between two evaluations, at the first that is below it, or never", () => {
    expect(secondsTo(0.75, curve)).toBe(5);
    expect(secondsTo(0.5, curve)).toBe(10);
    expect(secondsTo(2, curve)).toBe(0);
    expect(secondsTo(0.4, curve)).toBeUndefined();
  });

  test("the shipped file is one, with all pixels and with 256", () => {
    const [most, fewest] = mostAndFewest(readCurves(shipped, "pixels.json").curves);
    expect([most.pixels, fewest.pixels]).toEqual([3208, 256]);
  });

  test("a file that is damaged is refused by the field's name", () => {
    expect(() => readCurves({...shipped, seed: "one"}, "pixels.json")).toThrow(/pixels\.json: .*seed/);
    expect(() => readCurves({...shipped, curves: [{...curve, step: [0, 1]}]}, "pixels.json")).toThrow(/one length/);
  });
}); // prettier-ignore

test.each([
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox 140 on Linux"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0", "Edge 138 on Windows"],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15", "Safari 18.5 on macOS"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", "Safari 18.5 on iOS"],
  ["Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36", "Chrome 138 on Android"],
  ["something else", "something else"]
])("the user agent %s is %s", (userAgent, name) => {
  expect(shortAgent(userAgent)).toBe(name);
}); // prettier-ignore
