/** A file as a job is given it: its bytes, and its name for messages. */
export interface NamedBytes {
  name: string;
  bytes: Uint8Array;
}

/** A recipe as a job is given it: parsed JSON, and its name for messages. */
export interface NamedJson {
  name: string;
  json: unknown;
}

/** FNV-1a over the bytes, 32 bits in hexadecimal: tells whether two files are the same, not whether one was forged. */
export function fingerprint(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
