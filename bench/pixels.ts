import {readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {command, required, UsageError} from "../components/cli/command.js";
import {InputError} from "../components/formats/error.js";

const help = `node --import tsx bench/pixels.ts RUN RUN ... --recipe NAME --out FILE

Gathers the held-out losses of trainings that differ in the pixels an image that they compare into the file that page
"How fast" shows. Each RUN is a folder that \`train vae --held-out N\` wrote, all with the same images and settings. Those
that ship were trained side by side, on one thread each:
  npm run simulate -- linear1d --images 20000 --out runs/data
  npm run train -- vae --data runs/data --preset paper --downsample 64 --held-out 256 --threads 1 --pixels all --out runs/all
  npm run train -- vae --data runs/data --preset paper --downsample 64 --held-out 256 --threads 1 --pixels 256 --out runs/256

--recipe NAME   of the images
--out FILE      the JSON file to write`;

interface RunJson {
  config: {boxSize: number; zdim: number; decoderWidth: number; decoderLayers: number};
  training: {pixelsPerImage: number; batchSize: number; heldOut: number; seed: number; learningRate: {rate: number}};
  images: number;
  machine: string;
  date: string;
} // prettier-ignore

await command({
  help,
  unit: "runs",
  options: {recipe: {type: "string"}, out: {type: "string"}},
  run(values, folders) {
    if (folders.length < 2) throw new UsageError(`found ${folders.length} runs; expected at least 2`);
    const runs = folders.map((folder) => {
      const json = JSON.parse(readFileSync(join(folder, "run.json"), "utf8")) as RunJson;
      const lines = readFileSync(join(folder, "curve.csv"), "utf8").trim().split("\n");
      const header = lines[0].split(",");
      const rows = lines.slice(1).map((line) => line.split(",").map(Number));
      const column = (name: string) => rows.map((row) => row[header.indexOf(name)]);
      if (!json.training.heldOut) throw new InputError(folder, "heldOut", 0, "a run made with --held-out");
      return {json, step: column("step"), seconds: column("seconds"), heldOut: column("held_out")};
    });
    const [{json: first}] = runs;
    const same = ({training: {pixelsPerImage: _, ...rest}, config, images}: RunJson) =>
      JSON.stringify([rest, config, images]);
    runs.forEach(({json}, i) => {
      if (same(json) !== same(first))
        throw new InputError(folders[i], "settings", same(json), `${same(first)}, as ${folders[0]}`);
    });
    const {config, training, images} = first;
    const all = Math.max(...runs.map(({json}) => json.training.pixelsPerImage));
    const curves = runs.map(({json: {training: t}, step, seconds, heldOut}) => ({
      pixels: t.pixelsPerImage,
      label:
        t.pixelsPerImage === all ? "all pixels" : `${t.pixelsPerImage} of ${all.toLocaleString("en")} pixels`,
      seconds,
      step,
      heldOut,
      imagesPerSecond: (step.at(-1)! * t.batchSize) / seconds.at(-1)!
    }));
    const about = {
      recipe: required(values, "recipe"),
      images,
      heldOut: training.heldOut,
      boxSize: config.boxSize,
      model: `${config.decoderWidth} x ${config.decoderLayers}, |z| = ${config.zdim}`,
      batchSize: training.batchSize,
      learningRate: training.learningRate.rate,
      machine: first.machine,
      date: first.date,
      seed: training.seed
    };
    writeFileSync(required(values, "out"), JSON.stringify({...about, curves}, null, 2) + "\n");
    return Promise.resolve(
      curves.map((c) => `${c.label}: ${c.imagesPerSecond.toFixed(1)} images/s`).join("\n")
    );
  }
});
