import {execFileSync} from "node:child_process";
import {existsSync, readFileSync} from "node:fs";

const folder = new URL("../../../shared/fixtures/", import.meta.url);

/** Whether the files that came from other programs are beside the repository; says so where they are not. */
export const haveFixtures = existsSync(folder);
if (!haveFixtures) console.warn("skipped: no ../shared/fixtures");

export const fixture = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, folder)));

export const fixtureText = (path: string): string => readFileSync(new URL(path, folder), "utf8");

/** A python3 that has the named module; undefined, with a line that says so, where there is none. */
export function pythonWith(module: string): string | undefined {
  for (const python of ["python3", "/usr/bin/python3"])
    try {
      execFileSync(python, ["-c", `import ${module}`], {stdio: "ignore"});
      return python;
    } catch {
      continue;
    }
  console.warn(`skipped: no python3 with ${module}`);
  return undefined;
}

/** Runs a Python script on standard input and gives back its standard output. */
export const runPython = (python: string, script: string, input: Uint8Array): Uint8Array =>
  new Uint8Array(execFileSync(python, ["-c", script], {input, maxBuffer: 2 ** 26}));
