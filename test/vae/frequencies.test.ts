import {describe, expect, it} from "vitest";
import {jobContext} from "../../components/compute/job.js";
import {KernelNetwork} from "../../components/compute/kernel/network.js";
import {random} from "../../components/compute/random.js";
import {hartley3} from "../../components/cryoem/hartley.js";
import {defaultVae, type VaeConfig} from "../../components/vae/config.js";
import {MapDecoder, mapOfParts} from "../../components/vae/decode.js";
import {frequencyGrid, frequencyPoints, placeValues} from "../../components/vae/frequencies.js";
import {initialVae, vaeSpecs} from "../../components/vae/model.js";

const configs = (["fourier", "hartley"] as const).flatMap((domain) =>
  [
    [16, 16],
    [28, 20],
    [32, 32]
  ].map(([boxSize, box]): {config: VaeConfig; box: number; name: string} => ({
    config: {...defaultVae, boxSize, pixelSize: 2, encoderWidth: 8, decoderWidth: 24, domain},
    box,
    name: `${domain}, box ${box} of ${boxSize}`
  }))
);

/** The grid as it is defined, frequency by frequency, with where k and -k stand. */
function plainly({boxSize, domain}: VaeConfig, box: number) {
  const half = box / 2;
  const complex = domain === "fourier";
  const index = (x: number, y: number, z: number) => ((z + half) * box + y + half) * box + x + half;
  const found: {point: number[]; at: number; mirror: number}[] = [];
  for (let z = -half; z < half; ++z)
    for (let y = -half; y < half; ++y)
      for (let x = -half; x < half; ++x) {
        if (complex && x * x + y * y + z * z > half * half) continue;
        if (complex && (z > 0 || (z === 0 && (y > 0 || (y === 0 && x > 0))))) continue;
        const mirrored = complex && (x || y || z) && x > -half && y > -half && z > -half;
        found.push({
          point: [x / boxSize, y / boxSize, z / boxSize],
          at: index(x, y, z),
          mirror: mirrored ? index(-x, -y, -z) : -1
        });
      }
  return found;
}

describe.each(configs)("the frequencies of a map: $name", ({config, box}) => {
  const grid = frequencyGrid(config, box);
  const plain = plainly(config, box);

  it("are those of the definition, in its order, from wherever they are asked for", () => {
    expect(grid.n).toBe(plain.length);
    const all = Float32Array.from(plain.flatMap(({point}) => point));
    expect(frequencyPoints(grid, 0, grid.n)).toEqual(all);
    for (const [first, count] of [
      [0, 1],
      [5, 300],
      [grid.n - 9, 9],
      [grid.n, 0]
    ])
      // prettier-ignore
      expect(frequencyPoints(grid, first, count)).toEqual(all.subarray(3 * first, 3 * (first + count)));
    expect(() => frequencyPoints(grid, grid.n - 1, 2)).toThrow("frequencies: found");
  });

  it("have their values put at k, and at -k where the decoder gives complex ones", () => {
    const outputs = grid.complex ? 2 : 1;
    const values = random(1).fillNormal(new Float32Array(grid.n * outputs));
    const expected = new Float32Array(box ** 3);
    plain.forEach(({at, mirror}, i) => {
      const [re, im] = [values[i * outputs], grid.complex ? values[2 * i + 1] : 0];
      expected[at] = re - im;
      if (mirror >= 0) expected[mirror] = re + im;
    });
    const transform = new Float32Array(box ** 3);
    const cut = 8 * Math.floor(grid.n / 24);
    placeValues(grid, cut, values.subarray(cut * outputs), transform);
    placeValues(grid, 0, values.subarray(0, cut * outputs), transform);
    expect(transform).toEqual(expected);
  });

  it("give the map that the decoder's values and a plain Hartley transform give", async () => {
    const vae = initialVae(config, random(2));
    const scale = {mean: 0.3, std: 1.7};
    const z = random(3).fillNormal(new Float32Array(config.zdim));
    const map = await new MapDecoder(vae, scale).decode(z, box);

    const [, {shape, encoding}] = vaeSpecs(vae);
    const network = new KernelNetwork(shape, {encoding, training: false, maxRows: grid.n});
    network.setParameters(vae.decoder);
    const points = Float32Array.from(plain.flatMap(({point}) => point));
    const values = network.forwardPoints(points, grid.n, z, grid.n);
    const transform = new Float32Array(box ** 3);
    placeValues(grid, 0, values, transform);
    const plainMap = Float32Array.from(
      hartley3(transform, box),
      (v) => (v * scale.std) / config.boxSize ** 3
    );
    plainMap[((box / 2) * box + box / 2) * box + box / 2] += (scale.mean * box ** 3) / config.boxSize ** 3;
    const largest = plainMap.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    map.forEach((v, i) => {
      if (!(Math.abs(v - plainMap[i]) < 1e-6 * largest)) expect(v, `voxel ${i}`).toBe(plainMap[i]);
    });
  });

  it("give the same map in parts", async () => {
    const decoder = new MapDecoder(initialVae(config, random(4)), 2);
    const z = random(5).fillNormal(new Float32Array(config.zdim));
    const cuts = [0, 256, 264, grid.n];
    const parts = await Promise.all(
      [2, 0, 1].map(async (i) => ({
        first: cuts[i],
        values: await decoder.decodePart(z, box, {first: cuts[i], count: cuts[i + 1] - cuts[i]})
      }))
    );
    expect(await mapOfParts(parts, grid, 2)).toEqual(await decoder.decode(z, box));
    expect(parts).toEqual([]);
  });
});

describe("the frequencies of a large box", () => {
  it("take no memory until they are asked for, nor for k = 0 twice", () => {
    const before = process.memoryUsage();
    const grid = frequencyGrid({boxSize: 256, domain: "hartley"}, 256);
    expect(grid.n).toBe(256 ** 3);
    expect(grid.starts.byteLength + grid.cells.byteLength).toBeLessThan(2 ** 20);
    expect(process.memoryUsage().rss - before.rss).toBeLessThan(20 * 2 ** 20);
    expect(Array.from(frequencyPoints(grid, 256 ** 3 / 2 + 256 * 128 + 128, 1))).toEqual([0, 0, 0]);
    const half = frequencyGrid({boxSize: 256, domain: "fourier"}, 256);
    expect(half.n / ((2 / 3) * Math.PI * 128 ** 3)).toBeCloseTo(1, 2);
    expect(Array.from(frequencyPoints(half, half.n - 1, 1))).toEqual([0, 0, 0]);
  });
});

describe("decoding a map of a large decoder", () => {
  const config: VaeConfig = {...defaultVae, boxSize: 64, pixelSize: 2, encoderWidth: 8, decoderWidth: 1024};
  const decoder = new MapDecoder(initialVae(config, random(6)));
  const z = new Float32Array(8).fill(0.1);

  it("says how far it is: more each time, and all of it in the end", async () => {
    const said: number[] = [];
    await decoder.decode(z, 32, {...jobContext(), progress: (done, total) => said.push(done / total)});
    expect(said.length).toBeGreaterThan(100);
    said.forEach((part, i) => expect(part).toBeGreaterThanOrEqual(i ? said[i - 1] : 0));
    expect(said.at(-1)).toBeCloseTo(1, 12);
  });

  it("stops soon after it is cancelled", async () => {
    const controller = new AbortController();
    const cancelled = performance.now() + 300; // when it is meant to be, whether or not the thread hears of it then
    setTimeout(() => controller.abort(), 300);
    await expect(decoder.decode(z, 64, jobContext(controller.signal))).rejects.toThrow(/abort/i);
    const late = performance.now() - cancelled;
    console.log(`a decode of 1024 x 3 stopped ${late.toFixed(0)} ms after it was cancelled`);
    expect(late).toBeLessThan(500); // 20 ms of work, on a machine that others use too
  });
});
