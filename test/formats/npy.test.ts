import {describe, expect, it} from "vitest";
import type {NdArray} from "../../components/formats/ndarray.js";
import {readNpy, writeNpy} from "../../components/formats/npy.js";
import {fixture, haveFixtures, pythonWith, runPython} from "./fixtures.js";
import {manyArrays, refusal, refusesTruncation, survivesDamage} from "./robust.js";

const read = (bytes: Uint8Array) => readNpy(bytes, "a.npy");
const array: NdArray = {shape: [4, 3], data: Float32Array.from({length: 12}, (_, i) => Math.sqrt(i))};

/** A .npy file of version 1 with any header and data. */
function npy(header: string, data: number[] = []): Uint8Array {
  const text = new TextEncoder().encode(header);
  return Uint8Array.of(0x93, 78, 85, 77, 80, 89, 1, 0, text.length & 255, text.length >> 8, ...text, ...data);
}
const headed = (descr: string, order: string, shape: string, data: number[]) =>
  npy(`{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`, data);

describe("npy", () => {
  it("keeps arrays of every type in every shape", () => {
    for (const {label, array} of manyArrays(3)) {
      const bytes = writeNpy(array);
      expect(read(bytes), label).toEqual(array);
      expect((bytes.length - array.data.byteLength) % 64).toBe(0);
    }
  });

  it("reads big-endian, Fortran-ordered, half and bool arrays", () => {
    expect(read(headed(">i2", "False", "(2,)", [0, 1, 255, 254]))).toEqual({
      shape: [2],
      data: Int16Array.of(1, -2)
    });
    const fortran = headed("|u1", "True", "(2, 3)", [0, 3, 1, 4, 2, 5]);
    expect(read(fortran)).toEqual({shape: [2, 3], data: Uint8Array.of(0, 1, 2, 3, 4, 5)});
    expect(read(headed("<f2", "False", "(1,)", [0, 0x3c]))).toEqual({shape: [1], data: Float32Array.of(1)});
    expect(read(headed("|b1", "False", "()", [1]))).toEqual({shape: [], data: Uint8Array.of(1)});
  });

  it("refuses other types, shapes without their data, and other files", () => {
    expect(refusal(() => read(headed("<c8", "False", "(1,)", [])))).toMatch(/descr: found "<c8"/);
    expect(refusal(() => read(headed("|O", "False", "(1,)", [])))).toMatch(/descr/);
    expect(
      refusal(() => read(npy("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (0,)}")))
    ).toMatch(/descr: found 1 named fields/);
    expect(refusal(() => read(npy("{'descr': '<f4', 'shape': (0,)}")))).toMatch(
      /fortran_order: found nothing/
    );
    expect(refusal(() => read(npy("__import__('os')")))).toMatch(/header: found "__import__/);
    expect(refusal(() => read(headed("<f4", "False", "(-1, 2)", [])))).toMatch(/shape/);
    expect(refusal(() => read(headed("<f8", "False", "(1000000, 1000000)", [])))).toMatch(
      /8000000000000 for f8/
    );
    expect(refusal(() => read(headed("<f4", "False", "(1,)", [0, 0, 0, 0, 0])))).toMatch(/5 bytes of data/);
    expect(refusal(() => read(new TextEncoder().encode("PK\x03\x04 and so on")))).toMatch(/a \.npy file/);
  });

  it("refuses a file cut anywhere", () => refusesTruncation(writeNpy(array), read));

  it("gives data or an InputError for damaged files", () => {
    expect(survivesDamage(writeNpy(array), read, {seed: 21})).toBeGreaterThan(500);
  });

  it.skipIf(!haveFixtures)("reads numpy's files", () => {
    const image = read(fixture("cryodrgn-golden/b_img_f64.npy"));
    expect(image.shape).toEqual([32, 32]);
    expect(image.data).toBeInstanceOf(Float64Array);
    expect(read(fixture("cryodrgn-golden/c_mask16_u8.npy")).shape).toEqual([33 * 33]);
    const images = read(fixture("cryodrgn-run/processed_first2_f32.npy"));
    expect((images.data as Float32Array).reduce((sum, value) => sum + value, 0)).toBeCloseTo(-175.3257446, 3);
  });

  const python = pythonWith("numpy");
  it.skipIf(!python)("numpy opens what is written here", () => {
    const script = `
import sys, io, numpy as np
a = np.load(io.BytesIO(sys.stdin.buffer.read()))
assert a.dtype == np.float32 and np.array_equal(a, np.sqrt(np.arange(12)).astype("f4").reshape(4, 3))
np.save(sys.stdout.buffer, np.asfortranarray(a.astype(">f8")))`;
    const back = read(runPython(python!, script, writeNpy(array)));
    expect(back).toEqual({shape: [4, 3], data: Float64Array.from(array.data as Float32Array)});
  });
});
