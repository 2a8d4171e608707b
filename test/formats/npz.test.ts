import {deflateSync, zipSync} from "fflate";
import {describe, expect, it, vi} from "vitest";
import {writeNpy} from "../../components/formats/npy.js";
import {readNpz} from "../../components/formats/npz.js";
import {writeNpz} from "../../components/formats/npzWriter.js";
import {fixture, haveFixtures, pythonWith, runPython} from "./fixtures.js";
import {manyArrays, refusal, refusesTruncation, survivesDamage} from "./robust.js";

const read = (bytes: Uint8Array) => readNpz(bytes, "a.npz");

const few = [...manyArrays(6)].filter(({array}) => array.data.length === 12);
const members = Object.fromEntries(few.map(({label, array}) => [`${label}.npy`, writeNpy(array)]));
const arrays = Object.fromEntries(few.map(({label, array}) => [label, array]));
const stored = zipSync(members, {level: 0});
const deflated = zipSync(members, {level: 6});

describe("npz", () => {
  it("reads stored and deflated members", () => {
    expect(read(stored)).toEqual(arrays);
    expect(read(deflated)).toEqual(arrays);
  });

  it("keeps arrays of every type in every shape, stored and deflated", () => {
    const all = Object.fromEntries([...manyArrays(7)].map(({label, array}) => [label, array]));
    expect(read(writeNpz(all))).toEqual(all);
    expect(read(writeNpz(all, {deflate: true}))).toEqual(all);
    expect(read(writeNpz({}))).toEqual({});
    const zeros = {a: {shape: [10_000], data: new Float32Array(10_000)}};
    expect(writeNpz(zeros).length).toBeGreaterThan(40_000);
    expect(writeNpz(zeros, {deflate: true}).length).toBeLessThan(1000);
  });

  it("gives the same bytes for the same arrays at any time", () => {
    const first = writeNpz(arrays);
    vi.useFakeTimers({now: new Date(2040, 1, 1)});
    const later = writeNpz(arrays);
    vi.useRealTimers();
    expect(later).toEqual(first);
  });

  const python = pythonWith("numpy");
  it.skipIf(!python)("numpy opens what is written here, and the other way round", () => {
    const script = `
import sys, io, numpy as np
z = np.load(io.BytesIO(sys.stdin.buffer.read()))
save = np.savez if z["flag"] == 0 else np.savez_compressed
out = io.BytesIO(); save(out, **{k: z[k] for k in z.files}); sys.stdout.buffer.write(out.getvalue())`;
    for (const deflate of [false, true]) {
      const all = {...arrays, flag: {shape: [], data: Int32Array.of(Number(deflate))}};
      expect(read(runPython(python!, script, writeNpz(all, {deflate})))).toEqual(all);
    }
  });

  it("refuses a member that claims more than its bytes can hold, before it unpacks", () => {
    const bomb = zipSync({"a.npy": deflateSync(new Uint8Array(1000))}, {level: 0});
    const directory = bomb.lastIndexOf(0x50, bomb.length - 23); // the central directory's "PK"
    const view = new DataView(bomb.buffer, bomb.byteOffset);
    expect(view.getUint32(directory, true)).toBe(0x02014b50);
    view.setUint16(directory + 10, 8, true); // deflated
    view.setUint32(directory + 24, 0xfffffff0, true);
    expect(refusal(() => read(bomb))).toMatch(/"a\.npy": found 4294967280 bytes from/);
  });

  it("names the member that is no array", () => {
    const bytes = zipSync({"a.npy": writeNpy(few[0].array), "b.npy": Uint8Array.of(1, 2, 3)});
    expect(refusal(() => read(bytes))).toMatch(/^a\.npz\/b\.npy: /);
    expect(refusal(() => read(writeNpy(few[0].array)))).toMatch(/^a\.npz: found a zip that does not open/);
  });

  it("refuses a file cut anywhere", () => refusesTruncation(deflated, read));

  it("gives data or an InputError for damaged files", () => {
    const refused = survivesDamage(deflated, read, {seed: 41, count: 1000});
    expect(refused + survivesDamage(stored, read, {seed: 42, count: 1000})).toBeGreaterThan(500);
  });

  it("does not loop over members that are not there", () => {
    // A zip64 directory that counts 2^32 - 1 members.
    const tail = new Uint8Array(56 + 20 + 22);
    const view = new DataView(tail.buffer);
    view.setUint32(0, 0x06064b50, true);
    view.setUint32(32, 0xffffffff, true);
    view.setUint32(56, 0x07064b50, true);
    view.setUint32(76, 0x06054b50, true);
    view.setUint16(84, 0xffff, true);
    expect(refusal(() => read(tail))).toMatch(/a\.npz/);
  });

  it.skipIf(!haveFixtures)("reads numpy's files", () => {
    const weights = read(fixture("cryodrgn-golden/g_vae_weights.npz"));
    expect(Object.keys(weights).length).toBeGreaterThan(10);
    for (const {data} of Object.values(weights)) expect(data).toBeInstanceOf(Float32Array);
  });
});
