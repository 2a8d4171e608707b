#!/usr/bin/env node
// npm run dev: the notebook on this machine, reloading as files change.
import {spawn} from "node:child_process";
import {framework, prepare, root} from "./prepare.mjs";

const help = `usage: npm run dev [-- --port N] [--host NAME] [--open]

Serves the notebook at http://127.0.0.1:3000 (or the next free port), reloading as files change. Needs no network.
Other options are those of \`observable preview\`.`;

const args = process.argv.slice(2);
if (args.includes("--help")) console.log(help);
else {
  prepare();
  const {bin, env} = framework();
  const open = args.includes("--open") ? args : [...args, "--no-open"];
  const preview = spawn(process.execPath, [bin, "preview", ...open], {
    cwd: root,
    env: {...env, NOTEBOOK_PREVIEW: "1"},
    stdio: "inherit"
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => preview.kill(signal));
  preview.on("exit", (code) => (process.exitCode = code ?? 0));
}
