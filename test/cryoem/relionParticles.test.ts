import {describe, expect, it} from "vitest";
import {random} from "../../components/compute/random.js";
import {eulerMatrix, uniformRotation} from "../../components/cryoem/poses.js";
import {relionImages, relionParticles, relionPoses} from "../../components/cryoem/relionParticles.js";
import {relionStar} from "../../components/cryoem/relionStar.js";
import {relionTable} from "../../components/cryoem/relionTable.js";
import {readStar, writeStar} from "../../components/formats/star.js";
import {fixtureText, haveFixtures} from "../formats/fixtures.js";
import {refusal} from "../formats/robust.js";

const read = (text: string, defaults = {}) => relionParticles(readStar(text, "p.star"), "p.star", defaults);

const relion30 = `
data_

loop_
_rlnVoltage #1
_rlnDefocusU #2
_rlnDefocusV #3
_rlnDefocusAngle #4
_rlnSphericalAberration #5
_rlnDetectorPixelSize #6
_rlnMagnification #7
_rlnAmplitudeContrast #8
_rlnImageName #9
_rlnAngleRot #10
_rlnAngleTilt #11
_rlnAnglePsi #12
_rlnOriginX #13
_rlnOriginY #14
_rlnRandomSubset #15
300.0 15000 14000 30.5 2.7 14.0 100000.0 0.1 000003@Extract/a.mrcs 10 20 30 1.5 -3 2
200.0 16000 15500 -12 0.01 5.0 31000.0 0.07 000001@Extract/b.mrcs -100 80 125 0 0.25 1
`;

const relion31 = `
# version 30001

data_optics

loop_
_rlnOpticsGroup #1
_rlnOpticsGroupName #2
_rlnAmplitudeContrast #3
_rlnSphericalAberration #4
_rlnVoltage #5
_rlnImagePixelSize #6
_rlnImageSize #7
_rlnImageDimensionality #8
_rlnBeamTiltX #9
1 krios 0.1 2.7 300 1.4 100 2 0.25
2 arctica 0.07 2.5 200 0.7 200 2 -0.5

# version 30001

data_particles

loop_
_rlnImageName #1
_rlnOpticsGroup #2
_rlnDefocusU #3
_rlnDefocusV #4
_rlnDefocusAngle #5
_rlnPhaseShift #6
_rlnAngleRot #7
_rlnAngleTilt #8
_rlnAnglePsi #9
_rlnOriginXAngst #10
_rlnOriginYAngst #11
_rlnRandomSubset #12
_rlnHelicalTubeID #13
000001@a.mrcs 2 15000 14000 30 90 10 20 30 14 -7 1 4
000002@a.mrcs 1 16000 15000 20 45 40 50 60 14 -7 2 5
`;

const relion5 = `
# version 50001

data_general

_rlnTomoSubTomosAre2DStacks 0

# version 50001

data_optics

loop_
_rlnOpticsGroup #1
_rlnOpticsGroupName #2
_rlnVoltage #3
_rlnSphericalAberration #4
_rlnAmplitudeContrast #5
_rlnImagePixelSize #6
_rlnImageSize #7
_rlnCtfDataAreCtfPremultiplied #8
1 opticsGroup1 300.000000 2.700000 0.100000 1.500000 64 0

# version 50001

data_particles

loop_
_rlnTomoName #1
_rlnCenteredCoordinateXAngst #2
_rlnImageName #3
_rlnOpticsGroup #4
_rlnAngleRot #5
_rlnAngleTilt #6
_rlnAnglePsi #7
_rlnOriginXAngst #8
_rlnOriginYAngst #9
_rlnDefocusU #10
_rlnDefocusV #11
_rlnDefocusAngle #12
TS_01 -12.5 Extract/one.mrcs 1 1 2 3 9.6 -4.8 15000 14000 30
`;

describe("RELION's tables of particles", () => {
  it("of version 3.0: pixels from the detector's, origins in pixels, the box from elsewhere", () => {
    const set = read(relion30, {boxSize: 60});
    expect(set.count).toBe(2);
    expect([...set.imageIndex]).toEqual([2, 0]);
    expect(set.imageStack).toEqual(["Extract/a.mrcs", "Extract/b.mrcs"]);
    expect(set.rotations.subarray(0, 9)).toEqual(Float32Array.from(eulerMatrix(10, 20, 30)));
    expect(set.rotations.subarray(9)).toEqual(Float32Array.from(eulerMatrix(-100, 80, 125)));
    expect(set.shifts).toEqual(Float32Array.of(1.5 / 60, -3 / 60, 0, 0.25 / 60));
    expect(set.ctf).toEqual(
      Float32Array.of(
        ...[60, 1.4, 15000, 14000, 30.5, 300, 2.7, 0.1, 0],
        ...[60, 5e4 / 31000, 16000, 15500, -12, 200, 0.01, 0.07, 0]
      )
    );
    expect(set.columns).toEqual({_rlnRandomSubset: ["2", "1"]});
    expect(set.optics).toBeUndefined();
  });

  it("of version 3.1: each particle with its own optics group's pixel size and box", () => {
    const set = read(relion31);
    expect(set.shifts).toEqual(Float32Array.of(14 / 140, -7 / 140, 14 / 140, -7 / 140));
    expect(set.ctf).toEqual(
      Float32Array.of(
        ...[200, 0.7, 15000, 14000, 30, 200, 2.5, 0.07, 90],
        ...[100, 1.4, 16000, 15000, 20, 300, 2.7, 0.1, 45]
      )
    );
    expect(set.columns).toEqual({
      _rlnOpticsGroup: ["2", "1"],
      _rlnRandomSubset: ["1", "2"],
      _rlnHelicalTubeID: ["4", "5"]
    });
    expect(set.optics?.rows[1][1]).toBe("arctica");
  });

  it("of version 5: further tables and tomographic columns are kept, an image may be a file alone", () => {
    const set = read(relion5);
    expect(set.imageStack).toEqual(["Extract/one.mrcs"]);
    expect([...set.imageIndex]).toEqual([0]);
    expect(set.shifts).toEqual(Float32Array.of(0.1, -0.05));
    expect([...set.ctf.subarray(0, 2)]).toEqual([64, 1.5]);
    expect(set.columns).toEqual({
      _rlnTomoName: ["TS_01"],
      _rlnCenteredCoordinateXAngst: ["-12.5"],
      _rlnOpticsGroup: ["1"]
    });
  });

  it("say the same in pixels and in Å", () => {
    const inAngstrom = relion30.replace(/OriginX/, "OriginXAngst").replace(/OriginY/, "OriginYAngst");
    const shifts = read(inAngstrom, {boxSize: 60}).shifts;
    read(relion30, {boxSize: 60}).shifts.forEach((shift, k) =>
      expect(shifts[k] * (k < 2 ? 1.4 : 5e4 / 31000)).toBeCloseTo(shift, 7)
    );
  });

  it("name the column that is missing", () => {
    const without = (text: string, label: string) => text.replace(`_${label} `, `_${label}Gone `);
    const missing = (text: string, label: string, defaults = {}) =>
      refusal(() => read(without(text, label), defaults));
    for (const label of [
      "AngleRot",
      "AngleTilt",
      "AnglePsi",
      "DefocusU",
      "DefocusV",
      "DefocusAngle",
      "OriginYAngst"
    ])
      expect(missing(relion31, `rln${label}`)).toMatch(
        `p.star: _rln${label}: found no such column; expected it`
      );
    for (const label of [
      "Voltage",
      "SphericalAberration",
      "AmplitudeContrast",
      "ImagePixelSize",
      "ImageSize"
    ])
      expect(missing(relion31, `rln${label}`)).toMatch(`p.star: _rln${label}: found no such column`);
    expect(missing(relion30, "rlnImageSize")).toMatch(
      /_rlnImageSize: found no such column; expected the box/
    );
    expect(missing(relion30, "rlnMagnification", {boxSize: 60})).toMatch(
      "_rlnImagePixelSize: found no such column; expected it, _rlnDetectorPixelSize with _rlnMagnification"
    );
    expect(missing(relion30, "rlnOriginX", {boxSize: 60})).toMatch("_rlnOriginXAngst: found no such column");
    expect(missing(relion31, "rlnImageName")).toMatch("_rlnImageName: found no such column");
    expect(missing(relion31, "rlnOpticsGroup")).toMatch("_rlnOpticsGroup: found no such column");
    expect(read(without(relion30, "rlnMagnification"), {boxSize: 60, pixelSize: 3}).ctf[1]).toBe(3);
    const poses = relionPoses(relionTable(readStar(without(relion31, "rlnDefocusU"), "p.star"), "p.star"));
    expect(poses.shifts.length).toBe(4); // a table without CTFs still has poses
  });

  it("name the particle whose value is wrong", () => {
    const wrong: [string, string, RegExp][] = [
      ["16000 15000", "16000 much", /_rlnDefocusV: particle 2: found much; expected a number/],
      ["000002@a", "0@a", /_rlnImageName: particle 2: found "0@a\.mrcs"; expected NUMBER@STACK/],
      ["000002@a", "x@a", /_rlnImageName: particle 2/],
      [
        "a.mrcs 1 16000",
        "a.mrcs 3 16000",
        /_rlnOpticsGroup: particle 2: found 3; expected one of the 2 groups/
      ],
      ["300 1.4 100", "300 0 100", /_rlnImagePixelSize: particle 2: found 0; expected more than 0/],
      ["300 1.4 100", "300 1.4 -1", /_rlnImageSize: particle 2: found -1/]
    ];
    for (const [from, to, message] of wrong) {
      expect(relion31).toContain(from);
      expect(refusal(() => read(relion31.replace(from, to)))).toMatch(message);
    }
    expect(refusal(() => read("data_images\nloop_\n_rlnVoltage\n300\n"))).toMatch(
      /found tables data_images; expected data_particles/
    );
    expect(refusal(() => read(relion30.replace("100000.0", "0"), {boxSize: 60}))).toMatch(
      /particle 1: found Infinity/
    );
  });

  it.skipIf(!haveFixtures)("of a real run of RELION 3.1", () => {
    const text = fixtureText("real/relion31.star");
    const set = read(text);
    expect(set.count).toBe(5);
    expect([...set.imageIndex]).toEqual([0, 1, 2, 3, 4]);
    expect(set.ctf.subarray(0, 9)).toEqual(
      Float32Array.of(256, 2.806, 13108.082418, 12845.582418, -160.39, 300, 0.01, 0.1, 0)
    );
    expect(set.rotations.subarray(0, 9)).toEqual(
      Float32Array.from(eulerMatrix(-102.30296, 82.318041, 124.706463))
    );
    expect(set.shifts[1]).toBeCloseTo(-0.64686 / 2.806 / 256, 9);
    expect(set.columns._rlnRandomSubset).toEqual(["1", "1", "1", "1", "1"]);
    const again = relionParticles(readStar(writeStar(relionStar(set)), "p.star"), "p.star");
    expect(again.ctf).toEqual(set.ctf);
    expect(again.columns).toEqual(set.columns);
    expect(again.optics?.columns).toContain("_rlnMicrographOriginalPixelSize");
  });
});

describe("RELION's tables written here", () => {
  /** A set of n particles with a few optics, random in everything else. */
  function randomSet(seed: number, n: number) {
    const rng = random(seed);
    const rotations = new Float32Array(9 * n);
    const ctf = new Float32Array(9 * n);
    const optics = [
      [64, 1.5, 300, 2.7, 0.1],
      [128, 0.83, 300, 2.7, 0.1],
      [64, 1.5, 200, 0.01, 0.07]
    ];
    for (let i = 0; i < n; ++i) {
      rotations.set(uniformRotation(rng), 9 * i);
      const [D, pixel, kV, Cs, w] = optics[rng.integer(3)];
      const U = 5000 + 20000 * rng.uniform();
      ctf.set(
        [D, pixel, U, U - 500 * rng.uniform(), 360 * rng.uniform() - 180, kV, Cs, w, 180 * rng.uniform()],
        9 * i
      );
    }
    return {
      rotations,
      shifts: rng.fillNormal(new Float32Array(2 * n)).map((t) => t / 10),
      ctf,
      imageIndex: Int32Array.from({length: n}, () => rng.integer(3_000_000)),
      imageStack: Array.from({length: n}, () => `J ${rng.integer(3)}/stack.mrcs`),
      columns: {_rlnRandomSubset: Array.from({length: n}, () => String(1 + rng.integer(2)))}
    };
  }

  it("give back poses, CTFs and references", () => {
    for (const [seed, n] of [1, 2, 7, 100, 500].entries()) {
      const set = randomSet(seed, n);
      const again = read(writeStar(relionStar(set)));
      expect(again.count).toBe(n);
      expect(again.ctf).toEqual(set.ctf);
      expect(again.imageIndex).toEqual(set.imageIndex);
      expect(again.imageStack).toEqual(set.imageStack);
      expect(again.columns._rlnRandomSubset).toEqual(set.columns._rlnRandomSubset);
      again.rotations.forEach((r, k) => expect(Math.abs(r - set.rotations[k])).toBeLessThan(5e-7));
      again.shifts.forEach((t, k) => expect(Math.abs(t - set.shifts[k])).toBeLessThan(1e-7));
      expect(again.optics?.rows.length).toBe(new Set(Array.from({length: n}, (_, i) => set.ctf[9 * i + 5] + set.ctf[9 * i])).size); // prettier-ignore
      // What was read and is written again is the same table.
      expect(read(writeStar(relionStar(again))).ctf).toEqual(set.ctf);
    }
  });

  it("keep the optics groups that were read, with their names and further columns", () => {
    const blocks = relionStar(read(relion31));
    const [optics] = blocks;
    const row = (id: string) => Object.fromEntries(optics.columns.map((label, c) => [label, optics.rows.find((r) => r[0] === id)![c]])); // prettier-ignore
    expect(row("2")).toMatchObject({
      _rlnOpticsGroupName: "arctica",
      _rlnBeamTiltX: "-0.5",
      _rlnImageSize: "200"
    });
    expect(row("1")).toMatchObject({_rlnOpticsGroupName: "krios", _rlnImagePixelSize: "1.4"});
    expect(relionParticles(blocks, "p.star").columns).toEqual(read(relion31).columns);
  });

  it("have the pixel size and box that the particles have now", () => {
    const set = read(relion31);
    for (let i = 0; i < 2; ++i) {
      set.ctf[9 * i] /= 2; // cropped in Fourier space
      set.ctf[9 * i + 1] *= 2;
    }
    const again = relionParticles(relionStar(set), "p.star");
    expect(again.ctf).toEqual(set.ctf);
    expect(again.shifts).toEqual(set.shifts);
  });

  it("are refused where arrays do not fit together", () => {
    const set = randomSet(3, 4);
    expect(() => relionStar({...set, shifts: new Float32Array(6)})).toThrow(
      "shifts: found 6 values; expected 8 for 4 particles"
    );
    expect(() => relionStar({...set, columns: {_rlnA: ["1"]}})).toThrow(/_rlnA: found 1/);
    const given = read(relion31);
    expect(() => relionStar({...given, columns: {}})).toThrow(/_rlnOpticsGroup: found no column/);
    expect(() => relionStar({...given, columns: {_rlnOpticsGroup: ["1", "1"]}})).toThrow(
      /optics group 1: found particles of .* expected one kind/
    );
    expect(() => relionStar({...given, columns: {_rlnOpticsGroup: ["1", "9"]}})).toThrow(
      /found 9; expected a group/
    );
  });

  it("name images by number and stack, as RELION does", () => {
    const blocks = relionStar(randomSet(3, 1));
    expect(blocks[1].rows[0][0]).toMatch(/^\d{6,}@J \d\/stack\.mrcs$/);
    expect(relionImages(relionTable(blocks, "a")).imageStack[0]).toMatch(/^J /);
  });
});
