import {describe, expect, it} from "vitest";
import {random} from "../../components/compute/random.js";
import type {NdArray} from "../../components/formats/ndarray.js";
import {writeNpy} from "../../components/formats/npy.js";
import {readPickles, writePickles} from "../../components/formats/pickle.js";
import {writeIndices} from "../../components/formats/indices.js";
import {readLatents, writeLatents, writeLatentsText} from "../../components/formats/z.js";
import {fixture, haveFixtures, pythonWith, runPython} from "./fixtures.js";
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

describe("latents as text", () => {
  it("have a line for each, and digits enough for every float32", () => {
    const lines = writeLatentsText(mu.data, 8).trimEnd().split("\n");
    expect(lines).toHaveLength(50);
    expect(Float32Array.from(lines.flatMap((line) => line.split(" ").map(Number)))).toEqual(mu.data);
    expect(() => writeLatentsText(mu.data, 7)).toThrow("found 400 numbers; expected rows of 7");
  });
});

describe("numbers of particles", () => {
  it("are read as int64, in their order", () => {
    expect(readPickles(writeIndices([4, 0, 100_000]), "ind.pkl")).toEqual([
      {shape: [3], data: BigInt64Array.of(4n, 0n, 100_000n)}
    ]);
    expect(readPickles(writeIndices(new Uint32Array(0)), "ind.pkl")).toEqual([
      {shape: [0], data: new BigInt64Array(0)}
    ]);
  });

  it("must be whole and not negative", () => {
    for (const wrong of [-1, 0.5, NaN])
      expect(() => writeIndices([0, wrong])).toThrow(
        `indices: found ${wrong}; expected whole numbers from 0`
      );
  });
});

const python = pythonWith("numpy");

describe.skipIf(!python)("Python, as cryoDRGN does", () => {
  const echo = (load: string, input: Uint8Array) => {
    const script = `
import pickle, sys, io, numpy as np
f = io.BytesIO(sys.stdin.buffer.read())
a = ${load}
sys.stdout.buffer.write(pickle.dumps([a.dtype.str, list(a.shape), a.ravel().tolist()], protocol=4))`;
    const [[type, shape, values]] = readPickles(runPython(python!, script, input), "echo") as [
      [string, number[], number[]]
    ];
    return {type, shape, values};
  };
  const values = Array.from(mu.data);

  it("loads latents from a pickle and from text", () => {
    expect(echo("pickle.load(f)", writeLatents(mu))).toEqual({type: "<f4", shape: [50, 8], values});
    const text = new TextEncoder().encode(writeLatentsText(mu.data, 8));
    expect(echo("np.loadtxt(f).reshape(-1, 8).astype('f4')", text)).toEqual({type: "<f4", shape: [50, 8], values}); // prettier-ignore
  });

  it("loads numbers of particles, and takes rows by them", () => {
    const ind = writeIndices([4, 0, 49]);
    expect(echo("pickle.load(f)", ind)).toEqual({type: "<i8", shape: [3], values: [4, 0, 49]});
    expect(echo("np.arange(0, 100, 2)[pickle.load(f)]", ind).values).toEqual([8, 0, 98]);
  });
});
