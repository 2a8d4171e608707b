import {existsSync, mkdirSync, readFileSync} from "node:fs";
import {dirname, join} from "node:path";
import {stateFromLatents} from "../analysis/stateFromLatents.js";
import {pca, projectPca} from "../analysis/pca.js";
import {random} from "../compute/random.js";
import {hingeAngle} from "../cryoem/motion.js";
import {parseRecipe} from "../cryoem/recipe.js";
import {InputError} from "../formats/error.js";
import {readNpy} from "../formats/npy.js";
import {readLatents} from "../formats/z.js";
import {replaceFile} from "./checkpoint.js";
import {command, numeric, required} from "./command.js";

const help = `npm run ship:latents -- --data DIR --run RUN --out FILE

Writes some latents of a trained run as the course pages read them: the first two principal components (of all its latents),
in the latents' units, with the hinge angle of each, the part of the variance that they explain, and how it was made. Those that
ship:
  npm run ship:latents -- --data data/trained/linear1d --run data/trained/linear1d --out data/latents/linear1d.json
  npm run simulate -- circular1d-quick --out runs/circular1d
  npm run train -- vae --data runs/circular1d --preset quick --threads 1 --out runs/vae
  npm run ship:latents -- --data runs/circular1d --run runs/vae --out data/latents/circular1d.json

--data DIR   recipe.json and state.npy, as \`simulate\` writes them
--run RUN    z.pkl, and run.json of \`train vae\` or provenance.json of \`ship\`
--out FILE   the JSON file to write
--n N        latents, drawn at random (2000)
--seed N     of the draw (1)`;

const text = {type: "string"} as const;

await command({
  help,
  unit: "latents",
  options: {data: text, run: text, out: text, n: text, seed: text},
  run(values) {
    const [data, run, out] = ["data", "run", "out"].map((name) => required(values, name));
    const wanted = numeric(values, "n", 2000, {integer: true, min: 1});
    const seed = numeric(values, "seed", 1);
    const bytes = (...path: string[]) => {
      const file = join(...path);
      if (!existsSync(file)) throw new InputError(file, "", "nothing", "the file");
      return new Uint8Array(readFileSync(file));
    };
    const json = (...path: string[]) =>
      JSON.parse(new TextDecoder().decode(bytes(...path))) as Record<string, unknown>;
    const recipe = parseRecipe(json(data, "recipe.json"), join(data, "recipe.json"));
    const states = readNpy(bytes(data, "state.npy"), "state.npy");
    const {mu} = readLatents(bytes(run, "z.pkl"), "z.pkl");
    const [images, d] = mu.shape;
    if (states.shape[0] !== images)
      throw new InputError("state.npy", "shape", states.shape, `[${images}], as many as z.pkl has latents`);
    const training = existsSync(join(run, "run.json"))
      ? json(run, "run.json")
      : (json(run, "provenance.json").vae as Record<string, unknown>);

    const z = Float64Array.from(mu.data);
    const components = pca(z, d);
    const places = projectPca(components, z, 2);
    const total = components.variances.reduce((a, b) => a + b, 0);
    const rows = random(seed, 0x4c41).shuffle(Int32Array.from({length: images}, (_, i) => i)).slice(0, wanted).sort(); // prettier-ignore
    const angle = (row: number) => hingeAngle(recipe.motion, Number(states.data[row]));
    const {r2} = stateFromLatents(z, d, states.data as Int32Array, recipe.motion);
    if (r2 === undefined)
      throw new InputError("recipe.json", "motion", recipe.motion.type, "one that turns a hinge");
    const rounded = (v: number) => Number(v.toFixed(4));
    const {preset, training: settings, epochs, steps, date} = training;
    const file = {
      about: `The first two principal components of ${rows.length} latents of ${recipe.name}: point i is points[2 i], points[2 i + 1]; angle[i] is its hinge angle, radians`,
      recipe: recipe.name,
      images,
      zdim: d,
      seed,
      vae: {preset, epochs, steps, training: settings, date},
      angleFromLatents: {r2: rounded(r2), method: "20 nearest neighbours, 10-fold, in all dimensions"},
      varianceExplained: Array.from(components.variances.subarray(0, 2), (v) => rounded(v / total)),
      points: Array.from(rows).flatMap((row) => [rounded(places[2 * row]), rounded(places[2 * row + 1])]),
      angle: Array.from(rows, (row) => rounded(angle(row)))
    };
    mkdirSync(dirname(out), {recursive: true});
    // one line a field: a diff shows what has changed
    const lines = Object.entries(file).map(
      ([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`
    );
    replaceFile(out, `{\n${lines.join(",\n")}\n}\n`);
    return Promise.resolve(
      `${out}: ${rows.length} latents, ${(100 * (file.varianceExplained[0] + file.varianceExplained[1])).toFixed(1)}% of the variance; angle from latents R^2 ${r2.toFixed(4)}`
    );
  }
});
