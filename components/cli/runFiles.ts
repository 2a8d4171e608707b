import {openAsBlob, readdirSync, statSync} from "node:fs";
import {basename, join, relative} from "node:path";
import {InputError} from "../formats/error.js";

/** Folders below a run's own that are looked into, and files that are taken, at most. */
const [DEPTH, MOST] = [2, 500];

/** Names of files that a run may have; maps that `cryodrgn analyze` left are none. */
const known = /\.(pkl|npy|csv|txt|ya?ml|safetensors|mrcs)$/i;

/**
 * The files of a reader's run, as `openRun` takes them: those in a folder, or a file alone. Nothing is read before it is asked for.
 * @throws InputError where there is none
 */
export async function runFiles(path: string): Promise<{name: string; blob: Blob}[]> {
  const stats = statSync(path, {throwIfNoEntry: false});
  if (!stats) throw new InputError(path, "", "nothing", "the folder of a cryoDRGN run, or a file of latents");
  const files = stats.isDirectory() ? filesIn(path, DEPTH) : [path];
  if (files.length === 0) throw new InputError(path, "", "no file of a run", "z.N.pkl, or latents as .npy or .csv"); // prettier-ignore
  if (files.length > MOST) throw new InputError(path, "files", files.length, `at most ${MOST}; name the run's own folder`); // prettier-ignore
  return Promise.all(files.map(async (file) => ({name: stats.isDirectory() ? relative(path, file) : basename(file), blob: await openAsBlob(file)}))); // prettier-ignore
}

function filesIn(folder: string, depth: number): string[] {
  return readdirSync(folder, {withFileTypes: true}).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return depth > 0 ? filesIn(path, depth - 1) : [];
    return known.test(entry.name) ? [path] : [];
  });
}
