import {existsSync} from "node:fs";
import {mkdir, rename, rm} from "node:fs/promises";
import {join} from "node:path";
import {InputError} from "../formats/error.js";

/** Files that appear all together when the work is done, or not at all. */
export interface Output {
  /** Where to write the file that is to be called `name`. */
  path(name: string): string;
  /** Gives every file its name. */
  commit(): Promise<void>;
  /** Removes what was written, and the folder if it was made for it. */
  discard(): Promise<void>;
}

/**
 * Opens a folder to write files into, under temporary names until `commit`.
 * @param names the files to come, in the order they get their names
 * @throws InputError when one of them is already there and `force` is not set
 */
export async function openOutput(dir: string, names: string[], force = false): Promise<Output> {
  if (!force)
    for (const name of names)
      if (existsSync(join(dir, name)))
        throw new InputError(
          dir,
          name,
          "a file of that name",
          "none, another --out, or --force to replace it"
        );
  const made = await mkdir(dir, {recursive: true});
  const temporary = (name: string) => join(dir, `.${name}.part`);
  return {
    path: temporary,
    async commit() {
      for (const name of names) await rename(temporary(name), join(dir, name));
    },
    async discard() {
      for (const name of names) await rm(temporary(name), {force: true});
      if (made) await rm(made, {recursive: true, force: true});
    }
  };
}
