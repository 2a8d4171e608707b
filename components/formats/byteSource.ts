import {InputError} from "./error.js";

/**
 * Bytes that can be read in any order, a run at a time: a browser's File, a file on disk (cli/fileSource.ts), or an
 * array. Files of many gigabytes are read through it with memory for one run.
 */
export interface ByteSource {
  /** Bytes in all. */
  readonly size: number;
  /** Bytes `from` to `to` (exclusive); fewer where the source ends before. The array is the caller's own. */
  read(from: number, to: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** A File that a reader has chosen or dropped, or any other Blob: nothing is read before it is asked for. */
export const blobSource = (blob: Blob): ByteSource => ({
  size: blob.size,
  read: async (from, to) => new Uint8Array(await blob.slice(from, Math.max(from, to)).arrayBuffer())
});

/** Bytes already in memory. */
export const bytesSource = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: (from, to) => Promise.resolve(new Uint8Array(bytes.subarray(from, Math.max(from, to))))
});

/**
 * Bytes `from` to `to`, all of them.
 * @param name the file's name, for errors
 * @throws InputError where the source ends before (a file that was cut after it was opened)
 */
export async function readExactly(
  source: ByteSource,
  from: number,
  to: number,
  name: string
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await source.read(from, to);
  if (bytes.length !== to - from)
    throw new InputError(name, `byte ${from}`, `${bytes.length} bytes`, `${to - from}`);
  return bytes;
}
