import {csvParseRows} from "d3";
import {InputError} from "../../formats/error.js";
import {parseMrcHeader} from "../../formats/mrcHeader.js";
import type {NdArray} from "../../formats/ndarray.js";
import {readNpy} from "../../formats/npy.js";
import {readPickles, type PickleValue} from "../../formats/pickle.js";
import {quoted} from "../../formats/quoted.js";
import {readSafetensors} from "../../formats/safetensors.js";
import {readLatents, type Latents} from "../../formats/z.js";
import {recognise} from "../inspect/recognise.js";

/** What a file of a reader's run is. */
export type RunPart = {name: string} & (
  | {kind: "latents"; latents: Latents}
  /** A checkpoint of cryoDRGN, which needs its settings to be read. */
  | {kind: "weights"; bytes: Uint8Array<ArrayBuffer>}
  | {kind: "config"; text: string}
  /** A VAE or a prior as this notebook writes them. */
  | {kind: "vae"; bytes: Uint8Array<ArrayBuffer>}
  | {kind: "prior"; bytes: Uint8Array<ArrayBuffer>}
  /** One number for each image. */
  | {kind: "labels"; values: Int32Array}
  /** Images out of more. */
  | {kind: "indices"; values: Int32Array}
  /** [m, 3, 3] rotations, [m, 2] shifts. */
  | {kind: "poses"; m: number; rotations: Float32Array; shifts?: Float32Array}
  /** [m, 9] as cryoDRGN writes them. */
  | {kind: "ctf"; m: number; values: Float32Array}
  | {kind: "particles"; n: number; D: number; pixelSize: number}
);

/** Bytes of a file that is read whole, at most. */
const MOST = 2 ** 30;

const expected =
  "latents (.pkl, .npy or .csv), weights.N.pkl, config.yaml, labels, indices, poses, CTFs, or an MRC stack";

/**
 * Reads a file and finds what it is: by its content, and by its name where the content leaves a choice.
 * @throws InputError for a file that is none of what a run has, or is damaged
 */
export async function readPart(name: string, blob: Blob): Promise<RunPart> {
  const head = new Uint8Array(await blob.slice(0, 65536).arrayBuffer());
  const format = recognise(head, blob.size, name) ?? (/\.(csv|txt)$/i.test(name) ? "csv" : undefined);
  if (format === "mrc") {
    const {nx, ny, nz, pixelSize} = parseMrcHeader(head, name, blob.size);
    // `cryodrgn analyze` leaves maps beside the run.
    if (nx === nz && !/\.mrcs$/i.test(name))
      throw new InputError(name, "", `a map of ${nx}³ voxels`, expected);
    if (nx !== ny) throw new InputError(name, "images", `${nx} x ${ny} pixels`, "square ones");
    return {name, kind: "particles", n: nz, D: nx, pixelSize};
  }
  if (blob.size > MOST) throw new InputError(name, "size", `${blob.size} bytes`, `at most ${MOST}`);
  const bytes = new Uint8Array(await blob.arrayBuffer());
  switch (format) {
    case "torch":
      return {name, kind: "weights", bytes};
    case "yaml":
      return {name, kind: "config", text: new TextDecoder().decode(bytes)};
    case "safetensors":
      return {name, kind: safetensorsKind(bytes, name), bytes};
    case "npy":
      return ofArray(readNpy(bytes, name), name);
    case "pickle":
      return ofPickles(bytes, name);
    case "csv":
      return {name, kind: "latents", latents: {mu: ofCsv(new TextDecoder().decode(bytes), name)}};
    default:
      throw new InputError(
        name,
        "",
        blob.size ? (format ?? "bytes of no known format") : "no bytes",
        expected
      );
  }
}

function safetensorsKind(bytes: Uint8Array, name: string): "vae" | "prior" {
  const {metadata} = readSafetensors(bytes, name);
  const kind = (["prior", "vae"] as const).find((kind) => metadata[kind] !== undefined);
  if (!kind) throw new InputError(name, "metadata", Object.keys(metadata), "an entry `vae` or `prior`");
  return kind;
}

function ofPickles(bytes: Uint8Array, name: string): RunPart {
  const values = readPickles(bytes, name);
  const [first] = values;
  // cryoDRGN's poses are one pickle of a pair.
  if (values.length === 1 && Array.isArray(first)) return ofPoses(first, name);
  if (values.length === 1) return ofArray(first, name);
  return {name, kind: "latents", latents: readLatents(bytes, name)};
}

function ofPoses(pair: PickleValue[], name: string): RunPart {
  const [rotations, shifts] = pair;
  if (!isArray(rotations) || (pair.length > 1 && !isArray(shifts)))
    throw new InputError(
      name,
      "",
      `a list of ${pair.length}`,
      "rotations and shifts, as cryoDRGN writes poses"
    );
  const poses = ofArray(rotations, name);
  if (poses.kind !== "poses") throw new InputError(name, "rotations: shape", rotations.shape, "[n, 3, 3]");
  if (!isArray(shifts)) return poses;
  if (shifts.shape.join() !== `${poses.m},2`)
    throw new InputError(name, "shifts: shape", shifts.shape, `[${poses.m}, 2]`);
  return {...poses, shifts: finite(shifts, name, "shifts")};
}

/** Known by its shape and its type; [n, 9] of floats by its name too. */
function ofArray(value: PickleValue, name: string): RunPart {
  if (!isArray(value))
    throw new InputError(name, "", value instanceof Map ? "a dictionary" : typeof value, expected);
  const {shape, data} = value;
  const [m = 0] = shape;
  const floats = data instanceof Float32Array || data instanceof Float64Array;
  if (floats && shape.length === 3 && shape[1] === 3 && shape[2] === 3)
    return {name, kind: "poses", m, rotations: finite(value, name, "rotations")};
  if (floats && shape.length === 2) {
    const values = finite(value, name, "values");
    if (shape[1] === 9 && isCtf(values, name)) return {name, kind: "ctf", m, values};
    if (m === 0 || shape[1] === 0)
      throw new InputError(name, "shape", shape, "[n, d] with n and d of at least 1");
    return {name, kind: "latents", latents: {mu: {shape, data: values}}};
  }
  if (shape.length === 1 && m > 0) return ofIntegers(value, name);
  throw new InputError(name, "shape", shape, expected);
}

/** Indices name images, each once; labels come again and again. */
function ofIntegers({data}: NdArray, name: string): RunPart {
  const values = Int32Array.from(data as Int32Array, Number);
  for (let i = 0; i < values.length; ++i)
    if (Number(data[i]) !== values[i]) throw new InputError(name, `entry ${i}`, data[i], "a whole number");
  const kind =
    !/label|cluster|kmeans/i.test(name) &&
    new Set(values).size === values.length &&
    values.every((v) => v >= 0)
      ? "indices"
      : "labels";
  return {name, kind, values};
}

/** CryoDRGN's columns: the box first, the voltage sixth, the amplitude contrast eighth. */
function isCtf(values: Float32Array, name: string): boolean {
  if (/ctf/i.test(name)) return true;
  const [box, voltage, contrast] = [values[0], values[5], values[7]];
  return (
    Number.isInteger(box) && box >= 8 && voltage >= 80 && voltage <= 1000 && contrast >= 0 && contrast <= 1
  );
}

/** Rows of numbers, with or without a row of names above them and an index beside them. */
function ofCsv(text: string, name: string): NdArray<Float32Array> {
  const rows = csvParseRows(
    text
      .replace(/^\ufeff/, "")
      .replaceAll(/[\t;]/g, ",")
      .trim()
  );
  const numbers = (row: string[]) => row.map((cell) => (cell.trim() === "" ? NaN : Number(cell)));
  const header = rows.length > 0 && numbers(rows[0]).some(Number.isNaN);
  const body = header ? rows.slice(1) : rows;
  if (body.length === 0) throw new InputError(name, "", "no rows", "rows of numbers");
  const d = body[0].length;
  const data = new Float32Array(body.length * d);
  body.forEach((row, i) => {
    const line = i + (header ? 2 : 1);
    if (row.length !== d)
      throw new InputError(name, `line ${line}`, `${row.length} columns`, `${d}, as the first row`);
    numbers(row).forEach((v, k) => {
      if (!Number.isFinite(v))
        throw new InputError(name, `line ${line}, column ${k + 1}`, quoted(row[k]), "a finite number");
      data[i * d + k] = v;
    });
  });
  const indexed = header && d > 1 && /^(|index|id|unnamed.*)$/i.test(rows[0][0].trim());
  if (!indexed) return {shape: [body.length, d], data};
  return {
    shape: [body.length, d - 1],
    data: Float32Array.from(
      {length: body.length * (d - 1)},
      (_, i) => data[Math.floor(i / (d - 1)) * d + 1 + (i % (d - 1))]
    )
  };
}

const isArray = (value: PickleValue | undefined): value is NdArray =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Map);

function finite({shape, data}: NdArray, file: string, field: string): Float32Array {
  const values = data instanceof Float32Array ? data : Float32Array.from(data as Float64Array, Number);
  const bad = values.findIndex((v) => !Number.isFinite(v));
  const width = Math.max(1, values.length / (shape[0] || 1));
  if (bad >= 0) throw new InputError(file, `${field}: row ${Math.floor(bad / width)}, column ${bad % width}`, values[bad], "a finite number"); // prettier-ignore
  return values;
}
