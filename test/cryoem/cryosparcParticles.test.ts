import {describe, expect, it} from "vitest";
import {random} from "../../components/compute/random.js";
import {cryosparcParticles} from "../../components/cryoem/cryosparcParticles.js";
import {vectorRotation} from "../../components/cryoem/poses.js";
import type {CsTable} from "../../components/formats/cs.js";
import {readCs} from "../../components/formats/cs.js";
import {csFile} from "../formats/csFile.js";
import {refusal} from "../formats/robust.js";

const n = 6;
const rng = random(5);
const pose = rng.fillNormal(new Float32Array(3 * n));
const shift = rng.fillNormal(new Float32Array(2 * n));
const floats = (value: (i: number) => number) => ({
  shape: [n],
  data: Float32Array.from({length: n}, (_, i) => value(i))
});

const table = (): CsTable => ({
  count: n,
  columns: new Map<string, CsTable["columns"] extends Map<string, infer V> ? V : never>([
    ["uid", {shape: [n], data: BigUint64Array.from({length: n}, (_, i) => BigInt(i))}],
    ["blob/path", {shape: [n], text: new Array<string>(n).fill(">J3/extract/a.mrcs")}],
    ["blob/idx", {shape: [n], data: Uint32Array.from({length: n}, (_, i) => 5 - i)}],
    ["blob/shape", {shape: [n, 2], data: new Uint32Array(2 * n).fill(128)}],
    ["blob/psize_A", floats(() => 1.25)],
    ["ctf/df1_A", floats((i) => 15000 + i)],
    ["ctf/df2_A", floats((i) => 14000 - i)],
    ["ctf/df_angle_rad", floats((i) => i / 4)],
    ["ctf/accel_kv", floats(() => 300)],
    ["ctf/cs_mm", floats(() => 2.7)],
    ["ctf/amp_contrast", floats(() => 0.1)],
    ["ctf/phase_shift_rad", floats(() => Math.PI / 2)],
    ["alignments3D/pose", {shape: [n, 3], data: pose}],
    ["alignments3D/shift", {shape: [n, 2], data: shift}],
    ["alignments3D/psize_A", floats(() => 1.25)]
  ])
});

const read = (t: CsTable, options = {}) => cryosparcParticles(readCs(csFile(t), "p.cs"), "p.cs", options);
const changed = (change: (columns: CsTable["columns"]) => void): CsTable => {
  const t = table();
  change(t.columns);
  return t;
};

describe("cryoSPARC's particles", () => {
  it("have the transposed rotation of their vector", () => {
    const {rotations} = read(table());
    for (let i = 0; i < n; ++i) {
      const R = vectorRotation(pose[3 * i], pose[3 * i + 1], pose[3 * i + 2]);
      for (let k = 0; k < 9; ++k)
        expect(rotations[9 * i + k]).toBeCloseTo(R[3 * (k % 3) + Math.floor(k / 3)], 6);
    }
  });

  it("have shifts in fractions of the box, whatever the pixel size of the refinement", () => {
    const {shifts} = read(table());
    shifts.forEach((t, k) => expect(t).toBeCloseTo(shift[k] / 128, 7));
    const coarse = read(
      changed((columns) =>
        columns.set(
          "alignments3D/psize_A",
          floats(() => 2.5)
        )
      )
    );
    coarse.shifts.forEach((t, k) => expect(t).toBeCloseTo((2 * shift[k]) / 128, 7));
    const unknown = read(changed((columns) => columns.delete("alignments3D/psize_A")));
    expect(unknown.shifts).toEqual(shifts);
  });

  it("have CTF rows in degrees, and references to their images", () => {
    const {ctf, imageIndex, imageStack, count} = read(table());
    expect(count).toBe(n);
    const expected = [128, 1.25, 15002, 13998, (0.5 * 180) / Math.PI, 300, 2.7, 0.1, 90];
    expected.forEach((value, c) => expect(ctf[18 + c]).toBeCloseTo(value, 4));
    expect([...imageIndex]).toEqual([5, 4, 3, 2, 1, 0]);
    expect(imageStack[3]).toBe("J3/extract/a.mrcs");
  });

  it("may come from an ab-initio reconstruction, or any alignment that is named", () => {
    const renamed = (prefix: string) =>
      changed((columns) => {
        for (const field of ["pose", "shift"]) {
          columns.set(`${prefix}/${field}`, columns.get(`alignments3D/${field}`)!);
          columns.delete(`alignments3D/${field}`);
        }
      });
    expect(read(renamed("alignments_class_0")).rotations).toEqual(read(table()).rotations);
    expect(read(renamed("alignments_class_2"), {alignment: "alignments_class_2"}).shifts).toEqual(
      read(table()).shifts
    );
  });

  it("take the box and the pixel size from elsewhere where the file has none", () => {
    const bare = changed((columns) => {
      columns.delete("blob/shape");
      columns.delete("blob/psize_A");
      columns.delete("alignments3D/psize_A");
    });
    expect(read(bare, {boxSize: 64, pixelSize: 3}).ctf.subarray(0, 2)).toEqual(Float32Array.of(64, 3));
    expect(refusal(() => read(bare, {pixelSize: 3}))).toBe(
      "p.cs: blob/shape: found no such field; expected it in the file"
    );
    expect(refusal(() => read(bare, {boxSize: 64}))).toMatch(/blob\/psize_A: found no such field/);
  });

  it("name the field that is missing or wrong", () => {
    for (const field of [
      "alignments3D/pose",
      "alignments3D/shift",
      "ctf/df1_A",
      "ctf/phase_shift_rad",
      "blob/idx",
      "blob/path"
    ])
      expect(refusal(() => read(changed((columns) => columns.delete(field))))).toMatch(
        `p.cs: ${field}: found no such field`
      );
    expect(
      refusal(() =>
        read(
          changed((c) =>
            c.set(
              "alignments3D/pose",
              floats(() => 1)
            )
          )
        )
      )
    ).toMatch(/alignments3D\/pose: shape: found \[6\]; expected \[6, 3\]/);
    expect(
      refusal(() =>
        read(
          changed((c) =>
            c.set(
              "ctf/df1_A",
              floats((i) => (i === 2 ? NaN : 1))
            )
          )
        )
      )
    ).toMatch(/ctf\/df1_A: particle 3: found NaN; expected a finite number/);
    expect(
      refusal(() =>
        read(
          changed((c) =>
            c.set(
              "blob/psize_A",
              floats(() => 0)
            )
          )
        )
      )
    ).toMatch(/blob\/psize_A: particle 1: found 0; expected more than 0/);
    expect(
      refusal(() =>
        read(changed((c) => c.set("ctf/cs_mm", {shape: [n], text: new Array<string>(n).fill("x")})))
      )
    ).toMatch(/ctf\/cs_mm: found texts; expected numbers/);
  });
});
