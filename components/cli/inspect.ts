import {InputError} from "../formats/error.js";
import {inspect} from "../jobs/inspect/inspect.js";
import type {Inspection} from "../jobs/inspect/inspection.js";
import {inspectionText} from "../jobs/inspect/text.js";
import {command, UsageError} from "./command.js";
import {openFileSource} from "./fileSource.js";

const help = `npm run inspect -- FILE... [--json]

Says what files hold: shapes, element types, ranges, pixel sizes, columns, particles, defocus. Reads MRC maps and stacks,
STAR, pickles (as cryoDRGN writes poses, CTFs and latents), PyTorch checkpoints, .npy, .npz, cryoSPARC's .cs,
safetensors, config.yaml, PDB, mmCIF and JSON, recognised by their content first, then by their names. Of a large stack a
sample of the images is looked at. A file that can't be read is named in one line, the others are still read, and the
exit code is 1.

--json  one JSON document: {"files": [...]}, in the order given; a bad file has an "error"`;

await command({
  help,
  unit: "files",
  options: {json: {type: "boolean"}},
  async run(values, files) {
    if (files.length === 0) throw new UsageError("no files");
    const found: (Inspection | {file: string; error: string})[] = [];
    for (const file of files) {
      const result = await inspected(file);
      found.push(result);
      if (values.json) continue;
      if ("error" in result) console.error(result.error);
      else console.log(inspectionText(result));
    }
    if (values.json) console.log(JSON.stringify({files: found}, null, 2));
    if (found.some((result) => "error" in result)) process.exitCode = 1;
  }
});

async function inspected(file: string): Promise<Inspection | {file: string; error: string}> {
  try {
    const source = await openFileSource(file);
    try {
      return await inspect(source, file);
    } finally {
      await source.close();
    }
  } catch (error) {
    if (error instanceof InputError) return {file, error: error.message};
    throw error;
  }
}
