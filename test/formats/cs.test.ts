import {describe, expect, it} from "vitest";
import {random} from "../../components/compute/random.js";
import type {CsTable} from "../../components/formats/cs.js";
import {readCs} from "../../components/formats/cs.js";
import {npyHeader} from "../../components/formats/npyHeader.js";
import {writeNpy} from "../../components/formats/npy.js";
import {csFile} from "./csFile.js";
import {pythonWith, runPython} from "./fixtures.js";
import {manyArrays, refusal, refusesTruncation, survivesDamage} from "./robust.js";

const read = (bytes: Uint8Array) => readCs(bytes, "a.cs");

/** A file of any description of its fields, shape and number of zero bytes. */
const file = (descr: string, shape: number[], bytes: number) =>
  Uint8Array.of(...npyHeader(descr, shape), ...new Uint8Array(bytes));

const table: CsTable = {
  count: 3,
  columns: new Map([
    ["uid", {shape: [3], data: BigUint64Array.of(2n ** 63n, 1n, 7n)}],
    ["blob/path", {shape: [3], text: ["J1/a.mrcs", "J1/a.mrcs", "J2/bb.mrcs"]}],
    ["blob/shape", {shape: [3, 2], data: Uint32Array.of(64, 64, 64, 64, 64, 64)}],
    ["ctf/df1_A", {shape: [3], data: Float32Array.of(15000, 16000.5, -1)}],
    ["name", {shape: [3, 2], text: ["θ", "a", "", "𝔘b", "c", "d"]}]
  ])
};

describe("cs", () => {
  it("reads numbers of every type, texts, and several values a row", () => {
    expect(read(csFile(table))).toEqual(table);
  });

  it("keeps tables of random columns", () => {
    const arrays = [...manyArrays(17)].map(({label, array}) => [label, array.data] as const);
    for (let i = 0; i < 40; ++i) {
      const rng = random(18, i);
      const count = rng.integer(8);
      const columns: CsTable["columns"] = new Map();
      for (let c = 1 + rng.integer(6); c > 0; --c) {
        const inner = [[], [2], [3, 2]][rng.integer(3)];
        const size = count * inner.reduce((n, s) => n * s, 1);
        const [label, data] = arrays[rng.integer(arrays.length)];
        const shape = [count, ...inner];
        if (data.length >= size) columns.set(`${c} ${label}`, {shape, data: data.slice(0, size)});
        else
          columns.set(`text ${c}`, {
            shape,
            text: Array.from({length: size}, () => "ab/θ".slice(rng.integer(3), 4 - rng.integer(2)))
          });
      }
      expect(read(csFile({count, columns})), `table ${i}`).toEqual({count, columns});
    }
  });

  it("leaves padding out", () => {
    const bytes = file("[('a', '|u1'), ('', '|V3'), ('b', '>i2')]", [1], 6);
    bytes.set([7, 1, 2, 3, 255, 254], bytes.length - 6);
    expect(read(bytes).columns).toEqual(
      new Map([
        ["a", {shape: [1], data: Uint8Array.of(7)}],
        ["b", {shape: [1], data: Int16Array.of(-2)}]
      ])
    );
  });

  it("names what it refuses", () => {
    const wrong: [Uint8Array, RegExp][] = [
      [file("[('uid', '<u8'), ('blob/path', '|O')]", [1], 16), /"blob\/path": found Python objects/],
      [file("[('when', '<M8[us]')]", [1], 8), /"when": found "<M8\[us\]"/],
      [file("[('z', '<c8')]", [1], 8), /"z": found "<c8"/],
      [file("[('raw', '|V4')]", [1], 4), /"raw": found bytes without a type/],
      [file("[('in', [('a', '<f4')])]", [1], 4), /"in": found a list of 1; expected an element type/],
      [file("[('a', '|S0')]", [1], 0), /"a": found "\|S0"/],
      [file("[('a', '<f4', (0,))]", [2 ** 40], 0), /"a": shape/],
      [file("[('a', '<f4'), ('a', '<f4')]", [1], 8), /"a": found the name twice/],
      [file("[]", [2 ** 40], 0), /descr: found no fields/],
      [file("[3]", [1], 8), /descr: found 3/],
      [file("[('a', '<f4')]", [1, 1], 4), /shape: found \[1,1\]; expected one dimension/],
      [file("[('a', '<f4'), ('b', '<f8')]", [3], 35), /data: found 35 bytes; expected 36 for 3 rows of 12/],
      [file("[('a', '<f4')]", [2 ** 45], 4), /data: found 4 bytes; expected 140737488355328/],
      [writeNpy({shape: [1], data: Float32Array.of(1)}), /descr: found "<f4"; expected named fields/],
      [new TextEncoder().encode("# a CSV file, not numpy's"), /a \.npy file/]
    ];
    for (const [bytes, message] of wrong) expect(refusal(() => read(bytes))).toMatch(message);
    const unicode = file("[('a', '<U1')]", [1], 4);
    unicode.fill(255, unicode.length - 4);
    expect(refusal(() => read(unicode))).toMatch(/"a": found the character 4294967295/);
  });

  it("refuses a file cut anywhere", () => refusesTruncation(csFile(table), read));

  it("gives data or an InputError for damaged files", () => {
    expect(survivesDamage(csFile(table), read, {seed: 71})).toBeGreaterThan(200);
  });

  const python = pythonWith("numpy");
  it.skipIf(!python)("reads a file that numpy wrote, and numpy one written here", () => {
    const script = `
import sys, io, numpy as np
a = np.load(io.BytesIO(sys.stdin.buffer.read()))
assert a.dtype.names == ("uid", "blob/path", "blob/shape", "ctf/df1_A", "name"), a.dtype
assert a["uid"][0] == 2**63 and a["blob/path"][2] == b"J2/bb.mrcs" and a["name"][1, 1] == "\\U0001d518b"
b = np.zeros(3, dtype=[("uid", ">u8"), ("blob/path", "S20"), ("blob/shape", "<u4", (2,)), ("ctf/df1_A", ">f4"), ("name", ">U5", (2,))])
for name in a.dtype.names: b[name] = a[name]
np.save(sys.stdout.buffer, b)`;
    expect(read(runPython(python!, script, csFile(table)))).toEqual(table);
  });
});
