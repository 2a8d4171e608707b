import {describe, expect, it} from "vitest";
import {readZip, streamZip} from "../../components/formats/zip.js";

async function* members(...all: [string, Uint8Array][]) {
  yield* all;
}

const joined = (pieces: Uint8Array[]) => new Uint8Array(pieces.flatMap((piece) => Array.from(piece)));

describe("streamZip", () => {
  it("gives out each member before it asks for the next, and its zip is read", async () => {
    const pieces: Uint8Array[] = [];
    const after: number[] = [];
    async function* watched() {
      for (const [name, fill] of [["a.mrc", 1], ["b.mrc", 2]] as const) {
        after.push(pieces.reduce((sum, {length}) => sum + length, 0));
        yield [name, new Uint8Array(1000).fill(fill)] as const;
      }
    } // prettier-ignore
    await streamZip(watched(), (bytes) => pieces.push(bytes.slice()));
    expect(after[0]).toBe(0);
    expect(after[1]).toBeGreaterThan(1000);
    const files = readZip(joined(pieces), "a.zip", "a zip");
    expect([...files.keys()]).toEqual(["a.mrc", "b.mrc"]);
    expect(files.get("b.mrc")).toEqual(new Uint8Array(1000).fill(2));
  });

  it("refuses names that are not ASCII, and hears of a member that can't be had", async () => {
    await expect(streamZip(members(["å", new Uint8Array(1)]), () => undefined)).rejects.toThrow(
      "expected ASCII"
    );
    // eslint-disable-next-line require-yield
    async function* broken(): AsyncGenerator<[string, Uint8Array]> {
      throw new Error("no such frame");
    }
    await expect(streamZip(broken(), () => undefined)).rejects.toThrow("no such frame");
  });
});
