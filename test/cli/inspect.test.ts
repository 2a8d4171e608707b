import {writeFileSync} from "node:fs";
import {afterAll, expect, test} from "vitest";
import {writeMrc} from "../../components/formats/mrc.js";
import {writeNpy} from "../../components/formats/npy.js";
import {complaint, run, scratch, succeed} from "./run.js";

const files = scratch();
afterAll(files.remove);
const good = files.path("a.npy");
const map = files.path("b.mrc");
const bad = files.path("c.mrcs");
const whole = writeMrc({nx: 2, ny: 2, nz: 2, pixelSize: 1, isStack: false, data: new Float32Array(8)});
writeFileSync(good, writeNpy({shape: [2], data: Float64Array.of(1, 3)}));
writeFileSync(map, whole);
writeFileSync(bad, whole.subarray(0, 1040));

test("several files are described one after another", async () => {
  const {stdout, stderr} = await succeed("inspect", [good, map]);
  expect(stderr).toBe("");
  expect(stdout).toContain(`${good}: numpy array, array [2]`);
  expect(stdout).toContain("float64  [2]  1 to 3, mean 2");
  expect(stdout).toContain(`${map}: MRC, volume, 2 x 2 x 2`);
});

test("a bad file is named in one line, the others are described, the exit code is 1", async () => {
  const {code, stdout, stderr} = await run("inspect", [bad, files.path("none"), good]);
  expect(code).toBe(1);
  expect(stderr.trim().split("\n")).toEqual([
    `${bad}: size: found 1040 bytes; expected 1056 for 2 x 2 x 2 of mode 2`,
    `${files.path("none")}: found no such file; expected a file that can be read`
  ]);
  expect(stdout).toContain(`${good}: numpy array`);
});

test("--json gives one document", async () => {
  const {code, stdout} = await run("inspect", ["--json", good, bad]);
  expect(code).toBe(1);
  const {files: found} = JSON.parse(stdout);
  expect(found[0]).toMatchObject({
    file: good,
    format: "npy",
    size: 144,
    arrays: [{shape: [2], min: 1, max: 3}]
  });
  expect(found[1]).toMatchObject({file: bad, error: expect.stringMatching(/found 1040 bytes/)});
});

test("help, and a call without files", async () => {
  expect((await succeed("inspect", ["--help"])).stdout).toMatch(/^npm run inspect -- FILE\.\.\. \[--json\]/);
  const none = await run("inspect", []);
  expect(none.code).toBe(1);
  expect(complaint(none)).toMatch(/npm run inspect/);
});
