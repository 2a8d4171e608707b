import type {ByteSource} from "../../formats/byteSource.js";
import {readExactly} from "../../formats/byteSource.js";
import {InputError} from "../../formats/error.js";
import {inspectNpy, inspectNpz, inspectPickle, inspectSafetensors, inspectTorch} from "./arrays.js";
import {inspectJson, inspectMmcif, inspectPdb, inspectYaml} from "./documents.js";
import type {Findings, Format, Inspection} from "./inspection.js";
import {formats} from "./inspection.js";
import {recognise} from "./recognise.js";
import {inspectMrc} from "./stack.js";
import {inspectCs, inspectStar} from "./tables.js";

/** Bytes of a file that is read whole, at most; only MRC files are looked at in parts. */
const mostBytes = 2 ** 30;

const ofText: Partial<Record<Format, (text: string, name: string) => Findings>> = {
  star: inspectStar,
  yaml: inspectYaml,
  json: inspectJson,
  pdb: inspectPdb,
  mmcif: inspectMmcif
};

const ofBytes: Partial<Record<Format, (bytes: Uint8Array, name: string) => Findings>> = {
  pickle: inspectPickle,
  torch: inspectTorch,
  npy: inspectNpy,
  npz: inspectNpz,
  cs: inspectCs,
  safetensors: inspectSafetensors
};

/**
 * Says what a file of any known format holds: shapes, types, ranges, pixel size, columns, particles. The format is
 * recognised by the content first, then by the name's ending. Of a large stack, a sample of the images is looked at, and
 * the result says so.
 * @param name the file's name, for its ending and for errors
 * @throws InputError if the format is not known, or the file is damaged or too large to be read whole
 */
export async function inspect(source: ByteSource, name: string): Promise<Inspection> {
  const {size} = source;
  const format = recognise(await source.read(0, 65536), size, name);
  if (!format)
    throw new InputError(
      name,
      "",
      size ? "bytes of no known format" : "no bytes",
      `one of ${Object.values(formats).join(", ")}`
    );
  return {file: name, size, format, ...(await findings(source, format, name))};
}

async function findings(source: ByteSource, format: Format, name: string): Promise<Findings> {
  if (format === "mrc") return inspectMrc(source, name);
  if (source.size > mostBytes)
    throw new InputError(
      name,
      "size",
      `${source.size} bytes`,
      `at most ${mostBytes} of a ${formats[format]}`
    );
  const bytes = await readExactly(source, 0, source.size, name);
  return ofText[format]?.(new TextDecoder().decode(bytes), name) ?? ofBytes[format]!(bytes, name);
}
