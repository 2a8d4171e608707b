import {describe, expect, it} from "vitest";
import {readYaml} from "../../components/formats/yaml.js";
import {refusal} from "./robust.js";

const read = (text: string) => readYaml(text, "config.yaml");

describe("yaml", () => {
  it("reads maps, lists, numbers, texts and null, in block and flow style", () => {
    expect(read("a: {b: [1, 2.5e-3, 'x', null]}\nc:\n- true\n- ~\n# comment\nd: '8'\n")).toEqual({
      a: {b: [1, 2.5e-3, "x", null]},
      c: [true, null],
      d: "8"
    });
  });

  it("passes over Python's tags, and takes the last of two equal keys, as PyYAML does", () => {
    expect(read("a: !!python/tuple [1, 2]\na: 3\nb: !!python/object/apply:os.system ['x']\n")).toEqual({
      a: 3,
      b: ["x"]
    });
  });

  it("names the line that is wrong", () => {
    expect(refusal(() => read("a: 1\nb: [1, 2\nc: 3\n"))).toMatch(
      /^config\.yaml: line \d: found .*; expected YAML$/
    );
    expect(refusal(() => read("a: 1\n\tb: 2"))).toMatch(/config\.yaml: line 2/);
  });

  it("refuses aliases that stand for more and more, deep nesting and long texts, in a moment", () => {
    const started = performance.now();
    const levels = Array.from(
      {length: 20},
      (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}*a${i}]`
    );
    expect(refusal(() => read(`a0: &a0 x\n${levels.join("\n")}\n`))).toMatch(/alias/);
    expect(refusal(() => read("[".repeat(100_000)))).toMatch(/expected YAML/);
    expect(refusal(() => read("a: 1\n".repeat(100_000)))).toMatch(/500000 characters/);
    expect(refusal(() => read("a: b: c\n".repeat(10_000)))).toMatch(/line 1/);
    expect(refusal(() => read(`${"? ".repeat(800)}a`))).toMatch(/a key that is no text or number/);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it("lets no name reach a prototype", () => {
    const value = read("__proto__: {polluted: 1}\n") as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(["__proto__"]);
  });
});
