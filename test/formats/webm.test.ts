import {describe, expect, it} from "vitest";
import {writeWebm} from "../../components/formats/webm.js";

/** Elements that hold others. */
const MASTERS = new Set([0x1a45dfa3, 0x18538067, 0x1549a966, 0x1654ae6b, 0xae, 0xe0, 0x1c53bb6b, 0xbb, 0xb7, 0x1f43b675]); // prettier-ignore

interface Element {
  id: number;
  /** Where it begins. */
  at: number;
  content: Uint8Array;
  inside: Element[];
}

/** Reads what any EBML reader would: identities, sizes, what is in what. */
function read(bytes: Uint8Array, from = 0): Element[] {
  const found: Element[] = [];
  let at = 0;
  const vint = (keepsMark: boolean) => {
    const width = Math.clz32(bytes[at]) - 23;
    let value = keepsMark ? bytes[at] : bytes[at] & (0xff >> width);
    for (let i = 1; i < width; ++i) value = value * 256 + bytes[at + i];
    at += width;
    return value;
  };
  while (at < bytes.length) {
    const start = at;
    const id = vint(true);
    const size = vint(false);
    const content = bytes.subarray(at, at + size);
    expect(content).toHaveLength(size);
    found.push({id, at: from + start, content, inside: MASTERS.has(id) ? read(content, from + at) : []});
    at += size;
  }
  return found;
}

const uint = ({content}: Element) => content.reduce((value, byte) => value * 256 + byte, 0);
const named = (elements: Element[], id: number) => elements.filter((e) => e.id === id);

const frames = Array.from({length: 45}, (_, i) => ({
  data: new Uint8Array(i === 7 ? 70_000 : 10 + i).fill(i),
  key: i % 30 === 0
}));
const parts = writeWebm({codec: "V_VP9", width: 320, height: 240, rate: 10, frames});
const file = Uint8Array.from(parts.flatMap((part) => Array.from(part)));

describe("writeWebm", () => {
  const [header, segment, ...rest] = read(file);
  const [info] = named(segment.inside, 0x1549a966);
  const clusters = named(segment.inside, 0x1f43b675);

  it("begins as EBML of type webm, and is one segment", () => {
    expect(header.id).toBe(0x1a45dfa3);
    expect(new TextDecoder().decode(named(header.inside, 0x4282)[0].content)).toBe("webm");
    expect(segment.id).toBe(0x18538067);
    expect(rest).toEqual([]);
  });

  it("says how long it is, how large, and in which codec", () => {
    expect(uint(named(info.inside, 0x2ad7b1)[0])).toBe(1e6);
    const {content} = named(info.inside, 0x4489)[0];
    expect(new DataView(content.buffer, content.byteOffset).getFloat64(0)).toBe(4500);
    const [track] = named(named(segment.inside, 0x1654ae6b)[0].inside, 0xae);
    expect(new TextDecoder().decode(named(track.inside, 0x86)[0].content)).toBe("V_VP9");
    const [video] = named(track.inside, 0xe0);
    expect([0xb0, 0xba].map((id) => uint(named(video.inside, id)[0]))).toEqual([320, 240]);
  });

  it("holds every picture at its time, and a cluster from each key frame on", () => {
    const blocks = clusters.flatMap(({inside}) => {
      const start = uint(named(inside, 0xe7)[0]);
      return named(inside, 0xa3).map(({content}) => ({
        time: start + content[1] * 256 + content[2],
        key: content[3] === 0x80,
        data: content.slice(4)
      }));
    });
    expect(blocks).toEqual(frames.map(({data, key}, i) => ({time: 100 * i, key, data})));
    expect(clusters).toHaveLength(2);
  });

  it("lists where its clusters are, from the start of the segment's content", () => {
    const start = segment.at + 12; // after its identity and its size
    const cues = named(named(segment.inside, 0x1c53bb6b)[0].inside, 0xbb).map(({inside}) => ({
      time: uint(named(inside, 0xb3)[0]),
      at: uint(named(named(inside, 0xb7)[0].inside, 0xf1)[0]) + start
    }));
    expect(cues).toEqual(clusters.map(({at}, i) => ({time: 3000 * i, at})));
  });

  it("refuses films without frames, without a first key frame, or with key frames too far apart", () => {
    const film = {codec: "V_VP8", width: 2, height: 2, rate: 1};
    expect(() => writeWebm({...film, frames: []})).toThrow("found no frames");
    expect(() => writeWebm({...film, frames: [{data: new Uint8Array(1), key: false}]})).toThrow(
      "no key frame"
    );
    const rare = Array.from({length: 40}, (_, i) => ({data: new Uint8Array(1), key: i === 0}));
    expect(() => writeWebm({...film, frames: rare})).toThrow("frame 33: found 33000 ms");
  });
});
