import type {FileHandle} from "node:fs/promises";
import {open} from "node:fs/promises";
import type {ByteSource} from "../formats/byteSource.js";
import {InputError} from "../formats/error.js";

/** A file on disk as a source of bytes; `close` it when done. */
export interface FileSource extends ByteSource {
  close(): Promise<void>;
}

/**
 * Opens a file for reading in any order.
 * @throws InputError if it is missing, is a folder, or may not be read
 */
export async function openFileSource(path: string): Promise<FileSource> {
  const handle = await opened(path);
  const {size} = await handle.stat();
  return {
    size,
    async read(from, to) {
      const bytes = new Uint8Array(Math.max(0, Math.min(to, size) - from));
      let filled = 0;
      while (filled < bytes.length) {
        const {bytesRead} = await handle.read(bytes, filled, bytes.length - filled, from + filled);
        if (bytesRead === 0) return bytes.slice(0, filled); // cut since it was opened
        filled += bytesRead;
      }
      return bytes;
    },
    close: () => handle.close()
  };
}

async function opened(path: string): Promise<FileHandle> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, "r");
    if ((await handle.stat()).isFile()) return handle;
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    throw new InputError(
      path,
      "",
      code === "ENOENT" ? "no such file" : String(code),
      "a file that can be read"
    );
  }
  await handle.close();
  throw new InputError(path, "", "a folder or a device", "a file");
}
