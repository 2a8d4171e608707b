import {InputError} from "./error.js";

/** Takes little-endian numbers and runs of bytes off a file, in order; refuses to run over its end. */
export class ByteReader {
  position = 0;
  private readonly view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    readonly file: string
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.position;
  }

  /** The next `n` bytes, not copied. */
  take(n: number): Uint8Array {
    return this.bytes.subarray(this.advance(n), this.position);
  }

  u8 = (): number => this.bytes[this.advance(1)];
  u16 = (): number => this.view.getUint16(this.advance(2), true);
  u32 = (): number => this.view.getUint32(this.advance(4), true);
  i32 = (): number => this.view.getInt32(this.advance(4), true);
  f64BigEndian = (): number => this.view.getFloat64(this.advance(8), false);
  /** A 64-bit length; beyond 2^53 it loses digits, which no file is long enough to mind. */
  u64 = (): number => Number(this.view.getBigUint64(this.advance(8), true));

  /** The next line without its line feed. */
  line(): Uint8Array {
    const end = this.bytes.indexOf(10, this.position);
    if (end < 0)
      throw new InputError(this.file, `byte ${this.position}`, "the end of the file", "a line feed");
    const line = this.take(end - this.position);
    this.advance(1);
    return line;
  }

  /** Moves on by `n` bytes and returns where it was. */
  private advance(n: number): number {
    const start = this.position;
    if (n > this.left)
      throw new InputError(this.file, `byte ${start}`, `${this.left} bytes to the end of the file`, `${n}`);
    this.position += n;
    return start;
  }
}
