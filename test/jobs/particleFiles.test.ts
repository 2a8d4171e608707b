import {describe, expect, test} from "vitest";
import {random} from "../../components/compute/random.js";
import {relionStar} from "../../components/cryoem/relionStar.js";
import {uniformRotation} from "../../components/cryoem/poses.js";
import {writeNpy} from "../../components/formats/npy.js";
import {writePickles} from "../../components/formats/pickle.js";
import {writeStar} from "../../components/formats/star.js";
import {particleFiles} from "../../components/jobs/particleFiles.js";
import {maxDifference} from "../golden.js";
import {fixture, haveFixtures} from "../formats/fixtures.js";

const n = 6;
const stack = {name: "set.mrcs", n, D: 32, pixelSize: 3};
const rng = random(3);
const rotations = new Float32Array(9 * n);
for (let i = 0; i < n; ++i) rotations.set(uniformRotation(rng), 9 * i);
const shifts = rng.fillNormal(new Float32Array(2 * n)).map((v) => v / 20);
const ctf = Float32Array.from(
  {length: 9 * n},
  (_, k) => [32, 3, 15000 + k, 14000 + k, 10, 300, 2.7, 0.1, 0][k % 9]
);
const pose = [
  {shape: [n, 3, 3], data: rotations},
  {shape: [n, 2], data: shifts}
];
const blob = (name: string, bytes: Uint8Array | string) => ({
  name,
  blob: new Blob([bytes as Uint8Array<ArrayBuffer>])
});
const star = (stacks: string[], order = stacks.map((_, i) => i)) =>
  writeStar(
    relionStar({
      imageIndex: Int32Array.from(order),
      imageStack: stacks,
      rotations: rotations.slice(0, 9 * stacks.length),
      shifts: shifts.slice(0, 2 * stacks.length),
      ctf: ctf.slice(0, 9 * stacks.length)
    })
  );

describe("what files say of a stack's particles", () => {
  test("cryoDRGN's pickles are known by their shapes, in any order", async () => {
    const table = await particleFiles({
      files: [blob("a.pkl", writePickles({shape: [n, 9], data: ctf})), blob("b.pkl", writePickles(pose))],
      stack
    });
    expect(table).toMatchObject({n, rotations, shifts, ctf});
    expect([...table.image]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(table.found).toHaveLength(3);
  });

  test("rotations alone, as .npy", async () => {
    const table = await particleFiles({files: [blob("r.npy", writeNpy(pose[0]))], stack});
    expect(table.rotations).toEqual(rotations);
    expect([table.shifts, table.ctf]).toEqual([undefined, undefined]);
  });

  test("a STAR file gives poses, CTFs, and the images' order", async () => {
    const order = [3, 0, 5, 1, 2, 4];
    const table = await particleFiles({
      files: [blob("p.star", star(Array<string>(n).fill("job/set.mrcs"), order))],
      stack
    });
    expect([...table.image]).toEqual(order);
    expect(maxDifference(table.rotations!, rotations)).toBeLessThan(1e-5);
    expect(maxDifference(table.shifts!, shifts)).toBeLessThan(1e-6);
    expect(maxDifference(table.ctf!, ctf)).toBeLessThan(1e-2);
  });

  test("of a STAR file about several stacks, only the rows of this one count", async () => {
    const names = ["set.mrcs", "other.mrcs", "set.mrcs", "other.mrcs"];
    const table = await particleFiles({files: [blob("p.star", star(names, [4, 0, 2, 1]))], stack});
    expect([...table.image]).toEqual([4, 2]);
    expect(maxDifference(table.rotations!.subarray(9), rotations.subarray(18, 27))).toBeLessThan(1e-5);
  });

  test("a stack that was renamed is still the one a STAR file is about", async () => {
    const table = await particleFiles({
      files: [blob("p.star", star(Array<string>(n).fill("old.mrcs")))],
      stack
    });
    expect(table.n).toBe(n);
  });
});

describe("files that do not fit are refused by name", () => {
  const refused = (name: string, bytes: Uint8Array | string) =>
    expect(particleFiles({files: [blob(name, bytes)], stack})).rejects;
  test("another number of particles", () =>
    refused("poses.pkl", writePickles({shape: [2, 3, 3], data: rotations.slice(0, 18)})).toThrow(
      "poses.pkl: rotations: found 2 rows; expected 6, one for each particle"
    ));
  test("an array of another shape", () =>
    refused("z.pkl", writePickles({shape: [n, 8], data: new Float32Array(8 * n)})).toThrow(
      /^z\.pkl: shape: found \[6,8\]/
    ));
  test("shifts in pixels", () =>
    refused("poses.pkl", writePickles([pose[0], {shape: [n, 2], data: shifts.map((v) => 32 * v)}])).toThrow(
      /shifts: row \d: found .*; expected fractions of the box, not pixels/
    ));
  test("a number that is none", () =>
    refused("ctf.pkl", writePickles({shape: [n, 9], data: ctf.map((v, i) => (i === 20 ? NaN : v))})).toThrow(
      "ctf.pkl: ctf: row 2: found NaN"
    ));
  test("several stacks, none of which is this", () =>
    refused("p.star", star(["a.mrcs", "b.mrcs"])).toThrow(/found 2 stacks, none called set\.mrcs/));
  test("an image beyond the stack's end", () =>
    refused("p.star", star(["set.mrcs"], [6])).toThrow(
      /particle 1: found image 7 of the stack; expected at most 6/
    ));
  test("a dictionary", () =>
    refused("d.pkl", writePickles(new Map([["a", 1]]))).toThrow(/^d\.pkl: found a dictionary/));
  test("another kind of file", () => refused("notes.txt", "x").toThrow(/another kind of file/));
});

test.skipIf(!haveFixtures)("a cryoDRGN run's own files", async () => {
  const table = await particleFiles({
    files: ["poses.pkl", "ctf.pkl"].map((name) => blob(name, fixture(`cryodrgn-run/${name}`))),
    stack: {name: "particles.mrcs", n: 1000, D: 32, pixelSize: 6}
  });
  expect(table.rotations).toHaveLength(9000);
  expect(table.shifts).toHaveLength(2000);
  expect(table.ctf).toHaveLength(9000);
});
