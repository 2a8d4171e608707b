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
  "prior", "--z", path("z.npy"), "--out", path(out), "--preset", "fast", "--steps", "40", "--threads", "1", ...more
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

it("names the objectives and parameterisations there are, for another one", async () => {
  expect(complaint(await run("train", prior("x", "--objective", "hinge")))).toBe(
    "command line: --objective: found hinge; expected edm, simple, variational, scoreMatching"
  );
  expect(complaint(await run("train", prior("x", "--parameterisation", "y")))).toBe(
    "command line: --parameterisation: found y; expected F, x_0, eps, v"
  );
});
