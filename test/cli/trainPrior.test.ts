import {readFileSync, writeFileSync} from "node:fs";
import {afterAll, beforeAll, expect, it} from "vitest";
import {random} from "../../components/compute/random.js";
import {defaultObjectives} from "../../components/diffusion/objectiveSpec.js";
import {readPrior} from "../../components/diffusion/priorFile.js";
import {readNpy, writeNpy} from "../../components/formats/npy.js";
import {complaint, run, scratch, succeed} from "./run.js";

const {path, remove} = scratch();
beforeAll(() => {
  const data = random(1).fillNormal(new Float32Array(600));
  writeFileSync(path("z.npy"), writeNpy({shape: [300, 2], data}));
});
afterAll(remove);

const bytes = (file: string) => new Uint8Array(readFileSync(path(file)));
const prior = (out: string, ...more: string[]) => [
  "prior", "--z", path("z.npy"), "--out", path(out), "--preset", "lesson", "--steps", "40", "--threads", "1", ...more
]; // prettier-ignore

it("trains a prior for another objective and parameterisation, which its file keeps and sampling reads", async () => {
  await succeed("train", prior("simple", "--objective", "simple", "--parameterisation", "eps"));
  const {config} = readPrior(bytes("simple"), "simple", 2);
  expect(config).toMatchObject({objective: defaultObjectives.simple, parameterisation: "eps", layers: 4});
  await succeed("sample", ["--prior", path("simple"), "--n", "5", "--out", path("samples.npy")]);
  const samples = readNpy(bytes("samples.npy"), "samples.npy");
  expect(samples.shape).toEqual([5, 2]);
  expect(Array.from(samples.data as Float32Array).every(Number.isFinite)).toBe(true);
});

it("writes nothing new into the file of an EDM prior", async () => {
  await succeed("train", prior("edm", "--objective", "edm", "--parameterisation", "F"));
  expect(Object.keys(readPrior(bytes("edm"), "edm").config).sort()).toEqual(["edm", "layers", "noisePairs", "width", "zdim"]); // prettier-ignore
});

it("ends when the held-out loss stops falling, says so, and keeps the best weights; with patience 0 it takes all steps", async () => {
  const data = random(1).fillNormal(new Float32Array(48));
  writeFileSync(path("few.npy"), writeNpy({shape: [24, 2], data}));
  const few = (out: string, ...more: string[]) => prior(out, "--z", path("few.npy"), "--steps", "5000", "--learning-rate", "0.01", ...more); // prettier-ignore
  const {stderr} = await succeed("train", few("patient", "--patience", "2"));
  expect(stderr).toMatch(/stopped after \d+ of 5000 steps: the held-out loss was lowest at step \d+, and the weights of that step are kept\n$/); // prettier-ignore
  const {metadata} = readPrior(bytes("patient"), "patient", 2);
  const {end, losses, training} = metadata as {
    end: {steps: number; kept: number; early: boolean};
    losses: {step: number; heldOut: number}[];
    training: {patience: number};
  };
  const lowest = losses.reduce((a, b) => (b.heldOut < a.heldOut ? b : a));
  expect(end).toEqual({kept: lowest.step, steps: lowest.step + 2 * 200, early: true});
  expect(training.patience).toBe(2);
  await succeed("train", few("all", "--patience", "0", "--steps", "600"));
  expect(readPrior(bytes("all"), "all").metadata).toMatchObject({end: {steps: 600, kept: 600, early: false}});
  expect(complaint(await run("train", prior("x", "--patience", "1.5")))).toBe(
    "command line: --patience: found 1.5; expected a whole number, at least 0"
  );
});

it("names the objectives and parameterisations there are, for another one", async () => {
  expect(complaint(await run("train", prior("x", "--objective", "hinge")))).toBe(
    "command line: --objective: found hinge; expected edm, simple, variational, scoreMatching"
  );
  expect(complaint(await run("train", prior("x", "--parameterisation", "y")))).toBe(
    "command line: --parameterisation: found y; expected F, x_0, eps, v"
  );
});
