import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {backends} from "../compute/network.js";
import {InputError} from "../formats/error.js";
import {defaultVae, encodingTypes, parseVaeConfig, type VaeConfig} from "../vae/config.js";
import {vaePresets} from "../vae/presets.js";
import {choice, numeric, required, UsageError, type CommandLine} from "./command.js";
import {openParticles, particlesIn} from "./particles.js";
import {defaultThreads} from "./threads.js";
import {trainVae} from "./trainVae.js";

const presetLines = Object.entries(vaePresets)
  .map(([name, {about}]) => `                       ${name}: ${about}`)
  .join("\n");

const help = `npm run train -- vae --data DIR --out RUN [options]

Trains cryoDRGN's VAE on DIR (particles.mrcs, pose.pkl or poses.pkl, ctf.pkl) and encodes all its images. RUN gets
weights.safetensors, z.pkl, curve.csv and run.json; and weights.N.pkl, z.N.pkl (N: epochs) and config.yaml, which cryoDRGN's
own eval_vol and analyze open. Stopped, it resumes from its checkpoint when called again.

--preset NAME        laptop (default), quick or paper:
${presetLines}
--downsample D       box to crop to, even (default: what DIR/recipe.json says, else no cropping)
--zdim N             latent dimension |z| (8)
--enc-dim, --enc-layers, --dec-dim, --dec-layers N   sizes of the networks (256, 3)
--domain NAME        fourier (default) or hartley
--encoding NAME      gaussian (default), geom_lowf, geom_ft, geom_full, geom_nohighf or linear_lowf
--pe-dim N           frequencies of the encoding along each axis (half the box)
--epochs N           passes over the images
--batch-size N       images a step
--pixels N|all       masked pixels compared per image and step, drawn at random; unbiased
--learning-rate X    peak learning rate of Adam
--load FILE          weights.safetensors of a training to go on from, with a new optimiser and learning rate
--held-out N         images at the end of the set that training never sees: curve.csv then has their loss (0)
--no-window          do not mask the corners of the images as cryoDRGN does
--invert             turn the contrast of the images round (experimental particles that are bright in the file)
--seed N             initial weights, order, pixels and latent noise (1)
--backend NAME       wasm (default: this notebook's kernel, on all threads), or TensorFlow.js's webgpu, webgl or cpu
--threads N          threads (default: one for every core)
--checkpoint N       seconds between checkpoints (60)`;

const text = {type: "string"} as const;

/** `npm run train -- vae`. */
export const trainVaeCommand: CommandLine = {
  help,
  unit: "images",
  options: {
    data: text, out: text, preset: text, downsample: text, zdim: text, "enc-dim": text, "enc-layers": text,
    "dec-dim": text, "dec-layers": text, domain: text, encoding: text, "pe-dim": text, epochs: text, "batch-size": text, pixels: text,
    "learning-rate": text, load: text, "held-out": text, "no-window": {type: "boolean"}, invert: {type: "boolean"}, backend: text, seed: text, threads: text, checkpoint: text
  }, // prettier-ignore
  async run(values, positionals, context) {
    if (positionals.length) throw new UsageError(`found ${positionals.join(" ")}; expected options alone`);
    const data = required(values, "data");
    const name = String(values.preset ?? "laptop");
    if (!Object.hasOwn(vaePresets, name))
      throw new InputError("command line", "--preset", name, Object.keys(vaePresets).join(", "));
    const {model, training} = vaePresets[name as keyof typeof vaePresets];
    const natural = {integer: true, min: 1};
    const stack = await openParticles(particlesIn(data));
    const boxSize = numeric(values, "downsample", recipeBox(data) ?? stack.boxSize, {
      integer: true,
      min: 8,
      max: stack.boxSize
    });
    if (boxSize % 2) throw new InputError("command line", "--downsample", boxSize, "an even number");
    const base = {...defaultVae, ...model};
    const config: VaeConfig = {
      ...base,
      boxSize,
      pixelSize: (stack.pixelSize * stack.boxSize) / boxSize,
      zdim: numeric(values, "zdim", base.zdim, natural),
      encoderLayers: numeric(values, "enc-layers", base.encoderLayers, natural),
      encoderWidth: numeric(values, "enc-dim", base.encoderWidth, natural),
      decoderLayers: numeric(values, "dec-layers", base.decoderLayers, natural),
      decoderWidth: numeric(values, "dec-dim", base.decoderWidth, natural),
      domain: choice(values, "domain", ["fourier", "hartley"], base.domain),
      encoding: choice(values, "encoding", encodingTypes, base.encoding)
    };
    const encodingDim = numeric(values, "pe-dim", undefined, {integer: true, min: 2, max: 1024});
    if (encodingDim !== undefined) config.encodingDim = encodingDim;
    parseVaeConfig(config, "command line");
    await trainVae(
      {
        data,
        out: required(values, "out"),
        preset: name,
        config,
        training: {
          epochs: numeric(values, "epochs", training.epochs, natural),
          batchSize: numeric(values, "batch-size", training.batchSize, natural),
          pixelsPerImage:
            values.pixels === "all" ? Infinity : numeric(values, "pixels", training.pixelsPerImage, natural),
          learningRate: {
            ...training.learningRate,
            rate: numeric(values, "learning-rate", training.learningRate.rate, {above: 0, max: 1})
          },
          heldOut: numeric(values, "held-out", 0, {integer: true, min: 0, max: Math.floor(stack.n / 2)}),
          seed: numeric(values, "seed", 1, {integer: true})
        },
        prepare: {boxSize, window: !values["no-window"], invert: values.invert === true},
        backend: choice(values, "backend", backends, "wasm"),
        threads: numeric(values, "threads", defaultThreads(), {integer: true, min: 1, max: 64}),
        load: typeof values.load === "string" ? values.load : undefined,
        checkpointEvery: numeric(values, "checkpoint", 60, {above: 0})
      },
      context
    );
  }
};

/** The box that the set's own recipe asks to train at. */
function recipeBox(data: string): number | undefined {
  const path = join(data, "recipe.json");
  if (!existsSync(path)) return undefined;
  return (JSON.parse(readFileSync(path, "utf8")) as {downsample?: number | null}).downsample ?? undefined;
}
