import type {ByteSource} from "./byteSource.js";
import {readExactly} from "./byteSource.js";
import {InputError} from "./error.js";
import {decodeMrc} from "./mrc.js";
import type {MrcHeader} from "./mrcHeader.js";
import {parseMrcHeader} from "./mrcHeader.js";

/** An MRC file that stays where it is: images (sections of a volume) are read when they are asked for. */
export interface MrcStack {
  header: MrcHeader;
  /** Image `i`, counted from 0: [ny, nx]. @throws InputError if there is none */
  image(i: number): Promise<Float32Array<ArrayBuffer>>;
  /** Images `from` to `to` (exclusive) in one array: [to - from, ny, nx]. @throws InputError if there are none */
  images(from: number, to: number): Promise<Float32Array<ArrayBuffer>>;
  /** The same one after another, for whoever needs each only once: a few megabytes are read at a time. */
  each(from?: number, to?: number): AsyncGenerator<Float32Array<ArrayBuffer>, void, undefined>;
}

/** Bytes that `each` reads at a time. */
const runBytes = 4 * 2 ** 20;

/**
 * Opens a stack or a volume of any size: reads its header and checks that the source is as long as it says.
 * @param name the file's name, for errors
 * @throws InputError as parseMrcHeader does
 */
export async function openMrcStack(source: ByteSource, name: string): Promise<MrcStack> {
  const header = parseMrcHeader(await source.read(0, 1024), name, source.size);
  const {nx, ny, nz, dataOffset, sectionBytes} = header;

  async function images(from: number, to: number) {
    if (![from, to].every(Number.isSafeInteger) || from < 0 || to > nz || from > to)
      throw new InputError(name, "images", `${from} to ${to}`, `numbers from 0 to ${nz}`);
    const start = dataOffset + from * sectionBytes;
    const end = dataOffset + to * sectionBytes;
    return decodeMrc(await readExactly(source, start, end, name), header);
  }

  async function* each(from = 0, to = nz) {
    const run = Math.max(1, Math.floor(runBytes / sectionBytes));
    for (let start = from; start < to; start += run) {
      const count = Math.min(run, to - start);
      const several = await images(start, start + count);
      for (let i = 0; i < count; ++i) yield several.slice(i * nx * ny, (i + 1) * nx * ny);
    }
  }

  async function image(i: number) {
    if (!Number.isSafeInteger(i) || i < 0 || i >= nz)
      throw new InputError(name, "image", i, `one of 0 to ${nz - 1}`);
    return images(i, i + 1);
  }

  return {header, image, images, each};
}
