import {InputError} from "../../formats/error.js";
import type {NdArray} from "../../formats/ndarray.js";
import {parseNpyHeader} from "../../formats/npyHeader.js";
import {readNpy} from "../../formats/npy.js";
import {readNpz} from "../../formats/npz.js";
import type {PickleValue} from "../../formats/pickle.js";
import {readPickles} from "../../formats/pickle.js";
import {readSafetensors, safetensorsTypes} from "../../formats/safetensors.js";
import {readTorch} from "../../formats/torch.js";
import type {ArrayFacts, Fact, Findings} from "./inspection.js";
import {areCtfRows, ctfFacts, rotationError} from "./particles.js";
import {arrayFacts, storedType} from "./statistics.js";

export function inspectNpy(bytes: Uint8Array, name: string): Findings {
  const {descr, fortran} = parseNpyHeader(bytes, name);
  const array = readNpy(bytes, name);
  return {
    summary: `array ${shapeText(array.shape)}`,
    facts: {order: fortran ? "Fortran" : "C"},
    arrays: [arrayFacts("array", array, storedType(String(descr)))]
  };
}

export function inspectNpz(bytes: Uint8Array, name: string): Findings {
  const arrays = Object.entries(readNpz(bytes, name)).map(([key, array]) => arrayFacts(key, array));
  return {summary: counted(arrays.length, "array"), facts: {}, arrays};
}

export function inspectSafetensors(bytes: Uint8Array, name: string): Findings {
  const {tensors, metadata} = readSafetensors(bytes, name);
  const types = safetensorsTypes(bytes, name);
  const arrays = Object.entries(tensors).map(([key, array]) =>
    arrayFacts(key, array, storedType(types.get(key)!))
  );
  const texts = Object.entries(metadata).map(([key, text]): [string, Fact] => [`metadata ${key}`, text]);
  return {
    summary: `${counted(arrays.length, "tensor")}, ${elements(arrays)} numbers`,
    facts: Object.fromEntries(texts),
    arrays
  };
}

export function inspectTorch(bytes: Uint8Array, name: string): Findings {
  const {arrays, facts} = listed(readTorch(bytes, name), name);
  const ofVae = ["encoder.main.", "decoder."].every((part) =>
    arrays.some((array) => array.name.startsWith(`model_state_dict.${part}`))
  );
  return {
    summary: `${ofVae ? "weights of a cryoDRGN VAE, " : ""}${counted(arrays.length, "tensor")}, ${elements(arrays)} numbers`,
    facts,
    arrays
  };
}

/** A pickle, or several in one file: cryoDRGN's poses, CTFs and latents by their shapes, anything else as it is. */
export function inspectPickle(bytes: Uint8Array, name: string): Findings {
  const values = readPickles(bytes, name);
  if (values.length === 2) {
    const [mu, logvar] = values;
    if (isMatrix(mu) && isMatrix(logvar) && mu.shape.join() === logvar.shape.join())
      return {
        summary: `latents of ${mu.shape[0]} images, |z| = ${mu.shape[1]}, as cryoDRGN's z.N.pkl`,
        facts: {},
        arrays: [arrayFacts("mu", mu), arrayFacts("log variance", logvar)]
      };
  }
  const single = values.length === 1 ? values[0] : undefined;
  if (Array.isArray(single) && single.length === 2 && areRotations(single[0]) && isArray(single[1])) {
    const [rotations, shifts] = [single[0], single[1]];
    if (shifts.shape.length === 2 && shifts.shape[0] === rotations.shape[0] && shifts.shape[1] === 2)
      return {
        summary: `poses of ${rotations.shape[0]} images, as cryoDRGN's pose.pkl`,
        facts: {
          orthogonalTo: rotationError(rotations.data as Float64Array),
          shifts: "fractions of the box, with the sign that centres"
        },
        arrays: [arrayFacts("rotations", rotations), arrayFacts("shifts", shifts)]
      };
  }
  if (areRotations(single))
    return {
      summary: `rotations of ${single.shape[0]} images, as in cryoDRGN's pose.pkl without shifts`,
      facts: {orthogonalTo: rotationError(single.data as Float64Array)},
      arrays: [arrayFacts("rotations", single)]
    };
  if (
    isArray(single) &&
    single.shape.length === 2 &&
    single.shape[1] === 9 &&
    areCtfRows(single.data as Float64Array)
  )
    return {
      summary: `CTF parameters of ${single.shape[0]} images, as cryoDRGN's ctf.pkl`,
      facts: ctfFacts(single.data as Float64Array),
      arrays: [arrayFacts("parameters", single)]
    };
  if (isMatrix(single))
    return {
      summary: `array ${shapeText(single.shape)}, such as latents of ${single.shape[0]} images, |z| = ${single.shape[1]}`,
      facts: {},
      arrays: [arrayFacts("array", single)]
    };
  const {arrays, facts} = listed(values.length === 1 ? values[0] : values, name);
  return {summary: `${counted(values.length, "value")}, ${counted(arrays.length, "array")}`, facts, arrays};
}

const isArray = (value: PickleValue | undefined): value is NdArray =>
  value != null && typeof value === "object" && !Array.isArray(value) && !(value instanceof Map);

/** [n, d] of floats. */
const isMatrix = (value: PickleValue | undefined): value is NdArray =>
  isArray(value) &&
  value.shape.length === 2 &&
  (value.data instanceof Float32Array || value.data instanceof Float64Array);

const areRotations = (value: PickleValue | undefined): value is NdArray =>
  isArray(value) && value.shape.length === 3 && value.shape[1] === 3 && value.shape[2] === 3;

/** Most plain values of a container that are listed; arrays all are. */
const mostFacts = 100;
/** Most entries looked at: a container may hold another many times over, and that one many others. */
const mostEntries = 100_000;

/** Arrays and plain values of nested containers, by their path: "model_state_dict.decoder.0.weight". */
function listed(root: PickleValue, file: string): {arrays: ArrayFacts[]; facts: Record<string, Fact>} {
  const arrays: ArrayFacts[] = [];
  const facts = new Map<string, Fact>();
  const known = new Map<NdArray, ArrayFacts>(); // one array may stand in many places
  let entries = 0;
  const walk = (value: PickleValue, path: string): void => {
    if (++entries > mostEntries) throw new InputError(file, path, `more than ${mostEntries} values`, "fewer");
    const below = (key: string | number) => (path ? `${path}.${key}` : String(key));
    if (isArray(value)) {
      const seen = known.get(value) ?? arrayFacts("", value);
      known.set(value, seen);
      arrays.push({...seen, name: path || "array"});
    } else if (value instanceof Map) for (const [key, item] of value) walk(item, below(key));
    else if (Array.isArray(value) && !value.every(isPlain)) value.forEach((item, i) => walk(item, below(i)));
    else if (facts.size < mostFacts)
      facts.set(path || "value", Array.isArray(value) ? list(value) : plain(value));
  };
  walk(root, "");
  return {arrays, facts: Object.fromEntries(facts)};
}

type Plain = null | boolean | number | bigint | string;

const isPlain = (value: PickleValue): value is Plain => value === null || typeof value !== "object";

const plain = (value: Plain): Fact => {
  if (typeof value === "number" || typeof value === "boolean") return value;
  return String(value ?? "None").slice(0, 200);
};

function list(values: readonly Plain[]): string {
  const first = values.slice(0, 20).map(plain).join(" ");
  return values.length > 20 ? `${first} and ${values.length - 20} more` : first;
}

const shapeText = (shape: readonly number[]): string => `[${shape.join(", ")}]`;
const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;
const elements = (arrays: readonly ArrayFacts[]): number =>
  arrays.reduce((sum, {shape}) => sum + shape.reduce((n, s) => n * s, 1), 0);
