import {describe, expect, it} from "vitest";
import {KernelNetwork} from "../../components/compute/kernel/network.js";
import {decoderShape, type VaeConfig} from "../../components/vae/config.js";
import {MapDecoder} from "../../components/vae/decode.js";
import {Decoder} from "../../components/vae/decoder.js";
import {encodingOf} from "../../components/vae/positional.js";
import {fromStateDict} from "../../components/vae/stateDict.js";
import {golden, hasFixtures, maxDifference} from "../golden.js";

interface Case {
  kind: string;
  pe: VaeConfig["encoding"];
  weights_npz: string;
  weights_json: string | null;
  pe_first3: {file: string};
  out: {file: string};
  grad_w: {file: string};
  grad_z: number[][];
  grad_W0: {file: string};
  vol16_z0_norm01: {file: string};
}

describe.skipIf(!hasFixtures("cryodrgn-golden"))("decoder, as cryoDRGN's", () => {
  const info = golden.json("f_decoder.json") as {cases: Case[]; z: number[][]};
  const coords = golden.npy("f_coords_f32.npy").data as Float32Array;
  const pixels = 196;

  for (const c of info.cases)
    describe(`${c.kind}, ${c.pe}`, () => {
      const config: VaeConfig = {
        boxSize: 16,
        pixelSize: 1,
        zdim: 4,
        encoderLayers: 2,
        encoderWidth: 32,
        decoderLayers: 2,
        decoderWidth: 32,
        domain: c.kind.startsWith("FT") ? "fourier" : "hartley",
        encoding: c.pe,
        featureSigma: 0.5
      };
      const tensors = golden.npz(c.weights_npz);
      const flat = fromStateDict(tensors, "decoder", decoderShape(config), c.weights_npz);
      const randFrequencies = tensors.rand_freqs?.data as Float32Array | undefined;
      const complex = config.domain === "fourier";
      const n = complex ? pixels / 2 : pixels;

      it("has its weights in both files", () => {
        if (!c.weights_json) return;
        const plain = golden.json(c.weights_json) as Record<string, number[] | number[][]>;
        expect(Object.keys(plain).sort()).toEqual(Object.keys(tensors).sort());
        for (const [name, values] of Object.entries(plain))
          expect(maxDifference(values.flat(), tensors[name].data as Float32Array), name).toBeLessThan(1e-9);
      });

      it("encodes positions as it does", () => {
        const {frequencies, sine, cosine} = encodingOf(config, randFrequencies);
        const {shape, data} = golden.npy(c.pe_first3.file);
        expect(shape).toEqual([2, 3, 52]);
        for (const b of [0, 1])
          for (const p of [0, 1, 2]) {
            const at = (b * pixels + p) * 3;
            const found = new Float64Array(52);
            sine.forEach((column, j) => {
              const phase = [0, 1, 2].reduce((sum, a) => sum + frequencies[3 * j + a] * coords[at + a], 0);
              found[column] = Math.sin(phase);
              found[cosine[j]] = Math.cos(phase);
            });
            found.set(info.z[b], 48);
            const expected = (data as Float32Array).subarray((b * 3 + p) * 52, (b * 3 + p + 1) * 52);
            // Phases go up to 25 (geom_ft), where float32 is exact to 2e-6.
            expect(maxDifference(found, expected)).toBeLessThan(3e-6);
          }
      });

      it("gives its values and its gradients", async () => {
        const network = new KernelNetwork(decoderShape(config), {
          maxRows: pixels,
          encoding: encodingOf(config, randFrequencies)
        });
        network.setParameters(flat);
        const decoder = new Decoder(config, network);
        const expected = golden.npy(c.out.file).data as Float32Array;
        const weights = golden.npy(c.grad_w.file).data as Float32Array;
        for (let b = 0; b < 2; ++b) {
          const y = await decoder.forward(
            coords.subarray(b * pixels * 3),
            n,
            Float32Array.from(info.z[b]),
            n
          );
          const w = weights.subarray(b * pixels, (b + 1) * pixels);
          const H = new Float32Array(pixels);
          const dOut = new Float32Array(y.length);
          for (let i = 0; i < n; ++i)
            if (complex) {
              const m = pixels - 1 - i;
              H[i] = y[2 * i] - y[2 * i + 1];
              H[m] = y[2 * i] + y[2 * i + 1];
              dOut[2 * i] = w[i] + w[m];
              dOut[2 * i + 1] = w[m] - w[i];
            } else {
              H[i] = y[i];
              dOut[i] = w[i];
            }
          expect(maxDifference(H, expected.subarray(b * pixels, (b + 1) * pixels))).toBeLessThan(5e-7);
          const dz = await decoder.backward(dOut, n, n);
          expect(maxDifference(dz, c.grad_z[b])).toBeLessThan(1e-6);
        }
        const gW0 = golden.npy(c.grad_W0.file).data as Float32Array;
        expect(maxDifference(network.readGradient().subarray(0, gW0.length), gW0)).toBeLessThan(5e-6);
      });

      it("makes its map", async () => {
        const vae = {config, randFrequencies, decoder: flat, encoder: new Float32Array()};
        const map = await new MapDecoder(vae).decode(info.z[0]);
        expect(maxDifference(map, golden.npy(c.vol16_z0_norm01.file).data as Float32Array)).toBeLessThan(
          1e-7
        );
      });
    });
});
