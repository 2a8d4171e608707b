import {mkdtemp, rm, truncate, writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {openFileSource} from "../../components/cli/fileSource.js";
import {random} from "../../components/compute/random.js";
import type {ByteSource} from "../../components/formats/byteSource.js";
import {blobSource, bytesSource} from "../../components/formats/byteSource.js";
import {InputError} from "../../components/formats/error.js";
import type {MrcMode} from "../../components/formats/mrc.js";
import {mrcHeader, writeMrc} from "../../components/formats/mrc.js";
import {openMrcStack} from "../../components/formats/mrcStack.js";

const stack = (mode: MrcMode, littleEndian = true) => ({
  ...{nx: 6, ny: 4, nz: 9, pixelSize: 1.5, isStack: true, mode, littleEndian},
  data: Float32Array.from({length: 216}, (_, i) => i % 120)
});
const image = (i: number, length = 1) => stack(2).data.slice(24 * i, 24 * (i + length));
const failure = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason
  );
  expect(error).toBeInstanceOf(InputError);
  return (error as Error).message;
};

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "mrc-stack-"));
});
afterAll(() => rm(dir, {recursive: true, force: true}));

describe("stacks read in parts", () => {
  it("give the images of the whole, from every kind of source, in every mode and byte order", async () => {
    for (const mode of [0, 1, 2, 6, 12] as const)
      for (const littleEndian of [true, false]) {
        const bytes = writeMrc(stack(mode, littleEndian));
        const path = join(dir, "a.mrcs");
        await writeFile(path, bytes);
        const file = await openFileSource(path);
        for (const source of [bytesSource(bytes), blobSource(new Blob([bytes])), file]) {
          const {header, ...opened} = await openMrcStack(source, "a.mrcs");
          expect(header).toMatchObject({nx: 6, ny: 4, nz: 9, mode, littleEndian, isStack: true});
          expect(await opened.image(0)).toEqual(image(0));
          expect(await opened.image(8)).toEqual(image(8));
          expect(await opened.images(2, 5)).toEqual(image(2, 3));
          expect(await opened.images(4, 4)).toEqual(new Float32Array(0));
          let i = 3;
          for await (const one of opened.each(3)) expect(one).toEqual(image(i++));
          expect(i).toBe(9);
        }
        await file.close();
      }
  });

  it("read only what is asked for, a few megabytes at a time, whatever the size of the file", async () => {
    // 256 x 256 x 40,000 float32 images: 10 GB that are nowhere; pixel p of image i is i + p.
    const [side, nz] = [256, 40_000];
    const header = mrcHeader({nx: side, ny: side, nz, pixelSize: 1, isStack: true});
    const reads: number[] = [];
    const source: ByteSource = {
      size: 1024 + nz * side * side * 4,
      read(from, to) {
        reads.push(to - from);
        if (from < 1024) return Promise.resolve(header.slice(from, Math.min(to, 1024)));
        const first = (from - 1024) / 4;
        const pixels = Float32Array.from({length: (to - from) / 4}, (_, k) => {
          const at = first + k;
          return Math.floor(at / side ** 2) + (at % side ** 2);
        });
        return Promise.resolve(new Uint8Array(pixels.buffer));
      }
    };
    const {image: one, each} = await openMrcStack(source, "large.mrcs");
    const last = await one(nz - 1);
    expect([last[0], last[5]]).toEqual([nz - 1, nz + 4]);
    expect(reads).toEqual([1024, side * side * 4]);
    let i = 100;
    for await (const pixels of each(100, 137)) expect(pixels[1]).toBe(++i);
    expect(i).toBe(137);
    expect(Math.max(...reads)).toBeLessThanOrEqual(4 * 2 ** 20);
    expect(reads.length).toBe(5); // 16 images a read
  });

  it("refuse images that are not there, and files that are not whole", async () => {
    const bytes = writeMrc(stack(2));
    const {image: one, images} = await openMrcStack(bytesSource(bytes), "a.mrcs");
    expect(await failure(one(9))).toBe("a.mrcs: image: found 9; expected one of 0 to 8");
    expect(await failure(one(-1))).toMatch(/image: found -1/);
    expect(await failure(one(0.5))).toMatch(/image: found 0.5/);
    expect(await failure(images(3, 10))).toMatch(/images: found 3 to 10; expected numbers from 0 to 9/);
    expect(await failure(openMrcStack(bytesSource(bytes.subarray(0, 1200)), "a.mrcs"))).toMatch(
      /size: found 1200 bytes/
    );
    expect(await failure(openMrcStack(bytesSource(bytes.subarray(0, 100)), "a.mrcs"))).toMatch(
      /header of 1024/
    );
  });

  it("notice a file that is cut while it is open", async () => {
    const path = join(dir, "cut.mrcs");
    await writeFile(path, writeMrc(stack(2)));
    const file = await openFileSource(path);
    const {image: one} = await openMrcStack(file, "cut.mrcs");
    await truncate(path, 1024 + 96 * 2 + 10);
    expect(await one(1)).toEqual(image(1));
    expect(await failure(one(2))).toBe("cut.mrcs: byte 1216: found 10 bytes; expected 96");
    await file.close();
  });

  it("name a file that can't be opened", async () => {
    expect(await failure(openFileSource(join(dir, "none.mrcs")))).toMatch(/none\.mrcs: found no such file/);
    expect(await failure(openFileSource(dir))).toMatch(/found a folder or a device; expected a file/);
  });
});

describe("sources of bytes", () => {
  it("give the same runs, shorter at the end, in arrays of the caller's own", async () => {
    const bytes = Uint8Array.from({length: 100}, () => random(3).integer(256));
    const path = join(dir, "bytes");
    await writeFile(path, bytes);
    const file = await openFileSource(path);
    for (const source of [bytesSource(bytes), blobSource(new Blob([bytes])), file]) {
      expect(source.size).toBe(100);
      expect(await source.read(10, 30)).toEqual(bytes.slice(10, 30));
      expect(await source.read(90, 130)).toEqual(bytes.slice(90));
      expect(await source.read(20, 10)).toEqual(new Uint8Array(0));
      (await source.read(0, 100)).fill(0);
      expect(await source.read(0, 100)).toEqual(bytes);
    }
    await file.close();
  });
});
