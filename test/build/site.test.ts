import {createRequire} from "node:module";
import {expect, test} from "vitest";
import {findFaults, patch} from "../../build/site.mjs";
import {formulas, type MarkdownIt} from "../../build/katex.js";

// markdown-it comes with Framework.
const require = createRequire(createRequire(import.meta.url).resolve("@observablehq/framework/package.json"));
const markdown = formulas((require("markdown-it") as () => MarkdownIt & {render(text: string): string})());

test("a built page gets a language and may be zoomed", () => {
  const html = `<html>\n<meta name="viewport" content="width=device-width, initial-scale=1, maximum-scale=1">`;
  expect(patch(html)).toBe(
    `<html lang="en">\n<meta name="viewport" content="width=device-width, initial-scale=1">`
  );
});

test.each([
  [`<div class="observablehq--inspect observablehq--error">SyntaxError: no</div>`, "SyntaxError: no"],
  [`import * as x from "nowhere";`, "import not resolved: nowhere"],
  [`import{a}from"@scope/name";`, "import not resolved: @scope/name"],
  [`const m = await import("npm:d3");`, "import not resolved: npm:d3"]
])("a fault that the build lets pass is found: %s", (text, fault) => {
  expect(findFaults(text)).toEqual([fault]);
});

test("what is resolved is no fault, nor is a page's prose", () => {
  expect(findFaults(`import {a} from "./a.1234.js"; import("../_node/b.js");`)).toEqual([]);
  const page = `<!DOCTYPE html><script type="module">import {a} from "./a.js"</script><p>observablehq--error, from "here"</p>`;
  expect(findFaults(page)).toEqual([]);
  expect(findFaults(page.replace("./a.js", "a"))).toEqual(["import not resolved: a"]);
});

test("formulas in a line and on their own are set, with MathML for readers who listen", () => {
  expect(markdown.render("so $x^2$ is")).toMatch(/<p>so <span class="katex">.*<math.*<\/span> is<\/p>/s);
  expect(markdown.render("$$\nx^2\n$$")).toContain("katex-display");
  expect(markdown.render("```tex\nx^2\n```")).toContain("katex-display");
});

test("prices and placeholders are no formulas", () => {
  for (const text of ["it costs $5 and $6", "a ${1 + 1} b ${2}", "`$x$`"])
    expect(markdown.render(text)).not.toContain("katex");
});

test("a formula that can't be read stops the build", () => {
  expect(() => markdown.render("$\\frac{1$")).toThrow("KaTeX parse error");
});
