import {describe, expect, it} from "vitest";
import {random} from "../../components/compute/random.js";
import type {NdArray} from "../../components/formats/ndarray.js";
import {writeNpy} from "../../components/formats/npy.js";
import {writePickles} from "../../components/formats/pickle.js";
import {readLatents, writeLatents} from "../../components/formats/z.js";
import {fixture, haveFixtures} from "./fixtures.js";
import {refusal, survivesDamage} from "./robust.js";

const normals = (seed: number, n = 50, d = 8): NdArray<Float32Array> => ({
  shape: [n, d],
  data: random(seed).fillNormal(new Float32Array(n * d))
});
const [mu, logvar] = [normals(1), normals(2)];
const refused = (bytes: Uint8Array) => refusal(() => readLatents(bytes, "z.pkl"));

describe("latents", () => {
  it("keep mu and log variance, or mu alone", () => {
    expect(readLatents(writeLatents(mu, logvar), "z.pkl")).toEqual({mu, logvar});
    expect(readLatents(writeLatents(mu), "z.pkl")).toEqual({mu});
    expect(readLatents(writeNpy(mu), "z.npy")).toEqual({mu});
  });

  it("narrow float64 to float32", () => {
    const wide = {shape: mu.shape, data: Float64Array.from(mu.data)};
    expect(readLatents(writePickles(wide, logvar), "z.pkl")).toEqual({mu, logvar});
  });

  it("refuse NaN and infinity by their row and column", () => {
    const broken = {shape: [50, 8], data: mu.data.slice()};
    broken.data[3 * 8 + 5] = NaN;
    expect(refused(writeLatents(broken))).toBe(
      "z.pkl: mu: row 3, column 5: found NaN; expected a finite number"
    );
    expect(refused(writeNpy(broken))).toContain("mu: row 3, column 5: found NaN");
    broken.data[3 * 8 + 5] = -Infinity;
    expect(refused(writeLatents(mu, broken))).toContain("log variance: row 3, column 5: found -Infinity");
    expect(refused(writePickles({shape: [1, 1], data: Float64Array.of(1e39)}))).toContain("row 0, column 0");
  });

  it("refuse other shapes, types and numbers of pickles", () => {
    expect(refused(writePickles({shape: [400], data: mu.data}))).toMatch(/mu: shape: found \[400\]/);
    expect(refused(writePickles({shape: [0, 8], data: new Float32Array(0)}))).toMatch(/at least 1/);
    expect(refused(writePickles(mu, normals(1, 8, 50)))).toMatch(/found \[8,50\]; expected \[50,8\]/);
    expect(refused(writePickles({shape: [1, 2], data: Int32Array.of(1, 2)}))).toContain("Int32Array");
    expect(refused(writePickles([mu, logvar]))).toContain("a tuple");
    expect(refused(writePickles(mu, mu, mu))).toContain("3 pickles");
    expect(refused(new TextEncoder().encode("mu,logvar\n"))).toContain("z.pkl");
  });

  it("survive damage", () => {
    survivesDamage(writeLatents(mu, logvar), (bytes) => readLatents(bytes, "z.pkl"), {seed: 3});
  });

  it.skipIf(!haveFixtures)("are read from cryoDRGN's files", () => {
    expect(readLatents(fixture("cryodrgn-run/out/z.2.pkl"), "z.2.pkl").logvar?.shape).toEqual([1000, 8]);
    expect(readLatents(fixture("real/zvals_het-8_4k.pkl"), "zvals.pkl").mu.shape).toEqual([4549, 8]);
    expect(refusal(() => readLatents(fixture("cryodrgn-run/poses.pkl"), "poses.pkl"))).toMatch(
      /poses\.pkl: mu/
    );
  });
});
