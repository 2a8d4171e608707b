import {expect, test} from "vitest";
import {transferables} from "../../components/compute/transfer.js";

test("what is given away is found once, in views, arrays, objects, maps, sets and rings", () => {
  const shared = new ArrayBuffer(8);
  const {port1, port2} = new MessageChannel();
  const value = {
    a: new Float32Array(shared),
    list: [new Uint8Array(shared), new Map([["k", new Float64Array(2)]]), new Set([port1])],
    port2,
    memory: new Float32Array(new SharedArrayBuffer(8)),
    self: {} as unknown
  };
  value.self = value;
  expect(transferables(value, {buffers: true})).toEqual([shared, expect.any(ArrayBuffer), port1, port2]);
  expect(transferables(value, {buffers: false})).toEqual([port1, port2]);
  expect(transferables({n: 1, s: "text", nothing: null}, {buffers: true})).toEqual([]);
  port1.close();
});
