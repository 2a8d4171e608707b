import {signal, type Signal} from "@preact/signals-core";
import {parseMrcHeader} from "../../formats/mrcHeader.js";
import {InputError} from "../../formats/error.js";
import {CLICK} from "../worker.js";
import type {Specimen} from "./graph.js";
import type {Workers} from "./panel.js";
import {openStackFile, particleStack, type ParticleStack} from "./particleStack.js";

/** What a reader's files hold, as far as they could be read. */
export interface OwnFiles {
  specimen: Signal<Specimen | undefined>;
  stack: Signal<ParticleStack | undefined>;
  /** What is loaded, a line each. */
  loaded: Signal<string[]>;
  /** Why a file was not, a line each. */
  problems: Signal<string[]>;
  busy: Signal<string>;
  /** Takes files of any kinds at once; those that can't be read change nothing. */
  open(files: readonly File[]): Promise<void>;
  clear(): void;
}

export const ACCEPTED = ".mrc,.mrcs,.map,.ccp4,.pdb,.ent,.cif,.mmcif,.gz,.star,.cs,.pkl,.npy";

type Kind = "structure" | "map" | "stack" | "table";

export function ownFiles(workers: Workers): OwnFiles {
  const own: OwnFiles = {
    specimen: signal(undefined),
    stack: signal(undefined),
    loaded: signal([]),
    problems: signal([]),
    busy: signal(""),
    open,
    clear() {
      own.specimen.value = undefined;
      own.stack.value = undefined;
      own.loaded.value = own.problems.value = [];
      stackFile = undefined;
      tables = [];
    }
  };
  let stackFile: Awaited<ReturnType<typeof openStackFile>> | undefined;
  // Tables that were read for the stack; a new stack begins with those that come with it.
  let tables: File[] = [];
  const lines: Partial<Record<"specimen" | "stack", string[]>> = {};
  const say = (part: "specimen" | "stack", ...text: string[]) => {
    lines[part] = text;
    own.loaded.value = [...(lines.specimen ?? []), ...(lines.stack ?? [])];
  };

  async function open(files: readonly File[]): Promise<void> {
    const problems: string[] = [];
    const attempt = async (file: {name: string}, work: () => Promise<void>) => {
      own.busy.value = `Reading ${file.name} …`;
      try {
        await work();
      } catch (error) {
        const {message} = error as Error;
        problems.push(message.includes(file.name) ? message : `${file.name}: ${message}`);
      }
    };
    const kinds: Partial<Record<Kind, File[]>> = {};
    for (const file of files)
      await attempt(file, async () => void (kinds[await kindOf(file)] ??= []).push(file));
    for (const file of kinds.structure ?? []) await attempt(file, () => openStructure(file));
    for (const file of kinds.map ?? []) await attempt(file, () => openMap(file));
    let opened: typeof stackFile;
    for (const file of kinds.stack ?? [])
      await attempt(file, async () => {
        opened = await openStackFile(file);
      });
    // Tables that came with a stack that can't be read are not another's.
    if (opened || (kinds.table && !kinds.stack)) {
      if (opened) [stackFile, tables] = [opened, []];
      const before = tables;
      tables = [...tables, ...(kinds.table ?? [])];
      await attempt(stackFile ?? tables[0], async () => {
        try {
          await openTables();
        } catch (error) {
          tables = before; // or the one that can't be read would stand in the way of the next
          throw error;
        }
      });
    }
    own.problems.value = problems;
    own.busy.value = "";
  }

  async function openStructure(file: File): Promise<void> {
    const structure = await workers.run("structureFile", {name: file.name, blob: file}, {priority: CLICK});
    let reach = 0;
    for (let i = 0; i < structure.positions.length; i += 3)
      reach = Math.max(reach, Math.hypot(...structure.positions.subarray(i, i + 3)));
    // Room around it for shifts, and for the CTF to spread it.
    const field = 16 * Math.ceil((3.2 * reach) / 16);
    const resolution = Math.max(6, field / 45);
    own.specimen.value = {kind: "structure", name: file.name, structure, field, resolution};
    say(
      "specimen",
      `${file.name}: ${structure.n.toLocaleString("en")} scatterers, ${(2 * reach).toFixed(0)} Å across`
    );
  }

  async function openMap(file: File): Promise<void> {
    const volume = await workers.run("volumeFile", {name: file.name, blob: file}, {priority: CLICK});
    own.specimen.value = {kind: "map", ...volume};
    const note = volume.binning > 1 ? `, averaged over ${volume.binning}³ voxels` : "";
    say(
      "specimen",
      `${file.name}: a map of ${volume.D}³ voxels of ${volume.pixelSize.toPrecision(3)} Å${note}`
    );
  }

  async function openTables(): Promise<void> {
    if (!stackFile)
      throw new InputError(tables[0].name, "", "poses or CTFs alone", "their particle stack (.mrcs) too");
    const {name, n, D, pixelSize} = stackFile;
    // Without what its tables say the stack can still be looked at.
    own.stack.value = particleStack(stackFile, {
      n,
      image: Int32Array.from({length: n}, (_, i) => i),
      found: []
    });
    say("stack", `${name}: ${n.toLocaleString("en")} images of ${D} × ${D} pixels`);
    if (tables.length === 0) return;
    const files = tables.map((file) => ({name: file.name, blob: file}));
    const table = await workers.run(
      "particleFiles",
      {files, stack: {name, n, D, pixelSize}},
      {priority: CLICK}
    );
    own.stack.value = particleStack(stackFile, table);
    say("stack", `${name}: ${n.toLocaleString("en")} images of ${D} × ${D} pixels`, ...table.found);
  }

  return own;
}

async function kindOf(file: File): Promise<Kind> {
  const name = file.name.toLowerCase();
  if (/\.(pdb|ent|cif|mmcif)(\.gz)?$/.test(name)) return "structure";
  if (/\.(star|cs|pkl|npy)$/.test(name)) return "table";
  if (/\.mrcs$/.test(name)) return "stack";
  if (/\.(mrc|map|ccp4)$/.test(name)) {
    const header = new Uint8Array(await file.slice(0, 1024).arrayBuffer());
    const {nx, ny, nz} = parseMrcHeader(header, file.name);
    return nx === ny && ny === nz ? "map" : "stack";
  }
  throw new InputError(file.name, "", "another kind of file", ACCEPTED.replaceAll(",", ", "));
}
