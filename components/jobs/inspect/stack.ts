import type {ByteSource} from "../../formats/byteSource.js";
import {readExactly} from "../../formats/byteSource.js";
import {decodeMrc, parseMrcHeader} from "../../formats/mrc.js";
import type {Fact, Findings} from "./inspection.js";
import {tally} from "./statistics.js";

/** Bytes of pixels that are looked at, at most, and at most at once. */
const sampleBytes = 64 * 2 ** 20;
const runBytes = 4 * 2 ** 20;

const modes: Record<number, string> = {0: "int8", 1: "int16", 2: "float32", 6: "uint16", 12: "float16"};

/** Header of an MRC file, and statistics of all its pixels, or of images evenly taken from a large one. */
export async function inspectMrc(source: ByteSource, name: string): Promise<Findings> {
  const header = parseMrcHeader(await source.read(0, 1024), name, source.size);
  const {nx, ny, nz, mode, littleEndian, unsignedBytes, pixelSize, origin, isStack, dataOffset} = header;
  const {sectionBytes} = header;
  const sections = Math.max(1, Math.min(nz, Math.floor(sampleBytes / sectionBytes)));
  const {add, result} = tally();
  const lookedAt = Math.min(sectionBytes, sampleBytes);
  for (let k = 0; k < sections; ++k) {
    const start = dataOffset + Math.floor((k * nz) / sections) * sectionBytes;
    for (let at = 0; at < lookedAt; at += runBytes)
      add(
        decodeMrc(
          await readExactly(source, start + at, start + Math.min(at + runBytes, lookedAt), name),
          header
        )
      );
  }
  const facts: Record<string, Fact> = {
    size: [nx, ny, nz],
    mode: `${mode} (${unsignedBytes && mode === 0 ? "uint8" : modes[mode]})`,
    byteOrder: littleEndian ? "little endian" : "big endian",
    pixelSize: pixelSize || "not stated"
  };
  if (origin.some((x) => x !== 0)) facts.origin = origin.join(", ");
  if (dataOffset > 1024) facts.extendedHeader = `${dataOffset - 1024} bytes`;
  if (header.max >= header.min) facts.statedRange = {from: header.min, to: header.max};
  facts.statisticsOf = sampleText(lookedAt / sectionBytes, sections, nz, isStack ? "images" : "sections");
  return {
    summary: isStack ? `stack of ${nz} images, ${nx} x ${ny}` : `volume, ${nx} x ${ny} x ${nz}`,
    facts,
    arrays: [{name: "pixels", dtype: modes[mode], shape: [nz, ny, nx], ...result()}]
  };
}

function sampleText(part: number, sections: number, nz: number, kind: string): string {
  if (part < 1) return `the first ${(100 * part).toPrecision(2)}% of section 0`;
  return sections < nz ? `${sections} of the ${nz} ${kind}, evenly taken` : "all pixels";
}
