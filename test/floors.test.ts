import {fileURLToPath} from "node:url";
import {ESLint} from "eslint";
import {expect, test} from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
// The files named here need not exist: the linter is asked what it would say of one at that place. Type-aware rules need
// the file to be part of the project, so they are off.
const eslint = new ESLint({
  cwd: root,
  overrideConfig: {
    files: ["**/*.ts"],
    languageOptions: {parserOptions: {projectService: false}},
    rules: {
      "@typescript-eslint/await-thenable": "off",
      "@typescript-eslint/no-floating-promises": "off",
      "@typescript-eslint/no-misused-promises": "off",
      "@typescript-eslint/switch-exhaustiveness-check": "off"
    }
  }
});
async function complaints(filePath: string, code: string): Promise<string[]> {
  const [{messages}] = await eslint.lintText(code, {filePath: `${root}${filePath}`});
  return messages.map((m) => m.ruleId ?? m.message).filter((rule) => /restricted/.test(rule));
}

test.each([
  ["a floor from above", "components/compute/wrong.ts", `export * from "../figures/urlState.js";`],
  [
    "a type from above",
    "components/formats/wrong.ts",
    `import type {Rng} from "../compute/random.js";\nexport type A = Rng;`
  ],
  ["tfjs outside compute", "components/vae/wrong.ts", `export * from "@tensorflow/tfjs";`],
  ["Node outside cli", "components/cryoem/wrong.ts", `export {readFileSync} from "node:fs";`],
  [
    "the DOM under figures",
    "components/jobs/wrong.ts",
    `export const width = () => document.body.clientWidth;`
  ],
  ["tests from the library", "components/jobs/wrong.ts", `export * from "../../test/jobs/protocol.test.js";`]
])("the linter refuses %s", async (_, path, code) => {
  expect(await complaints(path, code)).toHaveLength(1);
});

test.each([
  ["a floor from below", "components/figures/right.ts", `export * from "../compute/random.js";`],
  ["its own floor", "components/compute/right.ts", `export * from "./random.js";`],
  ["tfjs in compute", "components/compute/right.ts", `export * from "@tensorflow/tfjs";`],
  [
    "the DOM in figures",
    "components/figures/right.ts",
    `export const width = () => document.body.clientWidth;`
  ]
])("the linter takes %s", async (_, path, code) => {
  expect(await complaints(path, code)).toEqual([]);
});
