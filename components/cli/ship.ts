import {existsSync, mkdirSync, readFileSync, statSync} from "node:fs";
import {basename, join} from "node:path";
import {stateFromLatents, type StateFromLatents} from "../analysis/stateFromLatents.js";
import {parseRecipe} from "../cryoem/recipe.js";
import {readPrior} from "../diffusion/priorFile.js";
import {InputError} from "../formats/error.js";
import {readNpy} from "../formats/npy.js";
import {readLatents} from "../formats/z.js";
import {MapDecoder} from "../vae/decode.js";
import {readVae, writeVae, type VaeFile} from "../vae/file.js";
import {replaceFile} from "./checkpoint.js";
import {command, required} from "./command.js";
import {readCurve, type CurvePoint} from "./vaeCurve.js";

const help = `npm run ship -- --data DIR --run RUN --prior FILE --out DIR

Puts a simulated set's trained run together as the pages read it: vae.safetensors (float16, if that changes decoded maps
by less than a thousandth of their deviation), prior.safetensors, z.pkl, state.npy, recipe.json and provenance.json.
\`npm run evaluate\` adds what page \`prior\` shows.

--data DIR     what \`simulate\` wrote
--run RUN      what \`train vae\` wrote
--prior FILE   what \`train prior\` wrote
--seed N       accepted for symmetry with the other commands: nothing is drawn at random`;

const text = {type: "string"} as const;

/** Largest relative change of a decoded map that float16 weights may bring. */
const HALF_CHANGE = 1e-3;

await command({
  help,
  unit: "files",
  options: {data: text, run: text, prior: text, out: text, seed: text},
  async run(values, _, {progress}) {
    const [data, run, priorFile, out] = ["data", "run", "prior", "out"].map((name) => required(values, name));
    const bytes = (...path: string[]) => {
      const file = join(...path);
      if (!existsSync(file)) throw new InputError(file, "", "nothing", "the file");
      return new Uint8Array(readFileSync(file));
    };
    const json = (...path: string[]) =>
      JSON.parse(new TextDecoder().decode(bytes(...path))) as Record<string, unknown>;
    progress(0, 6);
    const recipe = json(data, "recipe.json");
    const {motion} = parseRecipe(recipe, join(data, "recipe.json"));
    const vae = readVae(bytes(run, "weights.safetensors"), "weights.safetensors");
    const z = bytes(run, "z.pkl");
    const {mu} = readLatents(z, "z.pkl");
    const priorBytes = bytes(priorFile);
    const prior = readPrior(priorBytes, basename(priorFile), vae.config.zdim);
    const state = bytes(data, "state.npy");
    const states = readNpy(state, "state.npy");
    const [n, d] = mu.shape;
    if (states.shape[0] !== n)
      throw new InputError("state.npy", "shape", states.shape, `[${n}], as many as z.pkl has latents`);

    const {metadata, ...weights} = vae;
    const half = writeVae(weights, metadata, {half: true});
    const change = await mapChange(vae, readVae(half, "float16"), mu.data);
    const kept = change < HALF_CHANGE ? half : writeVae(weights, metadata);
    const found = stateFromLatents(Float64Array.from(mu.data), d, states.data as Int32Array, motion);
    const provenance = {
      recipe: recipe.name,
      simulation: json(data, "simulation.json"),
      vae: {...json(run, "run.json"), ...curveOf(join(run, "curve.csv"))},
      prior: prior.metadata,
      float16: {used: kept === half, largestMapChange: change},
      stateFromLatents: found
    };
    mkdirSync(out, {recursive: true});
    const files: Record<string, Uint8Array | string> = {
      "vae.safetensors": kept,
      "prior.safetensors": priorBytes,
      "z.pkl": z,
      "state.npy": state,
      "recipe.json": JSON.stringify(recipe, null, 2) + "\n",
      "provenance.json": JSON.stringify(provenance, null, 2) + "\n"
    };
    for (const [name, contents] of Object.entries(files)) replaceFile(join(out, name), contents);
    const size = Object.keys(files).reduce((sum, name) => sum + statSync(join(out, name)).size, 0);
    progress(6, 6);
    console.error(
      `${out}: ${(size / 1e6).toFixed(1)} MB; ${toldBy(found)}; float16 ${kept === half ? "used" : "not used"}, map change ${change.toExponential(1)}`
    );
  }
});

/** The training curve, where the run kept one. */
function curveOf(file: string): {curve?: CurvePoint[]} {
  const curve = existsSync(file) ? readCurve(readFileSync(file, "utf8")) : undefined;
  return curve ? {curve} : {};
}

/** Largest change of maps of a few latents, in deviations of the map. */
async function mapChange(a: VaeFile, b: VaeFile, mu: Float32Array): Promise<number> {
  const {zdim} = a.config;
  const [one, other] = [new MapDecoder(a), new MapDecoder(b)];
  let most = 0;
  for (let i = 0; i < 3; ++i) {
    const z = mu.subarray(i * zdim, (i + 1) * zdim);
    const [p, q] = [await one.decode(z), await other.decode(z)];
    const deviation = Math.sqrt(p.reduce((sum, v) => sum + v * v, 0) / p.length);
    const difference = Math.sqrt(p.reduce((sum, v, k) => sum + (v - q[k]) ** 2, 0) / p.length);
    most = Math.max(most, difference / deviation);
  }
  return most;
}

/** How well states are read off latents, in a line. */
function toldBy({r2, angleError, accuracy}: StateFromLatents): string {
  const parts = [
    accuracy !== undefined && `group from latents ${(100 * accuracy).toFixed(1)}%`,
    r2 !== undefined && `angle from latents R^2 ${r2.toFixed(4)}`,
    angleError && `median error ${angleError.median.toFixed(3)} rad`
  ];
  return parts.filter(Boolean).join(", ");
}
