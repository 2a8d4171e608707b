import {describe, expect, it} from "vitest";
import {openNetwork} from "../../components/compute/open.js";
import {random} from "../../components/compute/random.js";
import {readNpy, writeNpy} from "../../components/formats/npy.js";
import {readMrc} from "../../components/formats/mrc.js";
import {readTorch, writeTorch} from "../../components/formats/torch.js";
import {readLatents} from "../../components/formats/z.js";
import {defaultVae, encodingTypes, type VaeConfig} from "../../components/vae/config.js";
import type {CryodrgnData} from "../../components/vae/cryodrgnConfig.js";
import {readCryodrgnConfig, writeCryodrgnConfig} from "../../components/vae/cryodrgnConfig.js";
import {readCryodrgnRun, writeCryodrgnRun, type CryodrgnRun} from "../../components/vae/cryodrgnRun.js";
import {MapDecoder} from "../../components/vae/decode.js";
import {initialVae, vaeSpecs} from "../../components/vae/model.js";
import {fixture, fixtureText, haveFixtures, pythonWith, runPython} from "../formats/fixtures.js";
import {refusal, survivesDamage} from "../formats/robust.js";
import {maxDifference} from "../golden.js";

const data: CryodrgnData = {
  norm: {mean: 0, std: 30.5},
  invert: false,
  window: true,
  windowRadius: 0.8,
  shiftBox: 16,
  particles: "set/particles.mrcs",
  poses: "set/pose.pkl",
  ctf: "set/ctf.pkl"
};
const small: VaeConfig = {
  ...defaultVae,
  boxSize: 16,
  pixelSize: 6.5,
  zdim: 4,
  encoderLayers: 1,
  encoderWidth: 14,
  decoderLayers: 2,
  decoderWidth: 10
};
const runOf = (config: VaeConfig): CryodrgnRun => ({vae: initialVae(config, random(3)), data, epoch: 12});
const back = (run: CryodrgnRun) => {
  const {weights, config} = writeCryodrgnRun(run);
  return readCryodrgnRun({
    weights: {name: "weights.12.pkl", bytes: weights},
    config: {name: "config.yaml", text: config}
  });
};
const decodes = (run: CryodrgnRun, z: ArrayLike<number>) => new MapDecoder(run.vae, run.data.norm).decode(z);

describe("a run of cryoDRGN, written and read", () => {
  it.each(encodingTypes)("keeps weights, settings and maps: %s", async (encoding) => {
    for (const domain of ["fourier", "hartley"] as const) {
      const run = runOf({...small, encoding, domain, ...(encoding !== "linear_lowf" && {encodingDim: 5})});
      const read = back(run);
      expect(read).toEqual(run);
      const z = [0.5, -1, 2, 0];
      expect(await decodes(read, z)).toEqual(await decodes(run, z));
    }
  });

  it("keeps a smaller circle for the encoder", () => {
    const run = runOf({...small, encoderRadius: 6});
    expect(back(run)).toEqual(run);
  });

  it("knows that cryoDRGN's end layers are residual where their sizes agree", () => {
    // 196 masked pixels in, 2 zdim = 8 out; decoder: 2 * 3 * 8 + 4 = 52 in.
    const run = runOf({...small, encoderWidth: 196, decoderWidth: 52});
    const {weights} = writeCryodrgnRun(run);
    const state = (readTorch(weights, "w") as Map<string, Map<string, {data: Float32Array}>>).get(
      "model_state_dict"
    )!;
    expect([...state.keys()].filter((name) => /main\.0/.test(name))).toEqual([
      "encoder.main.0.linear.weight",
      "encoder.main.0.linear.bias",
      "decoder.decoder.main.0.linear.weight",
      "decoder.decoder.main.0.linear.bias"
    ]);
    const diagonal = state.get("encoder.main.0.linear.weight")!.data[197];
    expect(diagonal).toBeCloseTo(run.vae.encoder[197] - 1, 6);
    const read = back(run);
    expect(maxDifference(read.vae.encoder, run.vae.encoder)).toBeLessThan(1e-7);
    expect(maxDifference(read.vae.decoder, run.vae.decoder)).toBeLessThan(1e-7);
  });

  it("adds the mean of the normalisation to every frequency: a peak at the origin", async () => {
    const run = runOf(small);
    const z = [0, 0, 0, 0];
    const without = await decodes(run, z);
    const peak = await decodes({...run, data: {...data, norm: {mean: 2, std: 30.5}}}, z);
    const at = (8 * 16 + 8) * 16 + 8;
    expect(peak[at] - without[at]).toBeCloseTo(2, 5);
    peak[at] = without[at];
    expect(peak).toEqual(without);
  });

  it("says which setting or tensor is wrong", () => {
    const {weights, config} = writeCryodrgnRun(runOf(small));
    const changed = (from: string | RegExp, to: string) => {
      const text = config.replace(from, to);
      expect(text).not.toBe(config);
      return refusal(() => readCryodrgnConfig(text, "config.yaml"));
    };
    expect(changed("pe_type: gaussian", "pe_type: none")).toMatch(/config\.model_args\.pe_type: found none/);
    expect(changed("encode_mode: resid", "encode_mode: conv")).toMatch(
      /encode_mode: found conv; expected "resid"/
    );
    expect(changed("activation: relu", "activation: leaky_relu")).toMatch(/activation: found leaky_relu/);
    expect(changed("extent: 0.5", "extent: 0.4")).toMatch(/lattice_args\.extent: found 0\.4; expected 0\.5/);
    expect(changed("ignore_DC: true", "ignore_DC: false")).toMatch(/ignore_DC: found false/);
    expect(changed("D: 17", "D: 16")).toMatch(/boxSize: found 15/);
    expect(changed("enc_mask: 8", "enc_mask: 9")).toMatch(
      /encoderRadius: found 9; expected at most half the box/
    );
    expect(changed("  zdim: 4\n", "")).toMatch(/model_args\.zdim: found nothing/);
    expect(changed("norm:\n    - 0\n    - 30.5", "norm: [1]")).toMatch(/dataset_args\.norm/);
    expect(changed("D: 17", "D: [17")).toMatch(/config\.yaml: line \d+: found .*; expected YAML/);
    const read = (bytes: Uint8Array, text = config) =>
      readCryodrgnRun({weights: {name: "weights.12.pkl", bytes}, config: {name: "config.yaml", text}});
    expect(refusal(() => read(weights, config.replace("zdim: 4", "zdim: 5")))).toMatch(
      /weights\.12\.pkl: encoder\.main\.4\.weight: found \[8, 14\]; expected a tensor \[10, 14\]/
    );
    expect(refusal(() => read(writeTorch(new Map([["epoch", 1]]))))).toMatch(
      /model_state_dict: found nothing/
    );
    expect(refusal(() => read(writeTorch(new Map([["model_state_dict", new Map([["a", 1]])]]))))).toMatch(
      /"a": found number; expected a tensor/
    );
  });

  it("reads YAML as data: no tags are followed, no alias grows", () => {
    const config = writeCryodrgnConfig({model: small, data});
    const tagged = config.replace("seed: 0", "seed: !!python/object/apply:os.system [ls]");
    expect(readCryodrgnConfig(tagged, "config.yaml").model).toEqual(small);
    const norm = config.replace("- 30.5", "- !!python/object/apply:numpy.core.multiarray.scalar [1]");
    expect(refusal(() => readCryodrgnConfig(norm, "config.yaml"))).toMatch(/norm/);
    const bomb = Array.from({length: 30}, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}]`);
    expect(refusal(() => readCryodrgnConfig(["a0: &a0 [x]", ...bomb].join("\n"), "config.yaml"))).toMatch(
      /alias/
    );
    expect(refusal(() => readCryodrgnConfig("[".repeat(100_000), "config.yaml"))).toMatch(/expected YAML/);
    expect(refusal(() => readCryodrgnConfig("a".repeat(2000), "config.yaml")).length).toBeLessThan(200);
  });

  it("gives settings or an InputError for damaged ones", () => {
    const bytes = new TextEncoder().encode(writeCryodrgnConfig({model: small, data}));
    const read = (b: Uint8Array) => readCryodrgnConfig(new TextDecoder().decode(b), "config.yaml");
    expect(survivesDamage(bytes, read, {seed: 71, count: 500})).toBeGreaterThan(100);
  });
});

describe.skipIf(!haveFixtures)("runs that cryoDRGN wrote", () => {
  const open = (weights: string, config: string) =>
    readCryodrgnRun({
      weights: {name: weights, bytes: fixture(weights)},
      config: {name: config, text: fixtureText(config)}
    });

  it("cryodrgn-run: its weights decode its maps", async () => {
    const run = open("cryodrgn-run/out/weights.2.pkl", "cryodrgn-run/out/config.yaml");
    expect(run.epoch).toBe(2);
    expect(run.data).toMatchObject({invert: true, window: true, windowRadius: 0.85, shiftBox: 33});
    const decoder = new MapDecoder(run.vae, run.data.norm);
    const {mu} = readLatents(fixture("cryodrgn-run/out/z.2.pkl"), "z.2.pkl");
    for (const [file, z] of [
      ["vol_z0.mrc", new Float32Array(8)],
      ["vol_mu0.mrc", mu.data.subarray(0, 8)]
    ] as const) {
      const {data: expected} = readMrc(fixture(`cryodrgn-run/${file}`), file);
      const found = await decoder.decode(z);
      const range = Math.max(...expected) - Math.min(...expected);
      expect(maxDifference(found, expected) / range).toBeLessThan(1e-6);
      const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i], 0);
      expect(dot(found, expected) / Math.sqrt(dot(found, found) * dot(expected, expected))).toBeGreaterThan(
        1 - 1e-9
      );
    }
  });

  it("real/het_weights.pkl: its decoder has the known values", async () => {
    const {vae, data} = open("real/het_weights.pkl", "real/het_config.yaml");
    expect(vae.config).toMatchObject({boxSize: 64, domain: "hartley", encodingDim: 8, zdim: 8});
    expect(data.norm).toEqual({mean: 0, std: 94.4266});
    const network = await openNetwork("wasm", vaeSpecs(vae)[1], vae.decoder);
    for (const [k, z, expected] of [
      [[0, 0, 0], 0, -4.64369],
      [[0.1, -0.2, 0.3], 0, -0.472751],
      [[0.1, -0.2, 0.3], 1, -0.474932]
    ] as [number[], number, number][]) {
      const [value] = await network.forwardPoints(Float32Array.from(k), 1, new Float32Array(8).fill(z), 1);
      expect(Math.abs(value - expected)).toBeLessThan(6e-6);
    }
  });
});

const python = pythonWith("torch");

describe.skipIf(!python)("a run written here and PyTorch", () => {
  it("torch loads the weights, and a decoder of its own layers gives the same values", async () => {
    // Sizes at which the first layers are residual are among them.
    for (const config of [
      small,
      {...small, decoderWidth: 52, encoderWidth: 196, domain: "hartley" as const}
    ]) {
      const {vae, ...about} = runOf(config);
      const {weights} = writeCryodrgnRun({vae, ...about});
      const rng = random(9);
      const points = Float32Array.from({length: 60}, () => rng.uniform() - 0.5);
      const images = rng.fillNormal(new Float32Array(3 * 196));
      const script = `
import torch, io, sys, numpy as np
n = int.from_bytes(sys.stdin.buffer.read(4), "little")
s = torch.load(io.BytesIO(sys.stdin.buffer.read(n)), weights_only=True)["model_state_dict"]
rest = io.BytesIO(sys.stdin.buffer.read())
k = torch.tensor(np.load(rest)); x = torch.tensor(np.load(rest))
def net(h, prefix):
    names = sorted({int(name[len(prefix):].split(".")[1]) for name in s if name.startswith(prefix)})
    for i in names:
        plain = prefix + "main.%d.weight" % i in s
        at = prefix + "main.%d." % i + ("" if plain else "linear.")
        y = torch.nn.functional.linear(h, s[at + "weight"], s[at + "bias"])
        h = y if plain else h + y
        if i != names[-1]: h = torch.relu(h)
    return h
phase = k @ (s["decoder.rand_freqs"].t() * 8)
h = torch.cat([phase.sin(), phase.cos(), torch.ones(len(k), 4) * 0.5], 1)
np.save(sys.stdout.buffer, np.concatenate([net(h, "decoder.decoder.").numpy().ravel(), net(x, "encoder.").numpy().ravel()]))`;
      const input = Buffer.concat([
        Buffer.from(Uint32Array.of(weights.length).buffer),
        weights,
        writeNpy({shape: [20, 3], data: points}),
        writeNpy({shape: [3, 196], data: images})
      ]);
      const out = runPython(python!, script, input);
      const expected = readNpy(out, "out.npy").data as Float32Array;
      const [encoder, decoder] = vaeSpecs(vae);
      const decoded = await (
        await openNetwork("wasm", decoder, vae.decoder)
      ).forwardPoints(points, 20, new Float32Array(4).fill(0.5), 20);
      const encoded = await (await openNetwork("wasm", encoder, vae.encoder)).forward(images, 3);
      expect(expected.length).toBe(decoded.length + encoded.length);
      expect(maxDifference([...decoded, ...encoded], expected)).toBeLessThan(2e-6);
    }
  });

  it("what is decoded by PyTorch, with the settings as PyYAML reads them, is the map decoded here", async () => {
    const script = `
import torch, io, sys, numpy as np
n = int.from_bytes(sys.stdin.buffer.read(4), "little")
s = torch.load(io.BytesIO(sys.stdin.buffer.read(n)), weights_only=True)["model_state_dict"]
text = sys.stdin.buffer.read().decode()
try:
    import yaml
    c = yaml.safe_load(text)
    D, norm, layers = c["lattice_args"]["D"] - 1, c["dataset_args"]["norm"], c["model_args"]["players"]
    assert c["model_args"]["pe_dim"] is None and c["dataset_args"]["invert_data"] is False
except ImportError:
    D, norm, layers = 16, [0, 30.5], 2
axis = torch.arange(-(D // 2), D // 2) / D
z, y, x = torch.meshgrid(axis, axis, axis, indexing="ij")
k = torch.stack([x, y, z], -1).reshape(-1, 3)
keep = k.pow(2).sum(1) <= 0.25
# F is Hermitian: half of the frequencies, z < 0 or z = 0 and y < 0 or ..., stand for the other half.
upper = (k[:, 2] > 0) | ((k[:, 2] == 0) & ((k[:, 1] > 0) | ((k[:, 1] == 0) & (k[:, 0] > 0))))
flip = torch.where(upper, -1.0, 1.0)[:, None]
phase = (k * flip) @ (s["decoder.rand_freqs"].t() * (D // 2))
h = torch.cat([phase.sin(), phase.cos(), torch.tensor([[0.5, -1, 2, 0]]).repeat(len(k), 1)], 1)
w = lambda name: (s["decoder.decoder.main." + name + ".weight"], s["decoder.decoder.main." + name + ".bias"])
h = torch.relu(torch.nn.functional.linear(h, *w("0")))
for i in range(layers):
    h = torch.relu(h + torch.nn.functional.linear(h, *w("%d.linear" % (2 * i + 2))))
F = torch.nn.functional.linear(h, *w(str(2 * layers + 2)))
H = torch.where(keep, F[:, 0] - flip[:, 0] * F[:, 1], torch.tensor(0.0)).reshape(D, D, D).numpy() * norm[1] + norm[0]
V = np.fft.fftshift(np.fft.fftn(np.fft.fftshift(H)))
np.save(sys.stdout.buffer, ((V.real - V.imag) / D**3).astype("f4"))`;
    const run = runOf(small);
    const {weights, config} = writeCryodrgnRun(run);
    const length = Buffer.from(Uint32Array.of(weights.length).buffer);
    const out = runPython(python!, script, Buffer.concat([length, weights, Buffer.from(config)]));
    const map = await decodes(run, [0.5, -1, 2, 0]);
    expect(Math.max(...map)).toBeGreaterThan(1e-3);
    expect(maxDifference(readNpy(out, "map.npy").data as Float32Array, map)).toBeLessThan(
      1e-6 * Math.max(...map)
    );
  });
});
