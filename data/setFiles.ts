// What the loaders sets/SET.zip.ts share: a set's run as a zip on standard output. See data/runs/README.txt for runs of your own.
import {fileURLToPath} from "node:url";
import {gatherRun} from "../components/cli/gatherRun.js";
import {zipFiles} from "../components/jobs/setFiles.js";

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Writes the run of a set to standard output.
 * @param shipped the folder of data/trained that stands for it unless data/runs/SET holds one
 */
export function writeSet(set: string, shipped: string, kind: "simulated" | "stand-in"): void {
  const place = {set, own: folder(`./runs/${set}`), shipped: folder(`./trained/${shipped}`), kind};
  process.stdout.write(zipFiles(gatherRun(place)));
}
