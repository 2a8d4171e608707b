import {describe, expect, it} from "vitest";
import {random} from "../../components/compute/random.js";
import type {NdArray} from "../../components/formats/ndarray.js";
import {readSafetensors, writeSafetensors} from "../../components/formats/safetensors.js";
import {manyArrays, refusal, refusesTruncation, survivesDamage} from "./robust.js";

const read = (bytes: Uint8Array) => readSafetensors(bytes, "w.safetensors");

const weights: Record<string, NdArray> = {
  "encoder.main.0.weight": {shape: [5, 3], data: random(1).fillNormal(new Float32Array(15))},
  steps: {shape: [], data: BigInt64Array.of(12n)},
  mask: {shape: [3], data: Uint8Array.of(1, 0, 1)},
  deviation: {shape: [2], data: Float64Array.of(0.1, 3)}
};
const metadata = {format: "pt", note: 'θ "quoted"\n'};

/** A file of any header text and number of data bytes. */
function file(header: string, data = 0, claimed?: number): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(claimed ?? text.length), true);
  bytes.set(text, 8);
  return bytes;
}
const entry = (dtype: string, shape: string, offsets: string) =>
  `{"a":{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}}`;

describe("safetensors", () => {
  it("keeps arrays of every type in every shape, and metadata", () => {
    const tensors = Object.fromEntries([...manyArrays(4)].map(({label, array}) => [label, array]));
    expect(read(writeSafetensors(tensors, metadata))).toEqual({tensors, metadata});
    expect(read(writeSafetensors({}, {}))).toEqual({tensors: {}, metadata: {}});
  });

  it("aligns every array to its element", () => {
    const bytes = writeSafetensors(weights, metadata);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    for (const [name, {data}] of Object.entries(weights))
      expect((8 + length + header[name].data_offsets[0]) % data.BYTES_PER_ELEMENT).toBe(0);
    expect(header.steps.dtype).toBe("I64");
  });

  it("stores float32, and nothing else, as float16 on request", () => {
    const {tensors} = read(writeSafetensors(weights, {}, {half: true}));
    const exact = weights["encoder.main.0.weight"].data as Float32Array;
    const stored = tensors["encoder.main.0.weight"].data as Float32Array;
    expect(stored).not.toEqual(exact);
    stored.forEach((value, i) => expect(Math.abs(value / exact[i] - 1)).toBeLessThanOrEqual(2 ** -11));
    expect(tensors.deviation).toEqual(weights.deviation);
    expect(writeSafetensors(weights, {}).length - writeSafetensors(weights, {}, {half: true}).length).toBe(
      30
    );
    const large = {a: {shape: [1], data: Float32Array.of(7e4)}};
    expect(() => writeSafetensors(large, {}, {half: true})).toThrow(/a: found 70000/);
  });

  it("reads every element type of the format", () => {
    const types: [type: string, bytes: number[], data: NdArray["data"]][] = [
      ["F64", [0, 0, 0, 0, 0, 0, 0xf8, 0x3f], Float64Array.of(1.5)],
      ["F32", [0, 0, 0xc0, 0x3f], Float32Array.of(1.5)],
      ["F16", [0, 0x3e, 1, 0, 0, 0xfc], Float32Array.of(1.5, 2 ** -24, -Infinity)],
      ["BF16", [0xc0, 0x3f, 1, 0], Float32Array.of(1.5, 2 ** -133)],
      ["I64", [254, 255, 255, 255, 255, 255, 255, 255], BigInt64Array.of(-2n)],
      ["U64", [254, 255, 255, 255, 255, 255, 255, 255], BigUint64Array.of(2n ** 64n - 2n)],
      ["I32", [254, 255, 255, 255], Int32Array.of(-2)],
      ["U32", [254, 255, 255, 255], Uint32Array.of(2 ** 32 - 2)],
      ["I16", [254, 255], Int16Array.of(-2)],
      ["U16", [254, 255], Uint16Array.of(65534)],
      ["I8", [254], Int8Array.of(-2)],
      ["U8", [254], Uint8Array.of(254)],
      ["BOOL", [1, 0], Uint8Array.of(1, 0)]
    ];
    for (const [type, raw, data] of types) {
      const bytes = file(entry(type, `[${data.length}]`, `[0,${raw.length}]`), raw.length);
      bytes.set(raw, bytes.length - raw.length);
      expect(read(bytes).tensors.a, type).toEqual({shape: [data.length], data});
    }
  });

  it("reads BF16 and BOOL", () => {
    const bytes = file(entry("BF16", "[2]", "[0,4]"), 4);
    bytes.set([0x80, 0x3f, 0x00, 0xc0], bytes.length - 4);
    expect(read(bytes).tensors.a).toEqual({shape: [2], data: Float32Array.of(1, -2)});
    expect(read(file(entry("BOOL", "[2]", "[0,2]"), 2)).tensors.a.data).toEqual(Uint8Array.of(0, 0));
  });

  it("refuses headers that are not those of the data", () => {
    const wrong: [Uint8Array, RegExp][] = [
      [file("{}", 0, 2 ** 50), /a length of 1125899906842624 bytes; expected at most 2/],
      [file("[]"), /header: found a list/],
      [file("not json"), /no JSON/],
      [file(entry("F8_E4M3", "[1]", "[0,1]"), 1), /"a": dtype: found "F8_E4M3"/],
      [file(entry("F32", "[1e9,1e9]", "[0,4]"), 4), /4 bytes of data; expected 4000000000000000000/],
      [file(entry("F32", "[-1]", "[0,4]"), 4), /shape: found \[-1\]/],
      [file(entry("F32", '["1"]', "[0,4]"), 4), /shape/],
      [file(entry("F32", "[2]", "[0,8]"), 4), /4 bytes of data; expected at least 8/],
      [file(entry("F32", "[1]", "[4,8]"), 8), /\[4,8\]; expected a start at 0/],
      [file(entry("F32", "[1]", "[0,4]"), 5), /data: found 5 bytes; expected 4/],
      [file(entry("F32", "[1]", "[0]"), 4), /data_offsets/],
      [file('{"a":3}'), /"a": found 3/],
      [file('{"__metadata__":{"a":1}}'), /__metadata__/],
      [
        file(entry("F32", `${"[".repeat(5000)}${"]".repeat(5000)}`, "[0,4]"), 4),
        /shape: found \[a list of 1\]/
      ],
      [file(`{"a":${"[".repeat(50000)}${"]".repeat(50000)}}`), /"a": found a list of 1/]
    ];
    for (const [bytes, message] of wrong) expect(refusal(() => read(bytes))).toMatch(message);
    const two = (second: string) =>
      file(
        `{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":${second}}}`,
        8
      );
    expect(Object.keys(read(two("[4,8]")).tensors)).toEqual(["a", "b"]);
    expect(refusal(() => read(two("[0,4]")))).toMatch(/"b": data_offsets/);
    expect(refusal(() => read(two("[2,6]")))).toMatch(/"b": data_offsets/);
  });

  it("keeps a tensor of any name, and lets none reach a prototype", () => {
    const bytes = file(entry("U8", "[1]", "[0,1]").replace('"a"', '"__proto__"'), 1);
    const {tensors} = read(bytes);
    expect(Object.keys(tensors)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(tensors)).toBe(Object.prototype);
  });

  it("refuses a file cut anywhere", () => refusesTruncation(writeSafetensors(weights, metadata), read));

  it("gives data or an InputError for damaged files", () => {
    expect(survivesDamage(writeSafetensors(weights, metadata), read, {seed: 31})).toBeGreaterThan(500);
  });
});
