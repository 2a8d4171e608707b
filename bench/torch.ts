import {spawnSync} from "node:child_process";
import {fileURLToPath} from "node:url";
import type {Measured} from "../components/jobs/bench/plan.js";

const script = fileURLToPath(new URL("torch_baseline.py", import.meta.url));

/** Runs torch_baseline.py with the first python3 that has torch; nothing where there is none. */
export function torchWorks(
  works: readonly string[],
  threads: readonly number[],
  seconds: number
): Measured[] {
  const python = ["python3", "/usr/bin/python3", "/usr/local/bin/python3"].find(
    (name) => spawnSync(name, ["-c", "import torch"], {stdio: "ignore"}).status === 0
  );
  if (!python) return [];
  return threads.flatMap((n) => {
    const args = [script, "--threads", String(n), "--seconds", String(seconds), "--works", works.join(",")];
    const run = spawnSync(python, args, {
      encoding: "utf8",
      env: {...process.env, OMP_NUM_THREADS: String(n)},
      stdio: ["ignore", "pipe", "inherit"]
    });
    const lines = (run.stdout ?? "").trim().split("\n").filter(Boolean);
    return lines.map((line) => JSON.parse(line) as Measured);
  });
}
