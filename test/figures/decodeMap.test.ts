import {afterEach, beforeEach, describe, expect, test, vi} from "vitest";
import {createPool, type Pool} from "../../components/compute/pool.js";
import {serve} from "../../components/compute/protocol.js";
import {random} from "../../components/compute/random.js";
import {channelPort} from "../../components/compute/webPort.js";
import {boxesOf, decodeMap, isShared, openDecoderOf} from "../../components/figures/decodeMap.js";
import {bytesOfFrames, decodeFrames, MOST, type MovieFrame} from "../../components/figures/movie/frames.js";
import {frameName, movieZip, readme} from "../../components/figures/movie/movieFiles.js";
import {filmOrder} from "../../components/figures/movie/moviePlayer.js";
import {indexPkl, latentsNpy, latentsPkl, latentsText} from "../../components/figures/latentFiles.js";
import {readMrc} from "../../components/formats/mrc.js";
import {readPickles} from "../../components/formats/pickle.js";
import {readLatents} from "../../components/formats/z.js";
import {readZip} from "../../components/formats/zip.js";
import {jobs, type NotebookJobs} from "../../components/jobs/jobs.js";
import {defaultVae, type VaeConfig} from "../../components/vae/config.js";
import {MapDecoder} from "../../components/vae/decode.js";
import {writeVae} from "../../components/vae/file.js";
import {initialVae} from "../../components/vae/model.js";

const small: VaeConfig = {...defaultVae, boxSize: 32, pixelSize: 3, zdim: 4, encoderWidth: 8, encoderLayers: 1, decoderWidth: 32}; // prettier-ignore
const wide: VaeConfig = {...small, boxSize: 64, decoderWidth: 512, decoderLayers: 4};
const weights = (config: VaeConfig) => initialVae(config, random(1));
const file = (config: VaeConfig) => ({
  name: "vae",
  bytes: writeVae(weights(config), {scale: {mean: 0.1, std: 2}})
});
const z = [0.3, -1, 0.5, 2];

let pool: Pool<NotebookJobs>;
let ports: MessagePort[] = [];
beforeEach(() => {
  vi.stubGlobal("navigator", {hardwareConcurrency: 2});
  pool = createPool<NotebookJobs>(
    () => {
      const {port1, port2} = new MessageChannel();
      ports.push(port1);
      serve(channelPort(port2), jobs);
      return channelPort(port1);
    },
    {threads: 4, reserved: 2, grace: 10_000}
  );
});
afterEach(() => {
  pool.close();
  for (const port of ports) port.close();
  ports = [];
  vi.unstubAllGlobals();
});
const {signal} = new AbortController();

describe("a map decoded in threads", () => {
  test.each([
    ["on one", small, 32, false],
    ["shared by several", wide, 64, true]
  ] as const)("%s is the decoder's map, with progress that rises to 1", async (_, config, box, shared) => {
    const decoder = await openDecoderOf(pool, file(config));
    expect(decoder.vae.encoder).toHaveLength(0);
    expect(isShared(decoder, box)).toBe(shared);
    const said: number[] = [];
    const {map, voxelSize, drawn} = await decodeMap(pool, decoder, {z, box}, {signal, progress: (part) => said.push(part)}); // prettier-ignore
    expect(map).toEqual(await new MapDecoder(weights(config), {mean: 0.1, std: 2}).decode(z, box));
    expect(voxelSize).toBe(3);
    expect(drawn.D).toBe(box);
    said.forEach((part, i) => expect(part).toBeGreaterThanOrEqual(said[i - 1] ?? 0));
    expect(said.at(-1)).toBeCloseTo(1, 12);
  });

  test("a shared one stops when it is cancelled, and threads are free for others", async () => {
    const decoder = await openDecoderOf(pool, file(wide));
    const controller = new AbortController();
    const map = decodeMap(pool, decoder, {z, box: 64}, {
      signal: controller.signal,
      progress: (part) => part > 0.05 && controller.abort(new Error("enough"))
    }); // prettier-ignore
    await expect(map).rejects.toThrow("enough");
    const began = performance.now();
    await decodeMap(pool, decoder, {z, box: 16}, {signal});
    expect(performance.now() - began).toBeLessThan(5000);
  });

  test("boxes to choose from end with the model's own", async () => {
    expect(boxesOf(await openDecoderOf(pool, file(small)))).toEqual([32]);
    expect(boxesOf(await openDecoderOf(pool, file({...small, boxSize: 140})))).toEqual([32, 64, 128, 140]);
  });
});

describe("the frames of a movie", () => {
  const latents = random(3).fillNormal(new Float64Array(3 * 4));

  test("become a zip of maps and their latents, in order", async () => {
    const decoder = await openDecoderOf(pool, file(small));
    const frames: MovieFrame[] = [];
    const said: number[] = [];
    await decodeFrames(pool, decoder, {z: latents, count: 3, box: 16}, {
      signal,
      progress: (part) => said.push(part),
      onFrame: (i, frame) => (frames[i] = frame)
    }); // prettier-ignore
    said.forEach((part, i) => expect(part).toBeGreaterThanOrEqual(said[i - 1] ?? 0));
    expect(said.at(-1)).toBeCloseTo(1, 12);
    const about = {run: "a run", path: "a path", z: latents, y: Float64Array.of(0, 0.4, 1), d: 4, spacing: "y" as const, box: 16, voxelSize: 6}; // prettier-ignore
    const zip = new Uint8Array(await (await movieZip(frames, about)).arrayBuffer());
    const files = readZip(zip, "frames.zip", "a zip");
    const text = (name: string) => new TextDecoder().decode(files.get(name));
    expect(text("README.txt")).toBe(readme(about));
    expect(readme(about)).toContain("evenly in the path's parameter y, from y = 0 to y = 1");
    expect(text("z_values.txt").trim().split(/\s+/).map(Number)).toEqual(Array.from(latents, (v) => Number(v.toExponential(8)))); // prettier-ignore
    const own = new MapDecoder(weights(small), {mean: 0.1, std: 2});
    for (const i of [0, 1, 2]) {
      const {data, pixelSize} = readMrc(files.get(`frame_00${i}.mrc`)!, "frame");
      expect(pixelSize).toBe(6);
      expect(data).toEqual(await own.decode(latents.slice(4 * i, 4 * i + 4), 16));
    }
  });

  test("are refused where a page can't keep them, with how much they are", async () => {
    const decoder = await openDecoderOf(pool, file(small));
    expect(bytesOfFrames(256, 30)).toBeGreaterThan(2e9);
    expect(bytesOfFrames(128, 30)).toBeLessThan(MOST);
    const options = {signal, progress: () => undefined, onFrame: () => undefined};
    await expect(decodeFrames(pool, decoder, {z: new Float64Array(120), count: 30, box: 256}, options)).rejects.toThrow(
      "30 frames at box 256 take 2.3 GB, more than the 1.5 GB that a page keeps; choose fewer frames or a smaller box"
    ); // prettier-ignore
  });

  test("have names that sort, and go back without showing an end twice", () => {
    expect([frameName(7, 30), frameName(7, 1001)]).toEqual(["frame_007.mrc", "frame_0007.mrc"]);
    expect(filmOrder(4, false)).toEqual([0, 1, 2, 3]);
    expect(filmOrder(4, true)).toEqual([0, 1, 2, 3, 2, 1]);
    expect(filmOrder(2, true)).toEqual([0, 1]);
  });
});

test("latents and numbers of particles are files that are read back", async () => {
  const bytes = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());
  const rows = random(4).fillNormal(new Float32Array(6));
  const mu = {shape: [3, 2], data: rows};
  expect(readLatents(await bytes(latentsNpy(rows, 2)), "z.npy")).toEqual({mu});
  expect(readLatents(await bytes(latentsPkl(Float64Array.from(rows), 2)), "z.pkl")).toEqual({mu});
  expect((await latentsText(rows, 2).text()).split("\n")).toHaveLength(4);
  expect(readPickles(await bytes(indexPkl([5, 2])), "ind.pkl")).toEqual([{shape: [2], data: BigInt64Array.of(5n, 2n)}]); // prettier-ignore
});
