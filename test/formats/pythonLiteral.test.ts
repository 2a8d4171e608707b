import {describe, expect, it} from "vitest";
import {parsePythonLiteral} from "../../components/formats/pythonLiteral.js";
import {refusal} from "./robust.js";

const parse = (text: string) => parsePythonLiteral(text, "a.npy", "header");

describe("Python literals", () => {
  it("of every kind are read", () => {
    expect(parse(" {'a': (1, -2L, 3.5e2,), \"b\": [True, False, None], 'c': 'it\\'s',} \n")).toEqual(
      new Map<string, unknown>([
        ["a", [1, -2, 350]],
        ["b", [true, false, null]],
        ["c", "it's"]
      ])
    );
    expect(parse("()")).toEqual([]);
    expect(parse("[[], {}, ('x')]")).toEqual([[], new Map(), ["x"]]);
  });

  it.each([
    ["", ""],
    ["open('x')", "open"],
    ["[1 2]", "2"],
    ["[1", ""],
    ["{1: 2}", ": 2"],
    ["{'a'}", "}"],
    ["'a", "'a"],
    ["[1) ", ")"],
    ["1, 2", ", 2"],
    ["[,]", ","]
  ])("and %j is refused where it goes wrong", (text, where) => {
    const message = refusal(() => parse(text));
    expect(message).toMatch(/^a\.npy: header: found /);
    expect(message).toContain(where);
  });

  it("may not be nested without end", () => {
    expect(refusal(() => parse("[".repeat(50_000)))).toMatch(/header/);
  });
});
