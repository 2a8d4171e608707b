import {describe, expect, it} from "vitest";
import type {Rng} from "../../components/compute/random.js";
import {random} from "../../components/compute/random.js";
import {toHalf, fromHalf} from "../../components/formats/half.js";
import type {MrcMode} from "../../components/formats/mrc.js";
import {
  cube,
  decodeMrc,
  mrcHeader,
  parseMrcHeader,
  readMrc,
  squareStack,
  writeMrc
} from "../../components/formats/mrc.js";
import {fixture, haveFixtures, pythonWith, runPython} from "./fixtures.js";
import {refusal, refusesTruncation, survivesDamage} from "./robust.js";

const read = (bytes: Uint8Array) => readMrc(bytes, "particles.mrcs");
const normals = (n: number) => random(n).fillNormal(new Float32Array(n));
const stack = {nx: 4, ny: 3, nz: 5, pixelSize: 1.5, isStack: true, data: normals(60)};
const volume = {
  nx: 4,
  ny: 3,
  nz: 2,
  pixelSize: 6,
  isStack: false,
  data: normals(24),
  origin: [-12, 0, 3.5] as const
};

/** A file of one row of pixels of any mode, in either byte order, with an extended header of any length. */
function row(
  mode: number,
  pixels: number[],
  options: {big?: boolean; extended?: number; stamp?: number[]} = {}
) {
  const {big = false, extended = 0, stamp = big ? [0x11, 0x11] : [0x44, 0x44]} = options;
  const width = mode === 0 ? 1 : mode === 2 ? 4 : 2;
  const bytes = new Uint8Array(1024 + extended + width * pixels.length);
  const view = new DataView(bytes.buffer);
  [pixels.length, 1, 1, mode].forEach((value, i) => view.setInt32(4 * i, value, !big));
  view.setInt32(92, extended, !big);
  bytes.set(stamp, 212);
  for (const [i, value] of pixels.entries()) {
    const at = 1024 + extended + width * i;
    if (mode === 0) view.setUint8(at, value);
    else if (mode === 2) view.setFloat32(at, value, !big);
    else view.setUint16(at, value, !big);
  }
  return bytes;
}

function withInt(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  new DataView(copy.buffer).setInt32(at, value, true);
  return copy;
}

describe("mrc", () => {
  it("keeps stacks and volumes", () => {
    expect(read(writeMrc(stack))).toEqual({...stack, mode: 2, origin: [0, 0, 0]});
    expect(read(writeMrc(volume))).toEqual({...volume, mode: 2});
  });

  it("keeps random shapes", () => {
    for (let i = 0; i < 40; ++i) {
      const rng = random(9, i);
      const [nx, ny, nz] = [1 + rng.integer(9), 1 + rng.integer(9), 1 + rng.integer(9)];
      const data = rng.fillNormal(new Float32Array(nx * ny * nz));
      const m = {nx, ny, nz, pixelSize: Math.fround(rng.uniform() + 0.5), isStack: rng.uniform() < 0.5, data};
      const {pixelSize, ...rest} = read(writeMrc(m));
      expect(rest).toMatchObject({nx, ny, nz, isStack: m.isStack, data});
      expect(pixelSize).toBeCloseTo(m.pixelSize, 6);
    }
  });

  it("keeps values of every mode in both byte orders", () => {
    const draw: Record<MrcMode, (rng: Rng) => number> = {
      0: (rng) => rng.integer(256) - 128,
      1: (rng) => rng.integer(65536) - 32768,
      2: (rng) => Math.fround(rng.normal() * 10 ** (rng.integer(60) - 30)),
      6: (rng) => rng.integer(65536),
      12: (rng) => fromHalf(toHalf(rng.normal() * 10 ** (rng.integer(8) - 4)))
    };
    for (const mode of [0, 1, 2, 6, 12] as const)
      for (const littleEndian of [true, false])
        for (let i = 0; i < 10; ++i) {
          const rng = random(13, mode, Number(littleEndian), i);
          const [nx, ny, nz] = [1 + rng.integer(20), 1 + rng.integer(9), 1 + rng.integer(5)];
          const data = Float32Array.from({length: nx * ny * nz}, () => draw[mode](rng));
          const origin = [rng.integer(100), -1.5, 2] as [number, number, number];
          const bytes = writeMrc({
            nx,
            ny,
            nz,
            pixelSize: 2,
            isStack: i % 2 > 0,
            data,
            origin,
            mode,
            littleEndian
          });
          const label = `mode ${mode}, ${nx} x ${ny} x ${nz}, ${littleEndian ? "little" : "big"} endian`;
          expect(read(bytes), label).toEqual({
            ...{nx, ny, nz, mode, pixelSize: 2, origin, isStack: i % 2 > 0, data}
          });
          expect(bytes.length, label).toBe(1024 + data.length * {0: 1, 1: 2, 2: 4, 6: 2, 12: 2}[mode]);
          expect([...bytes.subarray(212, 214)], label).toEqual(littleEndian ? [0x44, 0x44] : [0x11, 0x11]);
        }
  });

  it("refuses to write what a mode can't hold", () => {
    const write = (mode: MrcMode, value: number) => () =>
      writeMrc({nx: 2, ny: 1, nz: 1, pixelSize: 1, isStack: true, mode, data: Float32Array.of(1, value)});
    expect(write(0, 128)).toThrow(
      "mrc: pixel 1: found 128; expected whole numbers from -128 to 127 in mode 0"
    );
    expect(write(0, -129)).toThrow(RangeError);
    expect(write(1, 32768)).toThrow(/pixel 1: found 32768/);
    expect(write(6, -1)).toThrow(/from 0 to 65535 in mode 6/);
    for (const mode of [0, 1, 6] as const) {
      expect(write(mode, 0.5)).toThrow(/found 0.5; expected whole numbers/);
      expect(write(mode, NaN)).toThrow(/found NaN/);
    }
    expect(write(12, 65520)).toThrow(/found 65520; expected at most 65504 in mode 12/);
    expect(read(write(12, -Infinity)()).data).toEqual(Float32Array.of(1, -Infinity));
    expect(read(write(12, 65519)()).data[1]).toBe(65504); // the nearest
  });

  it("gives the side of a cube and the box of a stack, and refuses others", () => {
    const data = new Float32Array(27);
    expect(cube({nx: 3, ny: 3, nz: 3, data}, "a.mrc")).toEqual({D: 3, data});
    expect(refusal(() => cube({nx: 3, ny: 3, nz: 2, data}, "a.mrc"))).toBe(
      "a.mrc: nx, ny, nz: found 3 x 3 x 2; expected a cubic volume"
    );
    expect(squareStack({nx: 4, ny: 4, nz: 7}, "a.mrcs")).toEqual({D: 4, count: 7});
    expect(refusal(() => squareStack({nx: 4, ny: 6, nz: 4}, "a.mrcs"))).toMatch(/nx, ny: found 4 x 6/);
    expect(refusal(() => squareStack({nx: 3, ny: 3, nz: 3}, "a.mrcs"))).toMatch(/even box/);
  });

  it("writes the standard's header", () => {
    const header = writeMrc(volume).subarray(0, 1024);
    const view = new DataView(header.buffer, 0, 1024);
    const int = (n: number) => view.getInt32(4 * (n - 1), true); // words count from 1 in the standard
    const float = (n: number) => view.getFloat32(4 * (n - 1), true);
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(int)).toEqual([4, 3, 2, 2, 0, 0, 0, 4, 3, 2]);
    expect([11, 12, 13, 14, 15, 16].map(float)).toEqual([24, 18, 12, 90, 90, 90]);
    expect([17, 18, 19, 23, 24, 28].map(int)).toEqual([1, 2, 3, 1, 0, 20141]);
    expect([50, 51, 52].map(float)).toEqual([-12, 0, 3.5]);
    expect(new TextDecoder().decode(header.subarray(208, 212))).toBe("MAP ");
    expect([...header.subarray(212, 216)]).toEqual([0x44, 0x44, 0, 0]);
    const values = [...volume.data];
    const mean = values.reduce((sum, v) => sum + v) / 24;
    const rms = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 24);
    [Math.min(...values), Math.max(...values), mean].forEach((v, i) =>
      expect(float(20 + i)).toBeCloseTo(v, 6)
    );
    expect(float(55)).toBeCloseTo(rms, 6);
    const stackView = new DataView(mrcHeader(stack).buffer);
    expect([88, 36].map((at) => stackView.getInt32(at, true))).toEqual([0, 1]); // ISPG, MZ
    expect(stackView.getFloat32(48, true)).toBe(1.5);
  });

  it("states no statistics where none are known", () => {
    const {min, max, mean, rms} = parseMrcHeader(mrcHeader(stack), "a.mrcs");
    expect(max).toBeLessThan(min);
    expect(mean).toBeLessThan(max);
    expect(rms).toBeLessThan(0);
  });

  it("reads every mode in both byte orders, past an extended header", () => {
    for (const big of [false, true])
      for (const extended of [0, 80]) {
        const options = {big, extended};
        expect([...read(row(0, [1, 255, 128], options)).data]).toEqual([1, -1, -128]);
        expect([...read(row(1, [1, 0xfffe, 300], options)).data]).toEqual([1, -2, 300]);
        expect([...read(row(2, [0.5, -3e9], options)).data]).toEqual([0.5, -3e9]);
        expect([...read(row(6, [1, 0xfffe], options)).data]).toEqual([1, 65534]);
        expect([...read(row(12, [0x3c00, 0xc000, 0x0001], options)).data]).toEqual([1, -2, 2 ** -24]);
      }
  });

  it("takes the byte order from the fields where the machine stamp is missing or wrong", () => {
    for (const stamp of [
      [0, 0],
      [0x11, 0x11],
      [0x44, 0x44]
    ])
      for (const big of [false, true]) expect([...read(row(2, [7], {big, stamp})).data]).toEqual([7]);
  });

  it("reads old IMOD's bytes as unsigned", () => {
    expect([...read(withInt(row(0, [255]), 152, 1146047817)).data]).toEqual([255]);
    expect([...read(withInt(withInt(row(0, [255]), 152, 1146047817), 156, 1)).data]).toEqual([-1]);
  });

  it("decodes part of a file", () => {
    const bytes = writeMrc(stack);
    const header = parseMrcHeader(bytes.subarray(0, 1024), "a.mrcs", bytes.length);
    const start = header.dataOffset + 2 * header.sectionBytes;
    const sections = decodeMrc(bytes.subarray(start, start + 2 * header.sectionBytes), header);
    expect(sections).toEqual(stack.data.slice(24, 48));
  });

  it("gives pixel size 0 where there is no cell", () => {
    expect(read(row(2, [1])).pixelSize).toBe(0);
  });

  it("names file, field, found and expected", () => {
    const bytes = writeMrc(stack);
    expect(refusal(() => read(bytes.subarray(0, 1200)))).toBe(
      "particles.mrcs: size: found 1200 bytes; expected 1264 for 4 x 3 x 5 of mode 2"
    );
    expect(refusal(() => parseMrcHeader(bytes, "a.mrcs", 1263))).toMatch(
      /size: found 1263 bytes; expected 1264/
    );
    expect(refusal(() => read(withInt(bytes, 12, 4)))).toBe(
      "particles.mrcs: mode: found 4 (complex); expected 0, 1, 2, 6 or 12"
    );
    expect(refusal(() => read(withInt(bytes, 4, -3)))).toMatch(/nx, ny, nz: found \[4,-3,5\]/);
    expect(refusal(() => read(withInt(withInt(bytes, 8, 2 ** 31 - 1), 4, 2 ** 31 - 1)))).toMatch(
      /size: found 1264/
    );
    expect(refusal(() => read(withInt(bytes, 92, -1)))).toMatch(/nsymbt: found -1/);
    expect(refusal(() => read(withInt(bytes, 92, 2 ** 31 - 1)))).toMatch(/size/);
    expect(refusal(() => read(withInt(bytes, 64, 3)))).toMatch(/mapc, mapr, maps: found \[3,2,3\]/);
    expect(refusal(() => read(new TextEncoder().encode("data_\nloop_\n".repeat(200))))).toMatch(/mode/);
  });

  it("refuses to write pixels that are not those of the box", () => {
    expect(() => writeMrc({...stack, nz: 6})).toThrow(/found 60 pixels; expected 4 x 3 x 6/);
  });

  it("refuses a file cut anywhere", () => refusesTruncation(writeMrc(stack), read));

  it("gives data or an InputError for damaged files", () => {
    expect(survivesDamage(writeMrc(stack), read, {seed: 61, count: 1000, to: 224})).toBeGreaterThan(100);
    survivesDamage(row(6, [1, 2, 3], {big: true, extended: 8}), read, {seed: 62, count: 1000, to: 224});
  });

  it.skipIf(!haveFixtures)("reads the files of cryoDRGN and EMAN", () => {
    const header = ({nx, ny, nz, pixelSize, isStack}: ReturnType<typeof read>) => [
      nx,
      ny,
      nz,
      pixelSize,
      isStack
    ];
    expect(header(read(fixture("cryodrgn-run/particles.mrcs")))).toEqual([32, 32, 1000, 6, true]);
    expect(header(read(fixture("real/hand.mrcs")))).toEqual([64, 64, 100, 1, true]);
    expect(header(read(fixture("real/hand-vol.mrc")))).toEqual([64, 64, 64, 1, false]);
    const {vols} = JSON.parse(new TextDecoder().decode(fixture("cryodrgn-run/expected.json")));
    for (const {file, sum, v16} of Object.values(vols) as {file: string; sum: number; v16: number}[]) {
      const {data} = read(fixture(`cryodrgn-run/${file}`));
      expect(data.reduce((total, value) => total + value, 0)).toBeCloseTo(sum, 3);
      expect(data[(16 * 32 + 16) * 32 + 16]).toBe(v16);
    }
  });

  const python = pythonWith("mrcfile");
  it.skipIf(!python)("mrcfile finds no fault", () => {
    const script = `
import sys, tempfile, mrcfile
with tempfile.NamedTemporaryFile(suffix=".mrc") as f:
    f.write(sys.stdin.buffer.read()); f.flush()
    assert mrcfile.validate(f.name, print_file=sys.stderr)
    with mrcfile.open(f.name) as m: sys.stdout.buffer.write(bytes([int(m.is_image_stack()), *m.data.shape]))`;
    expect([...runPython(python!, script, writeMrc(stack))]).toEqual([1, 5, 3, 4]);
    expect([...runPython(python!, script, writeMrc(volume))]).toEqual([0, 2, 3, 4]);
    const whole = {...stack, data: stack.data.map(Math.round)};
    for (const mode of [0, 1, 12] as const)
      for (const littleEndian of [true, false])
        expect([...runPython(python!, script, writeMrc({...whole, mode, littleEndian}))]).toEqual([
          1, 5, 3, 4
        ]);
  });
});
