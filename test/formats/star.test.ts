import {describe, expect, it} from "vitest";
import type {StarBlock} from "../../components/formats/star.js";
import {readStar, writeStar} from "../../components/formats/star.js";
import {random} from "../../components/compute/random.js";
import {fixtureText, haveFixtures} from "./fixtures.js";
import {refusal, survivesDamage} from "./robust.js";

const read = (text: string) => readStar(text, "particles.star");

const tables: StarBlock[] = [
  {name: "general", columns: ["_rlnTitle", "_rlnEmpty"], rows: [["a moving protein", ""]], loop: false},
  {name: "optics", columns: ["_rlnOpticsGroup", "_rlnVoltage"], rows: [["1", "300.0"]]},
  {
    name: "particles",
    columns: ["_rlnImageName", "_rlnDefocusU"],
    rows: [
      ["000001@particles.mrcs", "-1.5e4"],
      ["two words", "5'"],
      ["# no comment", "data_"],
      ['a "quoted" word', "_label"],
      ["it's 5' long", "a#b"],
      ["loop_", ";"]
    ]
  },
  {name: "", columns: ["_rlnNone"], rows: []}
];

describe("star", () => {
  it("keeps loops, single values and every kind of text", () => {
    expect(read(writeStar(tables))).toEqual(tables);
  });

  it("keeps random text", () => {
    const alphabet = ["a", "B", "0", ".", "-", " ", "\t", "#", "_", "'", ";", "@", "θ"];
    const rng = random(8);
    const word = () =>
      Array.from({length: rng.integer(6)}, () => alphabet[rng.integer(alphabet.length)]).join("");
    const rows = Array.from({length: 500}, () => [word(), word(), word()]);
    const table = {name: "x", columns: ["_a", "_b", "_c"], rows};
    expect(read(writeStar([table]))).toEqual([table]);
  });

  it("reads comments, other line ends, several tables in one block and rows of any spacing", () => {
    const text =
      "# top\r\ndata_a # name\r\n_x 1 # one\r\n_y '2 3'\r\n\r\nloop_ \r\n_u #1\r\n_v #2\r\n\t1   2 \r\n3\t4#5 # end\r\n_z 7";
    expect(read(text)).toEqual([
      {name: "a", columns: ["_x", "_y"], rows: [["1", "2 3"]], loop: false},
      {name: "a", columns: ["_u", "_v"], rows: [["1", "2"], ["3", "4#5"]]}, // prettier-ignore
      {name: "a", columns: ["_z"], rows: [["7"]], loop: false}
    ]);
  });

  it("names the line that is wrong", () => {
    const loop = "data_p\nloop_\n_a\n_b\n";
    const wrong: [string, RegExp][] = [
      [`${loop}1 2\n3\n`, /particles\.star: line 6: found 1 values; expected 2/],
      [`${loop}1 2 3\n`, /line 5: found 3 values/],
      [`${loop}"1 2\n`, /line 5: .*quote/],
      [`${loop};text\n`, /line 5: .*several lines/],
      ["data_p\nloop_\n_a 1\n", /line 3: .*label alone/],
      ["data_p\n_a\n", /line 2: .*a label and a value/],
      ["data_p\n1 2\n", /line 2/],
      ["loop_\n_a\n", /line 1: .*data_/],
      ["data_p q\n", /line 1/],
      ["", /a STAR file/],
      ["ATOM 1 2 3", /line 1/]
    ];
    for (const [text, message] of wrong) expect(refusal(() => read(text))).toMatch(message);
  });

  it("refuses to write rows without their columns, and text that no quotes hold", () => {
    const row = (value: string) => () => writeStar([{name: "p", columns: ["_a"], rows: [[value]]}]);
    expect(() => writeStar([{name: "p", columns: ["_a", "_b"], rows: [["1"]]}])).toThrow(
      /p: found 1; expected 2/
    );
    expect(() => writeStar([{name: "p", columns: ["_a"], rows: [], loop: false}])).toThrow(RangeError);
    expect(row("two\nlines")).toThrow(RangeError);
    expect(row(`" and ' `)).toThrow(RangeError);
  });

  it("gives tables or an InputError for damaged and cut files", () => {
    const bytes = new TextEncoder().encode(writeStar(tables));
    const readBytes = (part: Uint8Array) => read(new TextDecoder().decode(part));
    expect(survivesDamage(bytes, readBytes, {seed: 51})).toBeGreaterThan(300);
    for (let length = 0; length < bytes.length; ++length) {
      const part = bytes.subarray(0, length);
      const rows = (blocks: StarBlock[]) => blocks.reduce((sum, block) => sum + block.rows.length, 0);
      try {
        expect(rows(readBytes(part))).toBeLessThanOrEqual(rows(tables));
      } catch {
        refusal(() => readBytes(part));
      }
    }
  });

  it("reads long lines of quotes in linear time", () => {
    const line = `data_p\nloop_\n_a\n${'"x'.repeat(200_000)}`;
    expect(refusal(() => read(line))).toMatch(/line 4/);
  });

  it.skipIf(!haveFixtures)("reads RELION 3.1's file", () => {
    const blocks = read(fixtureText("real/relion31.star"));
    expect(blocks.map(({name, columns, rows}) => [name, columns.length, rows.length])).toEqual([
      ["optics", 9, 1],
      ["particles", 26, 5]
    ]);
    const [optics, particles] = blocks;
    expect(optics.rows[0][optics.columns.indexOf("_rlnImagePixelSize")]).toBe("2.806000");
    expect(particles.rows[1][particles.columns.indexOf("_rlnImageName")]).toBe("000002@relion31.mrcs");
    expect(read(writeStar(blocks))).toEqual(blocks);
  });
});
