// Finds a browser for the pages' tests, or installs one.
import {execFileSync, spawnSync} from "node:child_process";
import {existsSync} from "node:fs";
import {createRequire} from "node:module";
import {dirname, join} from "node:path";

const require = createRequire(import.meta.url);
const commands = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];
const places = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ...["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"].flatMap((folder) =>
    ["Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe"].map((file) =>
      join(process.env[folder] ?? "/nowhere", file)
    )
  )
];

/** Path of an installed Chrome, Chromium or Edge, or undefined. `CHROME_PATH` goes first. */
export function findBrowser() {
  if (process.env.CHROME_PATH) {
    if (existsSync(process.env.CHROME_PATH)) return process.env.CHROME_PATH;
    throw new Error(`CHROME_PATH: found ${process.env.CHROME_PATH}; expected a file that exists`);
  }
  const onPath = (process.env.PATH ?? "").split(process.platform === "win32" ? ";" : ":");
  const playwrights = () => {
    try {
      return require("playwright-core").chromium.executablePath();
    } catch {
      return "";
    }
  };
  return [
    ...commands.flatMap((name) => onPath.map((folder) => join(folder, name))),
    ...places,
    playwrights()
  ].find((file) => file && existsSync(file));
}

/** Installs a browser: Debian's Chromium as root, else Playwright's own. Returns its path, or undefined. */
export function installBrowser() {
  const run = (command, args) =>
    spawnSync(command, args, {stdio: ["ignore", "ignore", "inherit"]}).status === 0;
  if (existsSync("/etc/debian_version") && process.getuid?.() === 0) {
    console.log("No browser found: installing Debian's chromium");
    const env = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
    run(env[0], [...env.slice(1), "update", "-qq"]);
    if (run(env[0], [...env.slice(1), "install", "-y", "-qq", "--no-install-recommends", "chromium"])) {
      return findBrowser();
    }
  }
  console.log("No browser found: installing Playwright's chromium");
  const cli = join(dirname(require.resolve("playwright-core/package.json")), "cli.js");
  try {
    execFileSync(process.execPath, [cli, "install", "chromium"], {stdio: ["ignore", "ignore", "inherit"]});
  } catch {
    return undefined;
  }
  return findBrowser();
}
