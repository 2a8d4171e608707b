import {existsSync, readFileSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {describe, expect, it, test} from "vitest";
import {quiet} from "../../components/compute/job.js";
import {readMrc, writeMrc} from "../../components/formats/mrc.js";
import {writeNpy} from "../../components/formats/npy.js";
import {writePickles} from "../../components/formats/pickle.js";
import {writeLatents} from "../../components/formats/z.js";
import {openRun, type OpenedRun} from "../../components/jobs/run/assemble.js";
import {vaeOf} from "../../components/jobs/models.js";

const fixtures = fileURLToPath(new URL("../../../shared/fixtures/", import.meta.url));
const trained = fileURLToPath(new URL("../../data/trained/", import.meta.url));
const have = existsSync(fixtures);
if (!have) console.warn("skipped: no ../shared/fixtures");

const file = (name: string, bytes: Uint8Array | string) => ({name, blob: new Blob([bytes as BlobPart])});
const from = (root: string, ...paths: string[]) =>
  paths.map((path) => file(path.split("/").slice(-2).join("/"), readFileSync(root + path)));
const found = (run: OpenedRun, name: string) => run.lines.find((line) => line.name.endsWith(name));
const problems = (run: OpenedRun) => run.lines.flatMap(({problem}) => problem ?? []);

const rows = (n: number, d: number) => ({
  shape: [n, d],
  data: Float32Array.from({length: n * d}, (_, i) => Math.sin(i))
});

describe.skipIf(!have)("runs of cryoDRGN", () => {
  it("opens a whole one, and its decoder gives cryoDRGN's own maps", async () => {
    const run = await openRun({
      files: from(fixtures, ...["out/z.2.pkl", "out/weights.2.pkl", "out/config.yaml", "poses.pkl", "ctf.pkl", "particles.mrcs"].map((f) => `cryodrgn-run/${f}`)) // prettier-ignore
    });
    expect(problems(run)).toEqual([]);
    expect(run.missing).toEqual([]);
    expect([run.epoch, run.latents?.n, run.latents?.d]).toEqual([2, 1000, 8]);
    expect(run.poses?.rotations.length).toBe(9000);
    expect(run.particles).toMatchObject({n: 1000, D: 32});
    const {decoder} = vaeOf(run.vae!);
    expect(decoder.vae.config.pixelSize).toBeCloseTo(run.ctf!.values[1], 5); // from its CTFs: config.yaml has none
    const mu = run.latents!.z.subarray(0, 8);
    for (const [name, z] of [
      ["vol_z0", new Float32Array(8)],
      ["vol_mu0", mu]
    ] as const) {
      const map = await decoder.decode(z, 32, quiet);
      const truth = readMrc(readFileSync(`${fixtures}cryodrgn-run/${name}.mrc`), name).data;
      const [error, size] = map.reduce(
        ([e, s], v, i) => [e + (v - truth[i]) ** 2, s + truth[i] ** 2],
        [0, 0]
      );
      expect(Math.sqrt(error / size), name).toBeLessThan(1e-4);
    }
  });

  it("opens real latents alone, and says what is missing", async () => {
    const run = await openRun({files: from(fixtures, "real/zvals_het-8_4k.pkl")});
    expect([run.latents?.n, run.latents?.d]).toEqual([4549, 8]);
    expect(run.missing).toEqual([
      "No decoder: weights.N.pkl with config.yaml. Without it no map can be decoded."
    ]);
  });

  it("opens real weights with their settings, whatever they are called", async () => {
    const run = await openRun({files: from(fixtures, "real/het_weights.pkl", "real/het_config.yaml")});
    expect(problems(run)).toEqual([]);
    expect(vaeOf(run.vae!).decoder.vae.config).toMatchObject({domain: "hartley", boxSize: 64, zdim: 8});
    expect(run.missing).toHaveLength(1);
    const alone = await openRun({files: from(fixtures, "real/het_weights.pkl")});
    expect(problems(alone)[0]).toMatch(
      /het_weights\.pkl: found weights alone; expected the run's config\.yaml/
    );
    expect(alone.missing[1]).toMatch(/need the run's config\.yaml/);
  });
});

test.each(["linear1d", "circular1d", "ribosome-like", "spike-like"])("opens the shipped %s", async (set) => {
  const files = ["z.pkl", "vae.safetensors", "prior.safetensors", "state.npy"].map((f) => `${set}/${f}`);
  const run = await openRun({files: from(trained, ...files)});
  expect(problems(run)).toEqual([]);
  expect(run.missing).toEqual([]);
  expect(run.labels[0].values.length).toBe(run.latents!.n);
  expect(run.prior).toBeDefined();
});

test("of several epochs the last with latents is read, or the one that is asked for", async () => {
  const files = [1, 2, 10].map((e) => file(`out/z.${e}.pkl`, writeLatents(rows(20 + e, 3), rows(20 + e, 3))));
  files.push(file("out/weights.11.pkl", "not read"));
  const last = await openRun({files});
  expect([last.epochs, last.epoch, last.latents?.n]).toEqual([[1, 2, 10, 11], 10, 30]);
  expect((await openRun({files, epoch: 2})).latents?.n).toBe(22);
  expect((await openRun({files, epoch: 7})).epoch).toBe(10);
});

test.each([
  ["a.npy", writeNpy(rows(40, 5))],
  ["a.pkl", writePickles(rows(40, 5))],
  ["a.csv", ["a,b,c,d,e", ...Array.from({length: 40}, (_, i) => `${i},1.5,-2e-3,0,7`)].join("\n")],
  ["index.csv", [",a,b,c,d,e", ...Array.from({length: 40}, (_, i) => `${i},1.5,-2e-3,0,7,1`)].join("\r\n")],
  ["a.txt", Array.from({length: 40}, (_, i) => `${i}\t1.5\t2\t0\t7`).join("\n")]
])("latents come as %s", async (name, bytes) => {
  const run = await openRun({files: [file(name, bytes)]});
  expect(problems(run)).toEqual([]);
  expect([run.latents?.n, run.latents?.d]).toEqual([40, 5]);
});

test("labels, indices, poses and CTFs are told apart, and fitted to the latents through the indices", async () => {
  const z = file("z.3.pkl", writeLatents(rows(4, 2), rows(4, 2)));
  const ints = (...values: number[]) => ({shape: [values.length], data: Int32Array.from(values)});
  const rotations = {shape: [7, 3, 3], data: Float32Array.from({length: 63}, (_, i) => i)};
  const shifts = {shape: [7, 2], data: new Float32Array(14)};
  const ctf = {
    shape: [7, 9],
    data: Float32Array.from({length: 63}, (_, i) => [128, 1.5, 1e4, 1e4, 0, 300, 2.7, 0.1, i][i % 9])
  };
  const others = [
    file("kmeans20/labels.pkl", writePickles(ints(3, 0, 1, 2))),
    file("ind.pkl", writePickles(ints(6, 0, 2, 5))),
    file("poses.pkl", writePickles([rotations, shifts])),
    file("ctf.pkl", writePickles(ctf))
  ];
  const run = await openRun({files: [...others, z]});
  expect(problems(run)).toEqual([]);
  expect(Array.from(run.labels[0].values)).toEqual([3, 0, 1, 2]);
  expect(Array.from(run.images!)).toEqual([6, 0, 2, 5]);
  expect(Array.from(run.poses!.rotations.filter((_, i) => i % 9 === 0))).toEqual([54, 0, 18, 45]);
  expect(run.ctf!.values.length).toBe(36);
  const without = await openRun({files: [z, others[3]]});
  expect(problems(without)[0]).toMatch(
    /ctf\.pkl: rows: found 7; expected 4, one for each latent; or indices/
  );
  const beyond = await openRun({files: [z, others[3], file("ind.pkl", writePickles(ints(6, 0, 2, 9)))]});
  expect(problems(beyond)[0]).toMatch(/ctf\.pkl: rows: found 7; expected more than 9/);
});

test.each<[string, Uint8Array | string, RegExp]>([
  ["note.txt", "hello\nthere", /note\.txt: line 2, column 1: found "there"; expected a finite number/],
  ["z.pkl", new Uint8Array(0), /z\.pkl/],
  ["cut.pkl", writePickles(rows(40, 5)).subarray(0, 300), /cut\.pkl/],
  ["evil.pkl", new TextEncoder().encode("cos\nsystem\n(S'id'\ntR."), /evil\.pkl/],
  [
    "evil2.pkl",
    Uint8Array.from([0x80, 2, ...new TextEncoder().encode("cos\nsystem\nq\x00.")]),
    /evil2\.pkl.*os\.system/
  ],
  [
    "nan.npy",
    writeNpy({shape: [2, 2], data: Float32Array.of(1, 2, NaN, 4)}),
    /nan\.npy: values: row 1, column 0: found NaN/
  ],
  ["image.png", Uint8Array.from([0x89, 0x50, 0x4e, 0x47]), /image\.png/],
  [
    "vol_000.mrc",
    writeMrc({nx: 8, ny: 8, nz: 8, pixelSize: 3, data: new Float32Array(512), isStack: false}),
    /vol_000\.mrc: found a map of 8³ voxels/
  ],
  ["ragged.csv", "1,2\n3,4\n5", /ragged\.csv: line 3: found 1 columns; expected 2/],
  ["z.9.pkl", writePickles(rows(4, 2), rows(5, 2)), /log variance: shape/]
])("a file that can't be used is a line, and the others stand: %s", async (name, bytes, message) => {
  const run = await openRun({files: [file(name, bytes), file("good.npy", writeNpy(rows(30, 4)))]});
  expect(problems(run)).toHaveLength(1);
  expect(problems(run)[0]).toMatch(message);
  expect(run.latents).toMatchObject({name: "good.npy", n: 30, d: 4});
});

test("what does not fit the latents is not taken", async () => {
  const z = file("z.npy", writeNpy(rows(30, 4)));
  const run = await openRun({
    files: [
      ...from(trained, "linear1d/vae.safetensors", "linear1d/prior.safetensors", "linear1d/state.npy"),
      z
    ]
  });
  expect(problems(run)).toEqual([
    "linear1d/vae.safetensors: |z|: found 8; expected 4, as z.npy has",
    "linear1d/prior.safetensors: |z|: found 8; expected 4, as z.npy has",
    "linear1d/state.npy: length: found 50000; expected 30, one for each latent"
  ]);
  expect([run.vae, run.prior, run.labels.length]).toEqual([undefined, undefined, 0]);
  expect(found(run, "z.npy")?.found).toBe("30 latents, |z| = 4");
});
