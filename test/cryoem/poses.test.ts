import {describe, expect, it} from "vitest";
import {random} from "../../components/compute/random.js";
import {eulerMatrix, relionAngles, uniformRotation, vectorRotation} from "../../components/cryoem/poses.js";

const N = 20000;
const rng = random(11);
const rotations = Array.from({length: N}, () => uniformRotation(rng));
const mean = (f: (R: Float64Array) => number) => rotations.reduce((s, R) => s + f(R), 0) / N;

describe("uniform rotations", () => {
  it("are rotations", () => {
    for (const R of rotations.slice(0, 50)) {
      for (let i = 0; i < 3; ++i)
        for (let j = 0; j < 3; ++j) {
          const dot = R[3 * i] * R[3 * j] + R[3 * i + 1] * R[3 * j + 1] + R[3 * i + 2] * R[3 * j + 2];
          expect(dot).toBeCloseTo(i === j ? 1 : 0, 12);
        }
      const det =
        R[0] * (R[4] * R[8] - R[5] * R[7]) -
        R[1] * (R[3] * R[8] - R[5] * R[6]) +
        R[2] * (R[3] * R[7] - R[4] * R[6]);
      expect(det).toBeCloseTo(1, 12);
    }
  });

  it("have the moments of Haar measure", () => {
    for (let i = 0; i < 9; ++i) {
      expect(mean((R) => R[i])).toBeCloseTo(0, 1.3); // 5 deviations: 0.02
      expect(mean((R) => R[i] ** 2)).toBeCloseTo(1 / 3, 1.7);
      expect(mean((R) => R[i] ** 4)).toBeCloseTo(1 / 5, 1.7);
    }
  });

  it("turn by angles of density (1 - cos a) / pi", () => {
    const angles = rotations
      .map((R) => Math.acos(Math.min(1, Math.max(-1, (R[0] + R[4] + R[8] - 1) / 2))))
      .sort((a, b) => a - b);
    let worst = 0; // Kolmogorov and Smirnov's distance
    angles.forEach(
      (a, i) => (worst = Math.max(worst, Math.abs((a - Math.sin(a)) / Math.PI - (i + 0.5) / N)))
    );
    expect(worst * Math.sqrt(N)).toBeLessThan(1.63); // passes 99 of 100 uniform samples
  });

  it("have view directions uniform on the sphere: equal areas hold equal numbers", () => {
    const counts = new Array(40).fill(0);
    for (const R of rotations) {
      const z = Math.min(4, Math.floor(2.5 * (R[8] + 1)));
      const phi = Math.floor(((Math.atan2(R[7], R[6]) / Math.PI + 1) / 2) * 8) % 8;
      ++counts[8 * z + phi];
    }
    const chi2 = counts.reduce((s, c) => s + (c - N / 40) ** 2 / (N / 40), 0);
    expect(chi2).toBeLessThan(62.4); // 39 degrees of freedom, 99 of 100
  });
});

describe("RELION's angles", () => {
  /** RELION's Euler_angles2matrix. */
  function matrix(rot: number, tilt: number, psi: number): number[] {
    const [a, b, g] = [rot, tilt, psi].map((x) => (x * Math.PI) / 180);
    const [ca, cb, cg, sa, sb, sg] = [
      Math.cos(a),
      Math.cos(b),
      Math.cos(g),
      Math.sin(a),
      Math.sin(b),
      Math.sin(g)
    ];
    return [
      cg * cb * ca - sg * sa,
      cg * cb * sa + sg * ca,
      -cg * sb,
      -sg * cb * ca - cg * sa,
      -sg * cb * sa + cg * ca,
      sg * sb,
      sb * ca,
      sb * sa,
      cb
    ];
  }

  it.each([
    [30, 40, 50],
    [-170, 100, 3],
    [20, 0, 0],
    [-35, 180, 0]
  ])("of the matrix of (%d, %d, %d) give that matrix", (...angles) => {
    const R = matrix(...(angles as [number, number, number]));
    matrix(...relionAngles(R)).forEach((r, i) => expect(r).toBeCloseTo(R[i], 12));
  });

  it("make the matrix that is the product of turns about z, y and z", () => {
    const turn = (axis: "y" | "z", degrees: number) => {
      const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
      return axis === "z" ? [c, -s, 0, s, c, 0, 0, 0, 1] : [c, 0, s, 0, 1, 0, -s, 0, c];
    };
    const times = (a: number[], b: number[]) =>
      Array.from({length: 9}, (_, k) =>
        [0, 1, 2].reduce((sum, m) => sum + a[3 * Math.floor(k / 3) + m] * b[3 * m + (k % 3)], 0)
      );
    const product = times(times(turn("z", -50), turn("y", -40)), turn("z", -30));
    eulerMatrix(30, 40, 50).forEach((r, i) => expect(r).toBeCloseTo(product[i], 12));
  });

  it("come back from the matrix, and matrices from their angles", () => {
    for (const R of rotations.slice(0, 200))
      eulerMatrix(...relionAngles(R)).forEach((r, i) => expect(r).toBeCloseTo(R[i], 10));
    const angles = relionAngles(eulerMatrix(-102.3, 82.3, 124.7));
    [-102.3, 82.3, 124.7].forEach((angle, i) => expect(angles[i]).toBeCloseTo(angle, 9));
  });
});

describe("rotation vectors", () => {
  it("are left where they are, and turn what is across them by their length, to the right", () => {
    for (let k = 0; k < 100; ++k) {
      const v = [rng.normal(), rng.normal(), rng.normal()];
      const angle = Math.hypot(...v);
      const R = vectorRotation(v[0], v[1], v[2]);
      const apply = (u: number[]) =>
        [0, 1, 2].map((row) => [0, 1, 2].reduce((sum, c) => sum + R[3 * row + c] * u[c], 0));
      apply(v).forEach((x, i) => expect(x).toBeCloseTo(v[i], 12));
      const across = [v[1], -v[0], 0]; // perpendicular
      const third = [0, 1, 2].map((i) => {
        const [a, b] = [(i + 1) % 3, (i + 2) % 3];
        return (v[a] * across[b] - v[b] * across[a]) / angle;
      });
      const turned = across.map((x, i) => Math.cos(angle) * x + Math.sin(angle) * third[i]);
      apply(across).forEach((x, i) => expect(x).toBeCloseTo(turned[i], 12));
    }
  });

  it("of no length, or next to none, turn by nothing, or next to nothing", () => {
    expect([...vectorRotation(0, 0, 0)]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
    const R = vectorRotation(1e-9, 0, 0);
    expect(R[7]).toBeCloseTo(1e-9, 20);
    expect(vectorRotation(1e-7, 0, 0)[7]).toBeCloseTo(1e-7, 18);
    expect(R[0]).toBe(1);
  });
});
