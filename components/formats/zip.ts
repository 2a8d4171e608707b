import {unzipSync, Zip, ZipPassThrough, zipSync, type Zippable} from "fflate";
import {InputError} from "./error.js";
import {quoted} from "./quoted.js";

/** What Deflate can make of a byte at most, and a bound on what a page can hold. */
const maxRatio = 1032;
const maxBytes = 2 ** 31;

/** A zip's signature: that of a member, or of the directory of an empty one. */
export const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);

/**
 * The members of a zip, stored or deflated, by their full names.
 * @param name the file's name, for errors
 * @param kind what the file should be, for errors: "a whole .npz file"
 * @throws InputError if the zip is damaged or cut short, or claims more than its bytes can hold
 */
export function readZip(bytes: Uint8Array, name: string, kind: string): Map<string, Uint8Array> {
  let headers = 0; // bytes of the members' headers, and below, of their contents: no two may share them
  let packed = 0;
  let unpacked = 0;
  try {
    const files = unzipSync(bytes, {
      // Asked before a member is unpacked, and before anything is allocated for it.
      filter({name: member, size, originalSize, compression}) {
        headers += 46 + member.length;
        packed += size;
        unpacked += originalSize;
        const most = compression === 0 ? size : maxRatio * size;
        if (headers + packed > bytes.length || originalSize > most || unpacked > maxBytes)
          throw new InputError(
            name,
            quoted(member),
            `${originalSize} bytes from ${size}`,
            "what the file can hold"
          );
        return true;
      }
    });
    return new Map(Object.entries(files));
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(name, "", `a zip that does not open (${(error as Error).message})`, kind);
  }
}

/** The extra field that pads a member's header; its number is the one PyTorch uses ("FB"). */
const PADDING = 0x4246;

/**
 * A zip of stored members in the order given, each beginning at a multiple of 64 bytes, so that a reader may map it into
 * memory; the same members give the same bytes.
 * @throws RangeError for names that are not ASCII, or at 4 GB and beyond
 */
export function writeZip(members: ReadonlyMap<string, Uint8Array>): Uint8Array<ArrayBuffer> {
  const zippable: Zippable = {};
  let at = 0;
  for (const [name, bytes] of members) {
    if (!/^[\x20-\x7e]+$/.test(name)) throw new RangeError(`zip: found name ${quoted(name)}; expected ASCII`);
    const head = at + 30 + name.length + 4;
    const padding = (64 - (head % 64)) % 64;
    zippable[name] = [
      bytes,
      {level: 0, mtime: new Date(1980, 0, 1), extra: {[PADDING]: new Uint8Array(padding)}}
    ];
    at = head + padding + bytes.length;
  }
  if (at >= 2 ** 32) throw new RangeError(`zip: found ${at} bytes; expected less than 4 GB`);
  return zipSync(zippable) as Uint8Array<ArrayBuffer>;
}

/**
 * A zip of stored members one after another, for more than should be in memory at once: each member is asked for when the one
 * before it has been given out.
 * @param give takes the zip's bytes, piece by piece
 * @throws RangeError for names that are not ASCII, or at 4 GB and beyond
 */
export async function streamZip(
  members: AsyncIterable<readonly [name: string, bytes: Uint8Array]>,
  give: (bytes: Uint8Array) => void
): Promise<void> {
  let total = 0;
  const zip = new Zip((error, bytes) => {
    if (error) throw error;
    total += bytes.length;
    give(bytes);
  });
  for await (const [name, bytes] of members) {
    if (!/^[\x20-\x7e]+$/.test(name)) throw new RangeError(`zip: found name ${quoted(name)}; expected ASCII`);
    if (total + bytes.length >= 2 ** 32)
      throw new RangeError(`zip: found ${total + bytes.length} bytes; expected less than 4 GB`);
    const member = new ZipPassThrough(name);
    member.mtime = new Date(1980, 0, 1);
    zip.add(member);
    member.push(bytes, true);
  }
  zip.end();
}
