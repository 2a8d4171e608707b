import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {zipSync} from "fflate";
import {describe, expect, it} from "vitest";
import {random} from "../../components/compute/random.js";
import type {NdArray} from "../../components/formats/ndarray.js";
import type {PickleValue} from "../../components/formats/pickle.js";
import {readTorch, writeTorch} from "../../components/formats/torch.js";
import {readZip} from "../../components/formats/zip.js";
import {fixture, haveFixtures, pythonWith, runPython} from "./fixtures.js";
import {manyArrays, refusal, refusesTruncation, survivesDamage} from "./robust.js";

const read = (bytes: Uint8Array) => readTorch(bytes, "a.pt");
const latin1 = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const unsigned = /^(uint16|uint32|uint64) /;
const tensors = [...manyArrays(21)].filter(({label}) => !unsigned.test(label));

const checkpoint: PickleValue = new Map<string, PickleValue>([
  ["epoch", 20],
  ["loss", -0.125],
  ["note", "θ Å"],
  ["nothing", null],
  ["flags", [true, false]],
  ["big", 2n ** 70n],
  [
    "model_state_dict",
    new Map<string, PickleValue>([
      ["main.0.weight", {shape: [3, 4], data: random(1).fillNormal(new Float32Array(12))}],
      ["main.0.bias", {shape: [3], data: random(2).fillNormal(new Float32Array(3))}]
    ])
  ],
  ["state", new Map<number, PickleValue>([[0, new Map<string, PickleValue>([["step", 3]])]])]
]);

/** An archive with this pickle and these storages. */
const archive = (
  pickle: string,
  storages: Record<string, Uint8Array> = {},
  more: Record<string, Uint8Array> = {}
) =>
  zipSync(
    {
      "x/data.pkl": latin1(`\x80\x02${pickle}.`),
      ...Object.fromEntries(Object.entries(storages).map(([key, bytes]) => [`x/data/${key}`, bytes])),
      ...more
    },
    {level: 0}
  );
const int = (n: number) => `J${String.fromCharCode(...[0, 8, 16, 24].map((s) => (n >>> s) & 255))}`;
const text = (s: string) => `X${String.fromCharCode(s.length)}\0\0\0${s}`;
/** A tensor that looks at storage "0" of `type`. */
const view = (type: string, numel: number, offset: number, size: number[], stride: number[]) =>
  `ctorch._utils\n_rebuild_tensor_v2\n((${text("storage")}${type}${text("0")}${text("cpu")}${int(numel)}tQ` +
  `${int(offset)}(${size.map(int).join("")}t(${stride.map(int).join("")}t\x89ccollections\nOrderedDict\n)RtR`;
const float = "ctorch\nFloatStorage\n";
const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

describe("writeTorch and readTorch", () => {
  it("keep tensors of every type and shape", () => {
    const value = new Map(tensors.map(({label, array}) => [label, array]));
    expect(read(writeTorch(value))).toEqual(value);
  });

  it("keep nested dictionaries, numbers and text, under any archive name", () => {
    expect(read(writeTorch(checkpoint, "weights.19"))).toEqual(checkpoint);
  });

  it("store every member at a multiple of 64 bytes, the same bytes each time", () => {
    const bytes = writeTorch(checkpoint, "weights");
    expect(writeTorch(checkpoint, "weights")).toEqual(bytes);
    const whole = Buffer.from(bytes);
    for (const [name, member] of readZip(bytes, "a", "a zip"))
      expect(whole.indexOf(member, whole.indexOf(name)) % 64, name).toBe(0);
  });

  it("refuse to write what torch has no storage for, or a shape that is not that of the data", () => {
    expect(() => writeTorch({shape: [1], data: new Uint32Array(1)})).toThrow("found <u4");
    expect(() => writeTorch({shape: [3], data: new Float32Array(4)})).toThrow(RangeError);
  });
});

describe("readTorch", () => {
  it("makes strided, shifted, transposed and expanded views row-major", () => {
    const storage = {0: floats(0, 1, 2, 3, 4, 5)};
    const one = (offset: number, size: number[], stride: number[]) =>
      read(archive(view(float, 6, offset, size, stride), storage)) as NdArray;
    expect(one(0, [3, 2], [1, 3])).toEqual({shape: [3, 2], data: Float32Array.of(0, 3, 1, 4, 2, 5)});
    expect(one(1, [2, 2], [3, 1])).toEqual({shape: [2, 2], data: Float32Array.of(1, 2, 4, 5)});
    expect(one(4, [], [])).toEqual({shape: [], data: Float32Array.of(4)});
    expect(one(2, [3], [0])).toEqual({shape: [3], data: Float32Array.of(2, 2, 2)});
    expect(one(0, [0, 9], [9, 1])).toEqual({shape: [0, 9], data: new Float32Array(0)});
    expect(one(5, [1, 1], [77, 3])).toEqual({shape: [1, 1], data: Float32Array.of(5)});
  });

  it("reads deflated members and big-endian storages", () => {
    const big = Uint8Array.of(0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0);
    const order = {"x/byteorder": latin1("big")};
    const pickle = view(float, 2, 0, [2], [1]);
    expect(read(archive(pickle, {0: big}, order))).toEqual({shape: [2], data: Float32Array.of(1, -2)});
    const packed = zipSync({"data.pkl": latin1(`\x80\x02${pickle}.`), "data/0": floats(1, -2)}, {level: 9});
    expect(read(packed)).toEqual({shape: [2], data: Float32Array.of(1, -2)});
    expect(refusal(() => read(archive(pickle, {0: big}, {"x/byteorder": latin1("middle")})))).toMatch(
      /byteorder: found "middle"/
    );
  });

  it("reads what torch 2 writes: untyped storages with a dtype, parameters, sizes", () => {
    const v3 = view("ctorch.storage\nUntypedStorage\n", 4, 0, [2], [1])
      .replace("_v2", "_v3")
      .replace(/tR$/, "ctorch\nuint16\ntR");
    expect(read(archive(v3, {0: Uint8Array.of(1, 0, 255, 255)}))).toEqual({
      shape: [2],
      data: Uint16Array.of(1, 65535)
    });
    const parameter = `ctorch._utils\n_rebuild_parameter\n(${view(float, 1, 0, [1], [1])}\x88ccollections\nOrderedDict\n)RtR`;
    expect(read(archive(parameter, {0: floats(7)}))).toEqual({shape: [1], data: Float32Array.of(7)});
    expect(read(archive(`ctorch\nSize\n(${int(2)}${int(3)}t\x85R`))).toEqual([2, 3]);
  });

  it("refuses by name whatever is neither a tensor nor plain data", () => {
    expect(refusal(() => read(archive("cos\nsystem\n(X\x02\x00\x00\x00lstR")))).toContain("os.system");
    expect(refusal(() => read(archive("c__torch__\nNet\n)R")))).toContain("__torch__.Net");
    expect(refusal(() => read(archive(view("ctorch\nComplexFloatStorage\n", 1, 0, [1], [1]))))).toContain(
      "torch.ComplexFloatStorage"
    );
    expect(refusal(() => read(archive(float)))).toContain("torch FloatStorage");
    expect(refusal(() => read(archive(`${text("a")}Q`)))).toMatch(/expected the id of a storage/);
  });

  it("refuses views beyond their storage, storages of another length, and none at all", () => {
    const storage = {0: floats(0, 1, 2, 3)};
    expect(refusal(() => read(archive(view(float, 4, 1, [4], [1]), storage)))).toMatch(
      /ends at element 5; expected at most 4/
    );
    expect(refusal(() => read(archive(view(float, 4, 0, [2, 2], [9, 1]), storage)))).toMatch(/element 11/);
    expect(refusal(() => read(archive(view(float, 4, -1, [1], [1]), storage)))).toMatch(/found -1/);
    expect(refusal(() => read(archive(view(float, 4, 0, [-1], [1]), storage)))).toMatch(/none below 0/);
    expect(refusal(() => read(archive(view(float, 4, 0, [1, 1], [1]), storage)))).toMatch(/as many sizes/);
    expect(refusal(() => read(archive(view(float, 2 ** 30, 0, [1], [1]), storage)))).toMatch(
      /16 bytes in data\/0; expected 1073741824 elements/
    );
    expect(refusal(() => read(archive(view(float, 4, 0, [1], [1]))))).toMatch(/no member data\/0/);
  });

  it("makes no large tensor of a small storage", () => {
    const bomb = view(float, 1, 0, [2 ** 30, 2 ** 30], [0, 0]);
    expect(refusal(() => read(archive(bomb, {0: floats(1)})))).toMatch(/expanded many times/);
    const overflow = view(float, 1, 0, Array(32).fill(2 ** 30), Array(32).fill(0));
    expect(refusal(() => read(archive(overflow, {0: floats(1)})))).toMatch(/expanded many times/);
  });

  it("says what another file is, and how to convert the old format", () => {
    const old = latin1("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.");
    expect(refusal(() => read(old))).toMatch(/old format.*torch\.save\(torch\.load\(/);
    expect(refusal(() => read(latin1("MAP ")))).toMatch(/found 4 bytes that are no zip/);
    expect(refusal(() => read(zipSync({"a.npy": new Uint8Array(3)})))).toMatch(/data\.pkl: found nothing/);
  });

  it("refuses a file cut anywhere", () => refusesTruncation(writeTorch(checkpoint), read));

  it("gives data or an InputError for damaged files", () => {
    const refused = survivesDamage(writeTorch(checkpoint), read, {seed: 61, count: 1000});
    const packed = zipSync(Object.fromEntries(readZip(writeTorch(checkpoint), "a", "a zip")), {level: 6});
    expect(refused + survivesDamage(packed, read, {seed: 62, count: 1000})).toBeGreaterThan(300);
  });

  it.skipIf(!haveFixtures)("reads cryoDRGN's checkpoints", () => {
    const weights = read(fixture("cryodrgn-run/out/weights.2.pkl")) as Map<string, Map<string, NdArray>>;
    const expected = JSON.parse(new TextDecoder().decode(fixture("cryodrgn-run/expected.json"))) as {
      state_dict: Record<string, [number[], string, number, number]>;
    };
    expect(weights.get("epoch")).toBe(2);
    const state = weights.get("model_state_dict")!;
    expect([...state.keys()]).toEqual(Object.keys(expected.state_dict));
    for (const [name, [shape, , sum, first]] of Object.entries(expected.state_dict)) {
      const {shape: found, data} = state.get(name)!;
      expect(found).toEqual(shape);
      expect(data).toBeInstanceOf(Float32Array);
      expect(data[0]).toBe(first);
      expect((data as Float32Array).reduce((a, b) => a + b, 0)).toBeCloseTo(sum, 3);
    }
    const moments = weights.get("optimizer_state_dict")!.get("state") as unknown as Map<number, unknown>;
    expect(moments.size).toBe(16);
    expect(read(writeTorch(weights as never))).toEqual(weights);
  });
});

const python = pythonWith("torch");

describe.skipIf(!python)("checkpoints and PyTorch", () => {
  const folder = () => mkdtempSync(join(tmpdir(), "torch-"));

  it("torch opens what is written here", () => {
    const script = `
import torch, io, sys, collections
file = sys.stdin.buffer.read()
v = torch.load(io.BytesIO(file))
assert (v["epoch"], v["loss"], v["note"], v["nothing"], v["flags"], v["big"]) == (20, -0.125, "θ Å", None, (True, False), 2**70)
assert v["state"] == {0: {"step": 3}}
s = v["model_state_dict"]
assert isinstance(s, collections.OrderedDict) and list(s) == ["main.0.weight", "main.0.bias"]
m = torch.nn.Linear(4, 3)
m.load_state_dict({k[7:]: t for k, t in s.items()})
s["main.0.bias"] += 1
out = io.BytesIO()
torch.save([s["main.0.weight"], s["main.0.bias"]], out)
sys.stdout.buffer.write(out.getvalue())`;
    const [weight, bias] = read(
      runPython(python!, script, writeTorch(checkpoint))
    ) as NdArray<Float32Array>[];
    const state = (checkpoint as Map<string, Map<string, NdArray<Float32Array>>>).get("model_state_dict")!;
    expect(weight).toEqual(state.get("main.0.weight"));
    expect(bias.data).toEqual(state.get("main.0.bias")!.data.map((x) => x + 1));
  });

  it("torch opens tensors of every type with weights_only=True", () => {
    const script = `
import torch, io, sys
v = torch.load(io.BytesIO(sys.stdin.buffer.read()), weights_only=True)
for k, t in v.items():
    kind, shape = k.split(" ", 1)
    assert str(t.dtype) == "torch." + kind and str(list(t.shape)).replace(" ", "") == shape, (k, t.dtype, t.shape)
out = io.BytesIO()
torch.save({k: t.clone() for k, t in v.items()}, out)
sys.stdout.buffer.write(out.getvalue())`;
    const value = new Map(tensors.map(({label, array}) => [label, array]));
    expect(read(runPython(python!, script, writeTorch(value)))).toEqual(value);
  });

  it("what torch writes is read here: types, views, shared storages, modules and optimisers", () => {
    const script = `
import torch, io, sys, collections
x = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
views = [x, x.permute(2, 0, 1), x[:, 1:, ::2], x[1, 2, 3], x[0].t(), x[:, :0], x[:1].expand(3, 3, 4), x.flip(0)]
kinds = [torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool]
typed = [(torch.arange(6).reshape(2, 3) - (0 if k in (torch.uint8, torch.bool) else 3)).to(k).t() for k in kinds]
m = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
o = torch.optim.Adam(m.parameters(), lr=1e-3)
m(torch.randn(4, 3)).sum().backward(); o.step()
value = {"views": views, "typed": typed, "parameter": torch.nn.Parameter(x[0, 0]), "size": x.shape,
  "device": torch.device("cpu"), "model": m.state_dict(), "optimiser": o.state_dict(),
  "plain": [[t.double().flatten().tolist(), list(t.shape)] for t in views + typed]}
out = io.BytesIO()
torch.save(value, out)
sys.stdout.buffer.write(out.getvalue())`;
    const value = read(runPython(python!, script, new Uint8Array(0))) as Map<string, PickleValue>;
    const found = [...(value.get("views") as NdArray[]), ...(value.get("typed") as NdArray[])];
    const plain = value.get("plain") as [number[], number[]][];
    expect(found).toHaveLength(17);
    found.forEach(({shape, data}, i) => {
      expect(shape).toEqual(plain[i][1]);
      expect(Array.from(data as Float32Array, Number)).toEqual(plain[i][0]);
    });
    const types = found.slice(8).map(({data}) => data[Symbol.toStringTag].replace("Array", ""));
    expect(types.join()).toBe("Float64,Float32,Float32,BigInt64,Int32,Int16,Int8,Uint8,Uint8");
    expect(value.get("parameter")).toEqual({shape: [4], data: Float32Array.of(0, 1, 2, 3)});
    expect(value.get("size")).toEqual([2, 3, 4]);
    expect(value.get("device")).toBe("cpu");
    expect([...(value.get("model") as Map<string, NdArray>).keys()]).toContain("1.running_mean");
    expect([...(value.get("optimiser") as Map<string, PickleValue>).keys()]).toEqual([
      "state",
      "param_groups"
    ]);
  });

  it("whole modules, sparse and complex tensors, and the old format are refused by name", () => {
    const at = folder();
    const script = `
import torch, sys
at = sys.stdin.read()
torch.save(torch.nn.Linear(2, 2), at + "/module")
torch.save(torch.eye(2).to_sparse(), at + "/sparse")
torch.save(torch.zeros(2, dtype=torch.complex64), at + "/complex")
torch.save({"a": torch.zeros(2)}, at + "/old", _use_new_zipfile_serialization=False)
sys.stdout.buffer.write(b"".join(len(b).to_bytes(4, "little") + b for b in
  (open(at + "/" + f, "rb").read() for f in ("module", "sparse", "complex", "old"))))`;
    try {
      const out = runPython(python!, script, new TextEncoder().encode(at));
      const messages: string[] = [];
      for (let i = 0; i < out.length;) {
        const length = new DataView(out.buffer, out.byteOffset).getUint32(i, true);
        const file = out.subarray(i + 4, i + 4 + length);
        messages.push(refusal(() => read(file)));
        i += 4 + length;
      }
      ["torch.nn.modules.linear.Linear", "_sparse", "torch.ComplexFloatStorage", "old format"].forEach(
        (name, i) => expect(messages[i]).toContain(name)
      );
    } finally {
      rmSync(at, {recursive: true});
    }
  });
});
