import {describe, expect, it} from "vitest";
import type {NdArray} from "../../components/formats/ndarray.js";
import type {PickleValue} from "../../components/formats/pickle.js";
import {readPickles, writePickles} from "../../components/formats/pickle.js";
import {fixture, haveFixtures, pythonWith, runPython} from "./fixtures.js";
import {manyArrays, refusal, refusesTruncation, survivesDamage} from "./robust.js";

const latin1 = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const read = (bytes: Uint8Array) => readPickles(bytes, "a.pkl");

const rotations: NdArray = {shape: [2, 3, 3], data: Float32Array.from({length: 18}, (_, i) => i / 7)};
const shifts: NdArray = {shape: [2, 2], data: Float64Array.of(0, -0.5, 1e-9, 3)};

const nested: PickleValue = [
  null,
  true,
  false,
  [0, 1, -1, 255, 65536, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, -(2 ** 53) + 1],
  [0.1, -0, NaN, Infinity, 1e300],
  [2n ** 63n, -(2n ** 64n), 2n ** 200n],
  ["", "θ Å 🧬", "x".repeat(300)],
  new Map<string | number, PickleValue>([
    ["pose", [rotations, shifts]],
    [7, []],
    ["empty", new Map()]
  ])
];

describe("writePickles and readPickles", () => {
  it("keep arrays of every type in every shape", () => {
    for (const {label, array} of manyArrays(1)) expect(read(writePickles(array)), label).toEqual([array]);
  });

  it("keep scalars, text, tuples and dictionaries", () => {
    expect(read(writePickles(nested))).toEqual([nested]);
    expect(Object.is((read(writePickles(-0)) as number[])[0], -0)).toBe(true);
  });

  it("keep consecutive pickles apart", () => {
    expect(read(writePickles(rotations, [shifts], "end"))).toEqual([rotations, [shifts], "end"]);
  });

  it("read arrays at any offset of a larger buffer", () => {
    const bytes = writePickles(shifts);
    const padded = new Uint8Array(bytes.length + 3);
    padded.set(bytes, 3);
    expect(read(padded.subarray(3))).toEqual([shifts]);
  });

  it("refuse to write an array whose shape is not that of its data", () => {
    expect(() => writePickles({shape: [3], data: new Float32Array(4)})).toThrow(RangeError);
  });
});

describe("readPickles", () => {
  it("names whatever is neither an array nor plain data", () => {
    expect(refusal(() => read(latin1("\x80\x02cos\nsystem\n(X\x02\x00\x00\x00lstR.")))).toContain(
      "os.system"
    );
    expect(refusal(() => read(latin1("\x80\x04\x8c\x08builtins\x8c\x04eval\x93.")))).toContain(
      "builtins.eval"
    );
    expect(refusal(() => read(latin1("\x80\x02cnumpy\nrecord\n.")))).toContain("numpy.record");
    expect(refusal(() => read(latin1("\x80\x02c__proto__\nconstructor\n.")))).toContain("__proto__");
  });

  it("refuses protocols 0 and 1, unknown protocols, objects and text that is no pickle", () => {
    expect(refusal(() => read(latin1("(lp0\nI1\na.")))).toMatch(/protocol 2 to 5/);
    expect(refusal(() => read(latin1("\x80\x06N.")))).toMatch(/protocol 6/);
    expect(refusal(() => read(latin1("\x80\x02)\x81.")))).toMatch(/byte 81; expected an opcode/);
    expect(refusal(() => read(latin1("loop_\n_rlnImageName")))).toMatch(/a\.pkl: byte 0/);
    expect(refusal(() => read(new Uint8Array(0)))).toMatch(/0 bytes to the end/);
  });

  it("refuses a length beyond the end of the file before it allocates", () => {
    for (const head of [
      "B\xff\xff\xff\x7f",
      "\x8e\xff\xff\xff\xff\xff\xff\xff\x7f",
      "X\xff\xff\xff\xff",
      "T\0\0\0\x7f"
    ])
      expect(refusal(() => read(latin1(`\x80\x04${head}ab.`)))).toMatch(
        /bytes to the end of the file; expected \d+/
      );
  });

  it("refuses a shape that its bytes do not fill", () => {
    const bytes = writePickles({shape: [1, 4], data: new Float64Array(4)});
    const at = bytes.findIndex((b, i) => b === 0x4a && bytes[i + 1] === 4 && bytes[i + 5] === 0x86);
    const changed = bytes.slice();
    changed.set([0xff, 0xff, 0xff, 0x7f], at + 1);
    expect(refusal(() => read(changed))).toMatch(/found 32 bytes of data; expected 17179869176/);
    changed.set([0xff, 0xff, 0xff, 0xff], at + 1);
    expect(refusal(() => read(changed))).toMatch(/shape: found \[1, -1\]/);
  });

  it("refuses lists inside themselves, endless nesting, and one datum expanded many times", () => {
    expect(refusal(() => read(latin1("\x80\x04]\x94h\x00a.")))).toMatch(/inside itself/);
    expect(refusal(() => read(latin1("\x80\x04]\x94(h\x00h\x00e.")))).toMatch(/inside itself/);
    expect(refusal(() => read(latin1(`\x80\x04${")".repeat(1)}${"\x85".repeat(5000)}.`)))).toMatch(
      /100 deep/
    );
    const doubling = `\x80\x04]${"2\x86".repeat(60)}.`;
    expect(read(latin1(doubling))).toHaveLength(1);
    const text = `X\x00\x10\0\0${"a".repeat(4096)}`;
    const encode = "h\x01h\x00X\x06\0\0\0latin1\x86R0";
    const bomb = `\x80\x02${text}q\x00c_codecs\nencode\nq\x01${encode.repeat(400)}N.`;
    expect(refusal(() => read(latin1(bomb)))).toMatch(/expanded many times/);
  });

  it("refuses a file cut anywhere", () => {
    refusesTruncation(writePickles([rotations, shifts]), read);
    refusesTruncation(writePickles(nested), read);
  });

  it("gives data or an InputError for damaged files", () => {
    const refused =
      survivesDamage(writePickles([rotations, shifts]), read, {seed: 11, count: 1000}) +
      survivesDamage(writePickles(nested), read, {seed: 12, count: 1000});
    expect(refused).toBeGreaterThan(500);
  });
});

describe.skipIf(!haveFixtures)("readPickles on cryoDRGN's files", () => {
  const expected =
    haveFixtures && JSON.parse(new TextDecoder().decode(fixture("cryodrgn-run/expected.json")));
  const arrays = (path: string) => readPickles(fixture(path), path).flat() as NdArray<Float32Array>[];
  const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);

  it("z.2.pkl: mu and log variance", () => {
    const [mu, logvar] = arrays("cryodrgn-run/out/z.2.pkl");
    expect(mu.shape).toEqual(expected.z_file.mu_shape);
    expect([...mu.data.subarray(0, 8)]).toEqual(expected.z_file.mu_first);
    expect([...mu.data.subarray(-8)]).toEqual(expected.z_file.mu_last);
    expect(sum(mu.data)).toBeCloseTo(expected.z_file.mu_sum, 4);
    expect([...logvar.data.subarray(0, 8)]).toEqual(expected.z_file.logvar_first);
    expect(sum(logvar.data)).toBeCloseTo(expected.z_file.logvar_sum, 4);
  });

  it("poses.pkl: rotations that are rotations, shifts as the tracker gives them in pixels", () => {
    const [rot, trans] = arrays("cryodrgn-run/poses.pkl");
    expect([rot.shape, trans.shape]).toEqual([
      [1000, 3, 3],
      [1000, 2]
    ]);
    for (let i = 0; i < 9000; i += 3) expect(Math.hypot(...rot.data.subarray(i, i + 3))).toBeCloseTo(1, 5);
    for (let i = 0; i < 6; ++i)
      expect(trans.data[i] * 33).toBeCloseTo(expected.trans_pix_first3[i >> 1][i & 1], 5);
  });

  it("ctf.pkl, and real ones of protocols 3 and 4", () => {
    expect(arrays("cryodrgn-run/ctf.pkl")[0].shape).toEqual([1000, 9]);
    const ctf = arrays("real/test_ctf.pkl")[0];
    expect(ctf.shape).toEqual([1000, 9]);
    expect([...ctf.data.subarray(0, 2)]).toEqual([30, 1]);
    expect(arrays("real/hand_rot.pkl")[0].shape).toEqual([100, 3, 3]);
    const z = arrays("real/zvals_het-8_4k.pkl")[0];
    expect(z.shape).toEqual([4549, 8]);
    expect(z.data.reduce((max, value) => Math.max(max, Math.abs(value)), 0)).toBeCloseTo(25.8, 1);
  });

  it("refuses them cut anywhere, and survives damage to the part that is not numbers", () => {
    const poses = fixture("cryodrgn-run/poses.pkl");
    refusesTruncation(poses, read);
    expect(survivesDamage(poses, read, {seed: 13, count: 500, to: 220})).toBeGreaterThan(300);
  });
});

const python = pythonWith("numpy");

describe.skipIf(!python)("pickles and Python", () => {
  it("Python opens what is written here", () => {
    const script = `
import pickle, sys, io, numpy as np
f = io.BytesIO(sys.stdin.buffer.read())
values = [pickle.load(f) for _ in range(3)]
assert f.read() == b""
(rot, trans), nested, arrays = values
assert isinstance(values[0], tuple) and rot.shape == (2, 3, 3) and rot.dtype == np.float32 and rot.flags.writeable
assert np.array_equal(rot.ravel(), (np.arange(18) / 7).astype("f4"))
assert trans.dtype == np.float64 and trans.tolist() == [[0, -0.5], [1e-9, 3]]
assert nested[3] == (0, 1, -1, 255, 65536, 2**31 - 1, -2**31, 2**31, -2**53 + 1)
assert nested[5] == (2**63, -2**64, 2**200)
assert nested[6][1] == "\\u03b8 \\u00c5 \\U0001f9ec" and len(nested[6][2]) == 300
assert nested[7]["empty"] == {} and nested[7][7] == ()
for a in arrays: a += a.dtype.type(1)
sys.stdout.buffer.write(pickle.dumps([a.sum().item() if a.size else 0 for a in arrays], protocol=4))`;
    const arrays = [...manyArrays(2)]
      .map(({array}) => array)
      .filter(({data}) => !(data instanceof BigUint64Array));
    const [sums] = read(runPython(python!, script, writePickles([rotations, shifts], nested, arrays)));
    expect(sums).toHaveLength(arrays.length);
  });

  it("what numpy writes is read here, in every protocol, byte order and memory order", () => {
    const script = `
import pickle, sys, numpy as np
base = np.arange(-12, 12).reshape(2, 3, 4)
for protocol in (2, 3, 4, 5):
    for kind in ("f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1"):
        for order in "<>":
            a = (base + (12 if kind[0] == "u" else 0)).astype(order + kind)
            for b in (a, np.asfortranarray(a), a[:, ::2], a[0, 0, 0], a[:0], a.reshape(24)[3:4].reshape(())):
                value = {"array": b, "values": (b.ravel().astype("f8").tolist(), list(b.shape)), "kind": kind}
                sys.stdout.buffer.write(pickle.dumps(value, protocol=protocol))`;
    const values = readPickles(runPython(python!, script, new Uint8Array(0)), "numpy.pkl") as Map<
      string,
      unknown
    >[];
    expect(values).toHaveLength(4 * 11 * 2 * 6);
    for (const value of values) {
      const [numbers, shape] = value.get("values") as number[][];
      const array = value.get("array") as NdArray | number;
      if (typeof array === "number") expect([array]).toEqual(numbers);
      else {
        expect(array.shape).toEqual(shape);
        expect(Array.from(array.data as Float64Array, Number)).toEqual(numbers);
        const tag = {f: "Float", i: "Int", u: "Uint"}[(value.get("kind") as string)[0]]!;
        expect(array.data[Symbol.toStringTag]).toContain(tag);
      }
    }
  });

  it("bool arrays, ordered dictionaries, numpy scalars and bytes are read", () => {
    const script = `
import pickle, sys, collections, numpy as np
for p in (2, 3, 4, 5):
    for v in (np.array([True, False, True]), collections.OrderedDict(a=1, b=[2.5]),
              (np.bool_(True), np.int64(-3), np.uint64(2**64 - 1)), b"\\x00\\xff", b""):
        sys.stdout.buffer.write(pickle.dumps(v, protocol=p))`;
    const values = read(runPython(python!, script, new Uint8Array(0)));
    const expected: PickleValue[] = [
      {shape: [3], data: Uint8Array.of(1, 0, 1)},
      new Map<string, PickleValue>(Object.entries({a: 1, b: [2.5]})),
      [true, -3, 2n ** 64n - 1n],
      {shape: [2], data: Uint8Array.of(0, 255)},
      {shape: [0], data: new Uint8Array(0)}
    ];
    expect(values).toEqual([...expected, ...expected, ...expected, ...expected]);
  });

  it("arrays of text, objects, records and complex numbers, other classes and sets are refused by name", () => {
    const script = `
import pickle, sys, fractions, numpy as np
values = [np.array(["a"]), np.array([None]), np.zeros(1, dtype=[("x", "f4")]), np.zeros(2, dtype="c16"),
          fractions.Fraction(1, 2), {1, 2}]
sys.stdout.buffer.write(pickle.dumps([list(pickle.dumps(v, protocol=p)) for v in values for p in (2, 4, 5)], 4))`;
    const [files] = read(runPython(python!, script, new Uint8Array(0))) as number[][][];
    const named = ["U1", "O8", "V4", "c16", "fractions.Fraction", "a.pkl"].flatMap((name) => [
      name,
      name,
      name
    ]);
    expect(files).toHaveLength(named.length);
    for (const [i, file] of files.entries())
      expect(refusal(() => read(Uint8Array.from(file)))).toContain(named[i]);
  });
});
