import {readFileSync} from "node:fs";
import {describe, expect, it} from "vitest";
import {random} from "../../components/compute/random.js";
import {neighbours} from "../../components/cryoem/neighbours.js";
import {structureFromAtoms} from "../../components/cryoem/structureFromAtoms.js";
import type {Atom} from "../../components/formats/atomModel.js";
import {readPdb} from "../../components/formats/pdb.js";
import {fixtures, hasFixtures} from "../golden.js";

const atom = (chain: string, number: number, name: string, x: number, y: number, z: number): Atom => ({
  name,
  element: name[0],
  residue: "ALA",
  chain,
  number,
  insertion: "",
  x,
  y,
  z
});

/** Two balls of residues joined by a neck along x: 40 residues about x = -20, 20 about x = 20, one chain each. */
const rng = random(4);
const dumbbell = Array.from({length: 60}, (_, i) => {
  const [chain, middle] = i < 40 ? ["A", -20] : ["B", 20];
  const p = [middle + 5 * rng.normal(), 5 * rng.normal(), 2 * rng.normal()];
  return [atom(chain, i + 1, "N", p[0] - 1, p[1], p[2]), atom(chain, i + 1, "CA", p[0], p[1], p[2])];
}).flat();
const model = {atoms: dumbbell, secondary: [{kind: "helix" as const, chain: "A", first: 3, last: 5}]};

describe("a structure from atoms", () => {
  it("has a scatterer a residue, at its C-alpha, with its electrons; or one an atom", () => {
    const s = structureFromAtoms(model, {representation: "residue", sigma: 5}, "x.pdb");
    expect(s.n).toBe(60);
    expect(s.weights.every((w) => w === 7 + 6)).toBe(true);
    expect(s.positions[3] - s.positions[0]).toBeCloseTo(dumbbell[3].x - dumbbell[1].x, 9);
    expect(Array.from(s.secondary.keys()).filter((i) => s.secondary[i])).toEqual([2, 3, 4]);
    expect(Array.from(new Set(s.chain))).toEqual([0, 1]);
    const atoms = structureFromAtoms(model, {representation: "atom", sigma: 5}, "x.pdb");
    expect(Array.from(atoms.weights.subarray(0, 4))).toEqual([7, 6, 7, 6]);
  });

  it("is split at its neck, the smaller end moving about an axis across it", () => {
    const {
      domain,
      hinges: [hinge],
      n,
      positions
    } = structureFromAtoms(model, {representation: "residue", sigma: 5}, "x.pdb");
    for (let i = 0; i < n; ++i) expect(domain[i]).toBe(i < 40 ? 0 : 1);
    expect(Math.abs(hinge.axis[0])).toBeLessThan(0.2);
    expect(Math.hypot(...hinge.axis)).toBeCloseTo(1, 12);
    expect(hinge.point[0]).toBeGreaterThan(positions[0]);
    expect(hinge.point[0]).toBeLessThan(positions[3 * 59]);
  });

  it("moves what it is told to: chains and stretches of them", () => {
    const moving = structureFromAtoms(
      model,
      {representation: "residue", sigma: 5, moving: ["B:50-60", "A:1-2"]},
      "x.pdb"
    );
    expect(Array.from(moving.domain.keys()).filter((i) => moving.domain[i])).toEqual([0, 1, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59]); // prettier-ignore
    const hinge = {point: [1, 2, 3] as [number, number, number], axis: [0, 0, 2] as [number, number, number]};
    const told = structureFromAtoms(
      model,
      {representation: "residue", sigma: 5, moving: ["B"], hinge},
      "x.pdb"
    );
    expect(told.hinges[0].axis).toEqual([0, 0, 1]);
    expect(told.hinges[0].point[0] - told.positions[0]).toBeCloseTo(1 - dumbbell[1].x, 9);
  });

  it.each([
    [["C"], "x.pdb: moving: C: found no such residues; expected a chain, or chain:first-last, of the file"],
    [["A", "B"], "x.pdb: moving: found the whole structure; expected a part of it"]
  ])("refuses to move %j", (moving, message) =>
    expect(() => structureFromAtoms(model, {representation: "residue", sigma: 5, moving}, "x.pdb")).toThrow(
      message
    )
  );

  it("refuses an element that does not exist", () => {
    const odd = {...model, atoms: [{...dumbbell[0], element: "Xx"}, ...dumbbell]};
    expect(() => structureFromAtoms(odd, {representation: "atom", sigma: 5}, "x.pdb")).toThrow(
      "element of N A:1: found Xx"
    );
  });

  it.skipIf(!hasFixtures("real"))("is the spike, one receptor domain moving, when told so", () => {
    const spike = readPdb(readFileSync(new URL("real/6vyb.pdb", fixtures), "utf8"), "6vyb.pdb");
    const s = structureFromAtoms(
      spike,
      {representation: "residue", sigma: 5.5, moving: ["B:333-527"]},
      "6vyb.pdb"
    );
    expect(s.n).toBeGreaterThan(2800);
    const moving = s.domain.reduce((a, b) => a + b);
    expect(moving).toBeGreaterThan(150);
    expect(moving).toBeLessThanOrEqual(195);
    expect(s.secondary.filter((k) => k === 1).length / s.n).toBeGreaterThan(0.15);
  });
});

describe("neighbours", () => {
  it("are those that looking at every pair finds", () => {
    const points = Float64Array.from({length: 300}, () => 10 * rng.normal());
    const near = neighbours(points, 6);
    for (let trial = 0; trial < 60; ++trial) {
      const at = [0, 1, 2].map(() => 14 * rng.normal());
      let count = 0;
      for (let i = 0; i < 300; i += 3)
        if (Math.hypot(points[i] - at[0], points[i + 1] - at[1], points[i + 2] - at[2]) < 6) ++count;
      expect(near.count(at[0], at[1], at[2])).toBe(count);
      expect(near.count(at[0], at[1], at[2], 1)).toBe(Math.min(1, count));
    }
    expect(neighbours(new Float64Array(), 5).count(0, 0, 0)).toBe(0);
  });
});
