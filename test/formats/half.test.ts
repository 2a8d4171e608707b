import {describe, expect, it} from "vitest";
import {fromHalf, narrowToHalf, toHalf, widenBrain, widenHalf} from "../../components/formats/half.js";
import {random} from "../../components/compute/random.js";

describe("float16", () => {
  it("has the values of the standard", () => {
    const known: [number, number][] = [
      [0x0000, 0],
      [0x0001, 2 ** -24],
      [0x03ff, 2 ** -14 - 2 ** -24],
      [0x0400, 2 ** -14],
      [0x3555, 0.333251953125],
      [0x3c00, 1],
      [0xc000, -2],
      [0x7bff, 65504],
      [0x7c00, Infinity],
      [0xfc00, -Infinity]
    ];
    for (const [bits, value] of known) expect([fromHalf(bits), toHalf(value)]).toEqual([value, bits]);
    expect(Object.is(fromHalf(0x8000), -0)).toBe(true);
    expect(toHalf(-0)).toBe(0x8000);
    expect(fromHalf(toHalf(NaN))).toBeNaN();
  });

  it("keeps every pattern that is a number", () => {
    const bits = Uint16Array.from({length: 65536}, (_, i) => i).filter((b) => (b & 0x7fff) <= 0x7c00);
    expect(narrowToHalf(widenHalf(bits))).toEqual(bits);
  });

  it("rounds to the nearest, halfway to the even pattern, on every interval", () => {
    const wrong: number[] = [];
    for (let bits = 0; bits < 0x7bff; ++bits) {
      const middle = (fromHalf(bits) + fromHalf(bits + 1)) / 2; // exact in float32
      const even = bits & 1 ? bits + 1 : bits;
      const step = middle * 2 ** -23; // one float32 step, or two
      const found = [middle, -middle, middle - step, middle + step].map((value) =>
        toHalf(Math.fround(value))
      );
      const expected = [even, even | 0x8000, bits, bits + 1];
      if (found.some((pattern, i) => pattern !== expected[i])) wrong.push(bits);
    }
    expect(wrong).toEqual([]);
  });

  it("overflows to infinity from halfway beyond the largest number", () => {
    expect(toHalf(65519.99)).toBe(0x7bff);
    expect(toHalf(65520)).toBe(0x7c00);
    expect(toHalf(-1e30)).toBe(0xfc00);
  });
});

describe("bfloat16", () => {
  it("is the upper half of a float32", () => {
    const values = random(5).fillNormal(new Float32Array(200));
    const upper = new Uint32Array(values.buffer).map((bits) => bits & 0xffff0000);
    const patterns = Uint16Array.from(upper, (bits) => bits >>> 16);
    expect(widenBrain(patterns)).toEqual(new Float32Array(upper.buffer));
  });
});
