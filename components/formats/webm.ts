import {join} from "./pickleWriter.js";

/**
 * WebM, the part of Matroska (RFC 9559) that holds a film without sound: encoded pictures in, a file out that says how long it is
 * and can be entered at every key frame.
 */
export interface WebmFilm {
  /** `V_VP8`, `V_VP9` or `V_AV1`. */
  codec: string;
  /** Pixels. */
  width: number;
  height: number;
  /** Frames a second. */
  rate: number;
  /** Encoded pictures in order; the first is a key frame. */
  frames: readonly {data: Uint8Array; key: boolean}[];
}

/** Key frames may be this many milliseconds apart: a block counts from the start of its cluster in 16 bits. */
const MOST = 32_767;

/**
 * Writes a film, in the parts that follow each other in the file.
 * @throws RangeError where there are no frames, the first is no key frame, or key frames are more than half a minute apart
 */
export function writeWebm({codec, width, height, rate, frames}: WebmFilm): Uint8Array<ArrayBuffer>[] {
  if (frames.length === 0) throw new RangeError("webm: found no frames; expected at least one");
  if (!frames[0].key) throw new RangeError("webm: frame 0: found no key frame; expected one");
  const at = (frame: number) => Math.round((1000 * frame) / rate); // milliseconds
  const clusters: {time: number; parts: Uint8Array<ArrayBuffer>[]}[] = [];
  frames.forEach(({data, key}, i) => {
    if (key) clusters.push({time: at(i), parts: [element(0xe7, uint(at(i)))]});
    const {time, parts} = clusters[clusters.length - 1];
    const since = at(i) - time;
    if (since > MOST) throw new RangeError(`webm: frame ${i}: found ${since} ms since a key frame; expected at most ${MOST}`); // prettier-ignore
    // Track 1, time since the cluster's, and whether it is a key frame.
    const head = Uint8Array.of(0x81, since >> 8, since & 255, key ? 0x80 : 0);
    parts.push(element(0xa3, head, data));
  });
  const info = element(
    0x1549a966,
    element(0x2ad7b1, uint(1_000_000)), // nanoseconds of a unit of time
    element(0x4489, float(at(frames.length))),
    element(0x4d80, text("cryo-latent-diffusion")),
    element(0x5741, text("cryo-latent-diffusion"))
  );
  const video = element(0xe0, element(0xb0, uint(width)), element(0xba, uint(height)));
  const track = element(
    0xae,
    element(0xd7, uint(1)),
    element(0x73c5, uint(1)),
    element(0x9c, uint(0)), // no lacing
    element(0x83, uint(1)), // a picture
    element(0x86, text(codec)),
    element(0x23e383, uint(Math.round(1e9 / rate))),
    video
  );
  const tracks = element(0x1654ae6b, track);
  const written = clusters.map(({parts}) => element(0x1f43b675, ...parts));
  // Where the clusters are depends on how long the list of places is, which does not depend on what it says.
  const cues = (first: number) => {
    let place = first;
    return element(
      0x1c53bb6b,
      ...clusters.map(({time}, i) => {
        const cue = element(0xb7, element(0xf7, uint(1)), element(0xf1, uint(place)));
        place += written[i].length;
        return element(0xbb, element(0xb3, uint(time)), cue);
      })
    );
  };
  const before = info.length + tracks.length;
  const body = [info, tracks, cues(before + cues(0).length), ...written];
  const length = body.reduce((sum, part) => sum + part.length, 0);
  const header = element(
    0x1a45dfa3,
    element(0x4286, uint(1)),
    element(0x42f7, uint(1)),
    element(0x42f2, uint(4)),
    element(0x42f3, uint(8)),
    element(0x4282, text("webm")),
    element(0x4287, uint(4)),
    element(0x4285, uint(2))
  );
  return [header, join([identity(0x18538067), size(length)]), ...body];
}

/** An element: its identity, the size of its content in 8 bytes, and the content. */
const element = (id: number, ...content: Uint8Array[]): Uint8Array<ArrayBuffer> =>
  join([identity(id), size(content.reduce((sum, part) => sum + part.length, 0)), ...content]);

function identity(id: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = id; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Uint8Array.from(bytes);
}

function size(length: number): Uint8Array {
  const bytes = uint(length);
  bytes[0] = 1; // seven bytes follow that count
  return bytes;
}

function uint(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

function float(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return bytes;
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
