import {pca, type Pca} from "../../analysis/pca.js";
import {InputError} from "../../formats/error.js";
import type {Latents} from "../../formats/z.js";
import {readCryodrgnConfig} from "../../vae/cryodrgnConfig.js";
import {readCryodrgnRun} from "../../vae/cryodrgnRun.js";
import {readVae, writeVae} from "../../vae/file.js";
import {readPrior} from "../../diffusion/priorFile.js";
import type {NamedBytes} from "../files.js";
import {readPart, type RunPart} from "./part.js";

/** A line about a file: what was found in it, or why it can't be used. */
export interface RunLine {
  name: string;
  found?: string;
  problem?: string;
}

/** What a reader's files are together. Of everything but the lines there is only what the files have. */
export interface OpenedRun {
  lines: RunLine[];
  /** Epochs of which there are latents or weights, rising, and the one that was taken. */
  epochs: number[];
  epoch?: number;
  /** Posterior means [n, d] and log variances [n, d], and the principal axes of the means. */
  latents?: {name: string; z: Float32Array; logvar?: Float32Array; n: number; d: number; axes: Pca};
  /** As this notebook writes a VAE, whatever it was read from, and its Å/pixel. */
  vae?: NamedBytes & {pixelSize: number};
  prior?: NamedBytes;
  /** [n] each. */
  labels: {name: string; values: Int32Array}[];
  /** Place of each latent's image among all images [n], where the run was trained on some of them. */
  images?: Int32Array;
  /** [n, 3, 3] and [n, 2]. */
  poses?: {name: string; rotations: Float32Array; shifts?: Float32Array};
  /** [n, 9]. */
  ctf?: {name: string; values: Float32Array};
  particles?: {name: string; n: number; D: number; pixelSize: number};
  /** What can't be done for want of a file, a line each. */
  missing: string[];
}

export interface OpenRunInput {
  /** Names may have folders before them. */
  files: {name: string; blob: Blob}[];
  /** The epoch that is wanted; by default the last of which there are latents. */
  epoch?: number;
  /** Å/pixel of the run's box; by default what its CTFs say, else its config.yaml, which seldom does. */
  pixelSize?: number;
}

/**
 * Opens a reader's run: files of any kinds, in any order. One that can't be used is a line that says why, and the others stand.
 * Of several epochs one is read.
 */
export async function openRun({files, epoch: wanted, pixelSize}: OpenRunInput): Promise<OpenedRun> {
  const lines: RunLine[] = [];
  const numbered = files.map((file) => ({...file, epoch: epochOf(file.name)}));
  const epochs = [...new Set(numbered.flatMap(({epoch}) => epoch ?? []))].sort((a, b) => a - b);
  const withLatents = epochs.filter((e) => numbered.some(({name, epoch}) => epoch === e && isLatents(name)));
  const epoch = epochs.includes(wanted!) ? wanted : (withLatents.at(-1) ?? epochs.at(-1));
  const parts: RunPart[] = [];
  for (const file of numbered) {
    if (file.epoch !== undefined && file.epoch !== epoch) continue;
    try {
      parts.push(await readPart(file.name, file.blob));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      lines.push({name: file.name, problem: error.message});
    }
  }
  return assembleRun(parts, {lines, epochs, epoch, pixelSize});
}

/** CryoDRGN's number of an epoch in a file's name: z.N.pkl, weights.N.pkl. */
function epochOf(path: string): number | undefined {
  const found = /(?:^|\/)(?:z|weights)\.(\d+)\.pkl$/.exec(path);
  return found ? Number(found[1]) : undefined;
}
const isLatents = (path: string) => /(?:^|\/)z\.\d+\.pkl$/.test(path);

const count = (n: number) => n.toLocaleString("en");

/** Puts parts together that were read: each is checked against the latents, and listed. */
export function assembleRun(
  parts: readonly RunPart[],
  {lines, epochs, epoch, pixelSize}: Pick<OpenedRun, "lines" | "epochs" | "epoch"> & {pixelSize?: number}
): OpenedRun {
  const run: OpenedRun = {lines, epochs, epoch, labels: [], missing: []};
  const say = (name: string, found: string) => lines.push({name, found});
  const attempt = ({name}: {name: string}, work: () => string) => {
    try {
      say(name, work());
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      lines.push({name, problem: error.message});
    }
  };
  const all = <K extends RunPart["kind"]>(kind: K) =>
    parts.filter((part): part is Extract<RunPart, {kind: K}> => part.kind === kind);
  const others = (name: string, what: string, taken: string) =>
    lines.push({name, problem: `${name}: not used: ${what} are taken from ${taken}`});

  // Latents first: whatever else there is belongs to them. Those with a log variance are an encoder's.
  const latents = all("latents").sort((a, b) => rank(a.latents) - rank(b.latents));
  latents.forEach((part, i) => {
    if (i > 0) return others(part.name, "latents", latents[0].name);
    const {mu, logvar} = part.latents;
    const [n, d] = mu.shape;
    run.latents = {name: part.name, z: mu.data, logvar: logvar?.data, n, d, axes: pca(mu.data, d)};
    say(part.name, `${count(n)} latents, |z| = ${d}${logvar ? ", with their log variances" : ""}`);
  });
  const [n, d] = [run.latents?.n, run.latents?.d];

  const fits = (name: string, found: number) => {
    if (d !== undefined && found !== d)
      throw new InputError(name, "|z|", found, `${d}, as ${run.latents!.name} has`);
  };
  const [config] = all("config");
  const [ctf] = all("ctf");
  // Å across the box, which is the same whatever box the images were cropped to.
  const field = ctf && ctf.values[0] * ctf.values[1];
  const decoders = [...all("vae"), ...all("weights")];
  for (const part of decoders)
    attempt(part, () => {
      if (run.vae) throw new InputError(part.name, "", "another decoder", `one; ${run.vae.name} is taken`);
      const made =
        part.kind === "vae"
          ? {name: part.name, bytes: part.bytes}
          : ofCryodrgn(part, config, pixelSize, field);
      const {config: model} = readVae(made.bytes, made.name);
      fits(part.name, model.zdim);
      run.vae = {...made, pixelSize: model.pixelSize};
      return `a VAE: |z| = ${model.zdim}, box ${model.boxSize}, encoder ${model.encoderWidth} x ${model.encoderLayers}, decoder ${model.decoderWidth} x ${model.decoderLayers}, ${model.domain}, ${model.encoding}`;
    });
  for (const {name} of all("config")) {
    if (name !== config.name) others(name, "settings", config.name);
    else say(name, "the settings of a cryoDRGN run");
  }
  for (const part of all("prior"))
    attempt(part, () => {
      const prior = readPrior(part.bytes, part.name);
      fits(part.name, prior.config.zdim);
      run.prior = {name: part.name, bytes: part.bytes};
      return `a diffusion prior, |z| = ${prior.config.zdim}`;
    });
  for (const part of all("indices"))
    attempt(part, () => {
      const {values, name} = part;
      if (n !== undefined && values.length !== n)
        throw new InputError(name, "length", values.length, `${n}, one for each latent`);
      run.images = values;
      return `places of ${count(values.length)} images among at least ${count(values.reduce((a, b) => Math.max(a, b), 0) + 1)}`;
    });

  /** Rows of a table of all images that the latents are of. */
  const rowsOf = (name: string, m: number, values: Float32Array, width: number) => {
    if (n === undefined || m === n) return values;
    const {images} = run;
    if (!images)
      throw new InputError(name, "rows", m, `${n}, one for each latent; or indices of these among ${m}`);
    const beyond = images.find((i) => i >= m);
    if (beyond !== undefined)
      throw new InputError(name, "rows", m, `more than ${beyond}, which the indices name`);
    return Float32Array.from({length: n * width}, (_, k) => values[images[Math.floor(k / width)] * width + (k % width)]); // prettier-ignore
  };
  for (const part of all("labels"))
    attempt(part, () => {
      const {name, values} = part;
      if (n !== undefined && values.length !== n)
        throw new InputError(name, "length", values.length, `${n}, one for each latent`);
      run.labels.push({name, values});
      return `labels of ${count(values.length)} images, ${count(new Set(values).size)} different`;
    });
  for (const part of all("poses"))
    attempt(part, () => {
      const {name, m, rotations, shifts} = part;
      run.poses = {
        name,
        rotations: rowsOf(name, m, rotations, 9),
        shifts: shifts && rowsOf(name, m, shifts, 2)
      };
      return `poses of ${count(m)} images${shifts ? "" : ", without shifts"}`;
    });
  for (const part of all("ctf"))
    attempt(part, () => {
      const {name, m, values} = part;
      run.ctf = {name, values: rowsOf(name, m, values, 9)};
      return `CTFs of ${count(m)} images, box ${values[0]}, ${values[1].toPrecision(3)} Å a pixel`;
    });
  for (const part of all("particles")) {
    const {name, n: images, D, pixelSize} = part;
    run.particles = {name, n: images, D, pixelSize};
    say(name, `${count(images)} images of ${D} x ${D} pixels`);
  }
  if (!run.latents) run.missing.push("No latents: a z.N.pkl, or a .npy or .csv of N x d numbers. Without them there is nothing to show."); // prettier-ignore
  if (!run.vae)
    run.missing.push(
      all("weights").length > 0 && !config
        ? "The weights need the run's config.yaml to be read. Without it no map can be decoded."
        : "No decoder: weights.N.pkl with config.yaml. Without it no map can be decoded."
    );
  return run;
}

const rank = ({logvar}: Latents) => (logvar ? 0 : 1);

function ofCryodrgn(
  {name, bytes}: {name: string; bytes: Uint8Array},
  config: {name: string; text: string} | undefined,
  pixelSize: number | undefined,
  field: number | undefined
): NamedBytes {
  if (!config) throw new InputError(name, "", "weights alone", "the run's config.yaml beside them");
  const {boxSize} = readCryodrgnConfig(config.text, config.name).model;
  const {vae, data} = readCryodrgnRun(
    {weights: {name, bytes}, config},
    pixelSize ?? (field && field / boxSize)
  );
  const {norm: scale, window, invert} = data;
  return {name, bytes: writeVae(vae, {scale, preparation: {window, invert}})};
}
