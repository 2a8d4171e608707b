import {spawn, type ChildProcess} from "node:child_process";
import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs one of the commands as `npm run NAME -- ARGS` does. `watch` gets the process, to interrupt it. */
export function run(
  name: string,
  args: string[],
  watch: (child: ChildProcess) => void = () => {}
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "tsx", `components/cli/${name}.ts`, ...args], {
      cwd: root
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text) => (stdout += text));
    child.stderr.on("data", (text) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({code, stdout, stderr}));
    watch(child);
  });
}

/** As `run`, for calls that must succeed. */
export async function succeed(name: string, args: string[]): Promise<Ran> {
  const ran = await run(name, args);
  if (ran.code !== 0) throw new Error(`${name} ${args.join(" ")} ended with ${ran.code}\n${ran.stderr}`);
  return ran;
}

/** The last line of what a failed call said, which is all it may have said besides its progress bar. */
export const complaint = ({stderr}: Ran): string => stderr.trim().split("\n").at(-1) ?? "";

/** A folder for one test file. */
export function scratch(): {dir: string; path: (...parts: string[]) => string; remove: () => void} {
  const dir = mkdtempSync(join(tmpdir(), "cryo-latent-diffusion-"));
  return {
    dir,
    path: (...parts) => join(dir, ...parts),
    remove: () => rmSync(dir, {recursive: true, force: true})
  };
}
