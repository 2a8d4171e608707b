import {cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {afterAll, expect, test} from "vitest";
import {gatherRun} from "../../components/cli/gatherRun.js";
import {pca} from "../../components/analysis/pca.js";
import {heldOut} from "../../components/diffusion/heldOut.js";
import {readNpy} from "../../components/formats/npy.js";
import {readLatents, writeLatents} from "../../components/formats/z.js";
import {runMembers, type RunAbout} from "../../components/jobs/runAbout.js";
import {readVae} from "../../components/vae/file.js";

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "cryo-latent-diffusion-"));
afterAll(() => rmSync(folder, {recursive: true}));

const about = (files: Record<string, Uint8Array>) =>
  JSON.parse(new TextDecoder().decode(files["about.json"])) as RunAbout;
const shipped = at("data/trained/linear1d");
const place = {set: "linear1d", own: join(folder, "none"), shipped, kind: "simulated" as const};

test("a run that ships: its files as they are, the encodings its prior never saw, and the axes of all", () => {
  const files = gatherRun(place);
  expect(Object.keys(files).sort()).toEqual([...runMembers].sort());
  expect(about(files)).toMatchObject({name: "linear1d", kind: "simulated", images: 50_000, zdim: 8});
  const {mu} = readLatents(files["z.pkl"], "z.pkl");
  const rows = heldOut(50_000, 1, 0.1).heldOut;
  const kept = readNpy(files["held-out.npy"], "held-out.npy");
  const states = readNpy(files["held-out-state.npy"], "held-out-state.npy");
  const all = readNpy(files["state.npy"], "state.npy");
  expect(kept.shape).toEqual([5000, 8]);
  for (const i of [0, 1234, 4999]) {
    expect(kept.data.slice(8 * i, 8 * i + 8)).toEqual(mu.data.slice(8 * rows[i], 8 * rows[i] + 8));
    expect(states.data[i]).toBe(all.data[rows[i]]);
  }
  const axes = JSON.parse(new TextDecoder().decode(files["axes.json"])) as {variances: number[]};
  expect(axes.variances).toEqual(Array.from(pca(mu.data, 8).variances));
});

test("a run of cryoDRGN in data/runs takes the place of what ships, under its own name", (context) => {
  const run = at("../shared/fixtures/cryodrgn-run/out");
  if (!existsSync(run)) {
    console.log("skipped: no ../shared/fixtures");
    return context.skip();
  }
  const own = join(folder, "ribosome");
  cpSync(run, own, {recursive: true});
  const files = gatherRun({...place, set: "ribosome", own});
  expect(about(files)).toMatchObject({name: "ribosome (your run)", kind: "real", images: 1000, zdim: 8});
  expect(about(files).has).toEqual(["z.pkl", "vae.safetensors", "held-out.npy", "axes.json"]);
  expect(readVae(files["vae.safetensors"], "vae").config).toMatchObject({boxSize: 32, decoderWidth: 64});
  expect(Array.from(files["z.pkl"])).toEqual(Array.from(readFileSync(join(own, "z.2.pkl"))));
  writeFileSync(join(own, "about.json"), '{"name": "EMPIAR-10076", "about": "a test"}');
  expect(about(gatherRun({...place, own}))).toMatchObject({name: "EMPIAR-10076", about: "a test"});
});

test("latents alone are a run; the files that are missing are empty, and about.json says so", () => {
  const own = join(folder, "covid");
  mkdirSync(own);
  writeFileSync(join(own, "z.pkl"), writeLatents({shape: [20, 3], data: Float32Array.from({length: 60}, (_, i) => i % 7)})); // prettier-ignore
  const files = gatherRun({...place, own});
  expect(about(files)).toMatchObject({has: ["z.pkl", "held-out.npy", "axes.json"], images: 20, zdim: 3});
  expect(files["vae.safetensors"].length).toBe(0);
  const none = gatherRun({...place, shipped: join(folder, "nothing")});
  expect(about(none)).toMatchObject({has: [], images: 0, kind: "simulated"});
});

test("what is damaged, or does not fit, is refused by name", () => {
  const own = join(folder, "bad");
  mkdirSync(own);
  writeFileSync(join(own, "z.pkl"), "no pickle");
  expect(() => gatherRun({...place, own})).toThrow(/^bad\/z\.pkl: /);
  cpSync(join(shipped, "z.pkl"), join(own, "z.pkl"));
  cpSync(at("data/trained/circular1d/state.npy"), join(own, "state.npy"));
  expect(() => gatherRun({...place, own})).toThrow(/^bad\/state\.npy: shape: found .*100000.*expected \[50000\]/); // prettier-ignore
  writeFileSync(join(own, "about.json"), '{"name": 3}');
  expect(() => gatherRun({...place, own})).toThrow(/about\.json: name: found 3; expected a text$/);
});
