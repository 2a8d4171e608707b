import {mkdirSync, rmSync} from "node:fs";
import {writeFile} from "node:fs/promises";
import {join} from "node:path";
import {compare} from "../analysis/compare.js";
import {jobContext} from "../compute/job.js";
import {heldOut, takeRows} from "../diffusion/heldOut.js";
import {endOf} from "../diffusion/patience.js";
import {priorPresets} from "../diffusion/presets.js";
import {readPrior, writePrior} from "../diffusion/priorFile.js";
import {priorOf, startPrior} from "../diffusion/priorState.js";
import {InputError} from "../formats/error.js";
import {writeMrc} from "../formats/mrc.js";
import {writeNpy} from "../formats/npy.js";
import {writeLatents, writeLatentsText} from "../formats/z.js";
import {compareHeldOut} from "../jobs/compareHeldOut.js";
import {fingerprint} from "../jobs/files.js";
import {gaussianLatents} from "../jobs/gaussianLatents.js";
import {openRun} from "../jobs/run/assemble.js";
import {priorReport} from "../jobs/run/priorReport.js";
import {runReport} from "../jobs/run/report.js";
import {MapDecoder} from "../vae/decode.js";
import {readVae, scaleOf} from "../vae/file.js";
import {choice, command, numeric, required, UsageError} from "./command.js";
import {machine} from "./machine.js";
import {openOutput} from "./output.js";
import {runFiles} from "./runFiles.js";
import {sampleOnThreads} from "./sampleOnThreads.js";
import {defaultThreads} from "./threads.js";
import {endSaid, trainPriorOnThreads} from "./trainPriorOnThreads.js";

const presets = ["fast", "paper", "quick"] as const;
const presetLines = presets.map((name) => `               ${name}: ${priorPresets[name].about}`).join("\n");

const help = `npm run prior -- RUN --out DIR [options]

A diffusion prior of a finished cryoDRGN run, without a browser: trains it on the run's latents, draws samples, compares them with
latents held out, and decodes some. RUN is the run's folder (z.N.pkl, weights.N.pkl, config.yaml, ...) or a file of latents
(.pkl, .npy or .csv). Each file is told of. Writes to DIR:

  prior.safetensors   the prior; docs/prior-format.md says how to read it in Python
  samples.npy, samples.pkl, z_values.txt   the samples: for numpy, for cryoDRGN's tools, for \`cryodrgn eval_vol --zfile\`
  sample_000.mrc ...  maps of the first samples, where there is a decoder
  comparison.json     MMD, sliced W2 and two-sample accuracy with their floors, of the prior and of N(0, I)
  report.html         all of it to read and to print; report.json the same as data

Stopped while it trains (Ctrl-C), the same command goes on from DIR/prior.checkpoint.

--epoch N      epoch of the run (the last)
--preset NAME  fast (default), paper or quick:
${presetLines}
--steps N      training steps, at most
--patience N   evaluations without a better held-out loss after which training ends; 0 for never (the preset's)
--samples N    samples to draw (5000)
--maps N       samples to decode (8)
--box D        box of their maps, even, at most the model's (64)
--apix X       Å/pixel at the model's box, where no CTF file says it
--seed N       split, training, samples (1)
--threads N    threads (default: one for every core)
--force        replace files that are there`;

const text = {type: "string"} as const;

await command({
  help,
  unit: "steps",
  options: {out: text, epoch: text, preset: text, steps: text, patience: text, samples: text, maps: text, box: text, apix: text, seed: text, threads: text, force: {type: "boolean"}}, // prettier-ignore
  async run(values, positionals, context) {
    if (positionals.length !== 1) throw new UsageError(`found ${positionals.length} runs; expected one`);
    const out = required(values, "out");
    const natural = {integer: true, min: 1};
    const seed = numeric(values, "seed", 1, {integer: true, min: 0});
    const preset = choice(values, "preset", presets, "fast");
    const threads = numeric(values, "threads", defaultThreads(), {...natural, max: 64});
    const wanted = numeric(values, "samples", 5000, {integer: true, min: 10, max: 1e6});

    const opened = await openRun({
      files: await runFiles(positionals[0]),
      epoch: numeric(values, "epoch", undefined, {integer: true, min: 0}),
      pixelSize: numeric(values, "apix", undefined, {above: 0})
    });
    for (const {name, found, problem} of opened.lines) console.error(problem ?? `${name}: ${found}`);
    for (const line of opened.missing) console.error(line);
    const {latents} = opened;
    if (!latents) throw new InputError(positionals[0], "latents", "none", "z.N.pkl, or .npy or .csv of N x d numbers"); // prettier-ignore
    const {z, n, d, name} = latents;
    if (n < 50) throw new InputError(name, "latents", n, "50 or more");

    const vae = opened.vae && readVae(opened.vae.bytes, opened.vae.name);
    const largest = vae?.config.boxSize ?? 64;
    const box = numeric(values, "box", Math.min(64, largest), {integer: true, min: 4, max: largest});
    if (box % 2) throw new InputError("command line", "--box", box, "an even number");
    const mapCount = vae
      ? numeric(values, "maps", Math.min(8, wanted), {integer: true, min: 0, max: wanted})
      : 0;
    const mapNames = Array.from({length: mapCount}, (_, i) => `sample_${String(i).padStart(3, "0")}.mrc`);
    const names = ["prior.safetensors", "samples.npy", "samples.pkl", "z_values.txt", "comparison.json", "report.html", "report.json", ...mapNames]; // prettier-ignore
    mkdirSync(out, {recursive: true});
    const output = await openOutput(out, names, values.force === true);

    const {model, training} = priorPresets[preset];
    const steps = numeric(values, "steps", training.steps, natural);
    const start = startPrior({shape: [n, d], data: z}, model, {
      ...training,
      steps,
      patience: numeric(values, "patience", training.patience ?? 0, {integer: true, min: 0}) || undefined,
      learningRate: {...training.learningRate, warmUp: Math.min(training.learningRate.warmUp, Math.ceil(steps / 10))}, // prettier-ignore
      seed
    });
    const checkpoint = join(out, "prior.checkpoint");
    const {state, provenance} = await trainPriorOnThreads(start, {checkpoint, every: 500, parties: threads, backend: "wasm", preset}, context); // prettier-ignore
    const priorBytes = writePrior(priorOf(state), provenance);
    const prior = readPrior(priorBytes, "prior.safetensors", d);
    const note = (what: string) => ({...context, progress: (done: number, all: number) => context.progress(done, all, what)}); // prettier-ignore
    const {z: samples, calls} = await sampleOnThreads(prior, {n: wanted, seed, tolerance: 1e-3, backend: "wasm", size: threads, name: "prior"}, note("sampling")); // prettier-ignore

    context.progress(0, 2, "comparing");
    const split = heldOut(n, seed, training.heldOutFraction);
    const rows = Math.min(wanted, split.heldOut.length);
    const kept = takeRows(z, d, split.heldOut);
    const others = Float64Array.from(takeRows(z, d, split.trained));
    const found = await compareHeldOut(prior, {shape: [n, d], data: z}, split, {samples: rows, seed});
    context.progress(1, 2, "comparing N(0, I)");
    await context.turn();
    const gaussian = await compare(Float64Array.from(kept), gaussianLatents(rows, d, seed), d, {others, more: gaussianLatents((split.heldOut.length >> 1) * 16, d, seed + 1), draws: 16, seed}); // prettier-ignore

    const maps: {title: string; image: Float32Array; box: number; voxelSize: number}[] = [];
    try {
      if (vae && opened.vae && mapCount > 0) {
        const decoder = new MapDecoder(vae, scaleOf(vae, opened.vae.name));
        const voxelSize = (vae.config.pixelSize * vae.config.boxSize) / box;
        for (let i = 0; i < mapCount; ++i) {
          context.progress(i, mapCount, "decoding maps");
          const map = await decoder.decode(
            samples.subarray(i * d, (i + 1) * d),
            box,
            jobContext(context.signal)
          );
          await writeFile(output.path(mapNames[i]), writeMrc({nx: box, ny: box, nz: box, pixelSize: voxelSize, data: map, isStack: false})); // prettier-ignore
          const image = new Float32Array(box * box);
          for (let k = 0; k < map.length; ++k) image[k % image.length] += map[k];
          maps.push({title: mapNames[i], image, box, voxelSize});
        }
      }
      const report = priorReport({
        latents,
        lines: opened.lines,
        metadata: prior.metadata,
        config: prior.config,
        heldOut: kept,
        samples,
        sampling: `${wanted} samples, seed ${seed}, the probability-flow ODE by Dormand and Prince's 5(4) at a tolerance of 1e-3, ${(calls / wanted).toFixed(1)} denoiser calls each`, // prettier-ignore
        comparison: {prior: found, gaussian},
        maps,
        written: [
          ["prior.safetensors", "the prior"],
          ["samples.npy, samples.pkl", "the samples, for numpy and for cryoDRGN's tools"],
          ["z_values.txt", "the samples for cryodrgn eval_vol --zfile"],
          ...(mapCount > 0
            ? [["sample_000.mrc …", `maps of the first ${mapCount} samples`] as [string, string]]
            : [])
        ],
        provenance: [
          ["Machine", machine(threads)],
          ["Date", new Date().toISOString().slice(0, 10)],
          [
            "Latents",
            `${name}, fingerprint ${fingerprint(new Uint8Array(z.buffer, z.byteOffset, z.byteLength))}`
          ],
          ["Prior", `fingerprint ${fingerprint(priorBytes)}`]
        ]
      });
      const mu = {shape: [wanted, d], data: samples};
      const files: Record<string, Uint8Array | string> = {
        "prior.safetensors": priorBytes,
        "samples.npy": writeNpy(mu),
        "samples.pkl": writeLatents(mu),
        "z_values.txt": writeLatentsText(samples, d),
        "comparison.json": JSON.stringify({prior: found, gaussian}, null, 2) + "\n",
        "report.html": runReport(report),
        "report.json": JSON.stringify({...report, figures: report.figures.map(({title, caption}) => ({title, caption})), maps: report.maps.map(({title}) => title)}, null, 2) + "\n" // prettier-ignore
      };
      for (const [file, contents] of Object.entries(files)) await writeFile(output.path(file), contents);
      await output.commit();
    } catch (error) {
      await output.discard();
      throw error;
    }
    rmSync(checkpoint, {force: true});
    const ratio = (of: typeof found) => `MMD ${(of.mmd / of.mmdFloor).toFixed(2)} times its floor, accuracy ${(100 * of.accuracy).toFixed(1)}%`; // prettier-ignore
    return [endSaid(endOf(state), steps), `prior: ${ratio(found)}; N(0, I): ${ratio(gaussian)}`, `written to ${out}; report.html has it all`].filter(Boolean).join("\n"); // prettier-ignore
  }
});
