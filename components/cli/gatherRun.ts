import {existsSync, readdirSync, readFileSync} from "node:fs";
import {basename, join} from "node:path";
import {pca} from "../analysis/pca.js";
import {heldOut, takeRows} from "../diffusion/heldOut.js";
import {readPrior} from "../diffusion/priorFile.js";
import {InputError} from "../formats/error.js";
import {readNpy, writeNpy} from "../formats/npy.js";
import {readLatents} from "../formats/z.js";
import {fingerprint} from "../jobs/files.js";
import {runMembers, type RunAbout, type RunMember} from "../jobs/runAbout.js";
import {vaeBytes} from "./vaeFolder.js";

/** Where a data set's run is looked for. */
export interface RunPlace {
  /** The set's name in the talk: linear1d, circular1d, ribosome, covid. */
  set: string;
  /** Folder of a reader's own run, which takes precedence where it holds latents: data/runs/SET. */
  own: string;
  /** Folder of the run that ships, and what that is. */
  shipped: string;
  kind: "simulated" | "stand-in";
}

/** Seed and part of the encodings set aside to show, where there is no prior that says which it never saw. */
const ASIDE = {seed: 1, heldOutFraction: 0.1};

/**
 * The files of a set's run as the pages read them. A run of cryoDRGN itself needs no more than z.pkl (or z.N.pkl), weights.pkl
 * (or weights.N.pkl) and config.yaml; `train prior --out prior.safetensors` and `evaluate` add what compares samples. Of the
 * encodings, those that the prior never saw are also a file of their own, with the principal axes of all, so that a page that
 * shows them needs not load all. A file that the run does not have is empty, and about.json says so.
 * @throws InputError where a file is damaged, or does not fit the others
 */
export function gatherRun({set, own, shipped, kind}: RunPlace): Record<RunMember, Uint8Array> {
  const isOwn = latentsFile(own) !== undefined;
  const folder = isOwn ? own : shipped;
  const file = (name: string) => {
    const path = join(folder, name);
    return existsSync(path) ? new Uint8Array(readFileSync(path)) : new Uint8Array(0);
  };
  const files = Object.fromEntries(runMembers.map((name) => [name, file(name)])) as Record<
    RunMember,
    Uint8Array
  >;
  const latents = latentsFile(folder);
  const {name, about} = named(folder, isOwn, set);
  const made: RunAbout = {
    set,
    name,
    about,
    kind: isOwn ? "real" : kind,
    folder: isOwn ? `data/runs/${basename(own)}` : `data/trained/${basename(shipped)}`,
    has: [],
    images: 0,
    zdim: 0,
    fingerprints: {}
  };
  if (latents) {
    files["z.pkl"] = new Uint8Array(readFileSync(join(folder, latents)));
    const {mu} = readLatents(files["z.pkl"], join(basename(folder), latents));
    const [n, d] = mu.shape;
    made.images = n;
    made.zdim = d;
    if (hasVae(folder)) files["vae.safetensors"] = vaeBytes(folder).bytes;
    const {seed, heldOutFraction} = files["prior.safetensors"].length
      ? splitOfPrior(files["prior.safetensors"], join(basename(folder), "prior.safetensors"), d)
      : ASIDE;
    const rows = heldOut(n, seed, heldOutFraction).heldOut;
    files["held-out.npy"] = writeNpy({shape: [rows.length, d], data: takeRows(mu.data, d, rows)});
    if (files["state.npy"].length) {
      const {shape, data} = readNpy(files["state.npy"], join(basename(folder), "state.npy"));
      if (data.length !== n)
        throw new InputError(join(basename(folder), "state.npy"), "shape", shape, `[${n}], as many as there are latents`); // prettier-ignore
      files["held-out-state.npy"] = writeNpy({
        shape: [rows.length],
        data: Int32Array.from(rows, (r) => Number(data[r]))
      });
    }
    const {mean, axes, variances} = pca(mu.data, d);
    const text = JSON.stringify({
      dimension: d,
      mean: Array.from(mean),
      axes: Array.from(axes),
      variances: Array.from(variances)
    });
    files["axes.json"] = new TextEncoder().encode(text + "\n");
  }
  for (const [key, name] of [
    ["prior", "prior.safetensors"],
    ["vae", "vae.safetensors"],
    ["z", "z.pkl"]
  ] as const)
    if (files[name].length) made.fingerprints[key] = fingerprint(files[name]);
  made.has = runMembers.filter((name) => files[name].length > 0);
  files["about.json"] = new TextEncoder().encode(JSON.stringify(made, null, 2) + "\n");
  return files;
}

/** The latents of a folder: z.pkl, else cryoDRGN's of its last epoch. */
function latentsFile(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const names = readdirSync(folder);
  if (names.includes("z.pkl")) return "z.pkl";
  const epoch = (name: string) => Number(/^z\.(\d+)\.pkl$/.exec(name)?.[1] ?? -1);
  const last = names.reduce((best, name) => (epoch(name) > epoch(best) ? name : best), "");
  return last || undefined;
}

const hasVae = (folder: string): boolean =>
  readdirSync(folder).some((name) => /^(vae|weights)\.safetensors$|^weights(\.\d+)?\.pkl$/.test(name));

/** What a run is called: a reader's own by its about.json, else by its set; one that ships by its recipe. */
function named(folder: string, isOwn: boolean, set: string): {name: string; about: string} {
  const file = join(folder, isOwn ? "about.json" : "recipe.json");
  if (!existsSync(file)) return {name: isOwn ? `${set} (your run)` : set, about: ""};
  let json: {name?: unknown; about?: unknown; description?: unknown};
  try {
    json = JSON.parse(readFileSync(file, "utf8")) as typeof json;
  } catch (error) {
    throw new InputError(file, "", (error as Error).message, "JSON");
  }
  const {name, about = json.description ?? ""} = json;
  if (typeof name !== "string") throw new InputError(file, "name", name ?? "nothing", "a text");
  if (typeof about !== "string") throw new InputError(file, "about", about, "a text");
  return {name, about};
}

function splitOfPrior(bytes: Uint8Array, name: string, d: number): {seed: number; heldOutFraction: number} {
  const {training} = readPrior(bytes, name, d).metadata as {
    training?: {seed?: unknown; heldOutFraction?: unknown};
  };
  const {seed, heldOutFraction} = training ?? {};
  if (typeof seed !== "number" || typeof heldOutFraction !== "number")
    throw new InputError(name, "metadata.training", training, "seed and heldOutFraction of its training");
  return {seed, heldOutFraction};
}
