import {describe, expect, it} from "vitest";
import {conformation, hingeAngle, hingeDegrees, reach, type Motion} from "../../components/cryoem/motion.js";
import {neighbours} from "../../components/cryoem/neighbours.js";
import {pseudoProtein} from "../../components/cryoem/pseudoProtein.js";
import {centreOfMass, HELIX, STRAND, type Structure} from "../../components/cryoem/structure.js";
import {maxDifference} from "../golden.js";

const options = {
  seed: 1,
  baseSubunits: 6,
  armSubunits: 4,
  residuesPerSubunit: [240, 320] as [number, number],
  sigma: 5.5
};
const structure = pseudoProtein(options);
const {n, positions, domain, chain, secondary, weights} = structure;
const motion = {type: "arc" as const, states: 50, step: 0.03};

const distance = (p: Float64Array, i: number, j: number, q = p) =>
  Math.hypot(p[3 * i] - q[3 * j], p[3 * i + 1] - q[3 * j + 1], p[3 * i + 2] - q[3 * j + 2]);

describe("pseudo-protein", () => {
  it("is the same for the same seed, and the one that linear1d's shipped data were made from", () => {
    expect(pseudoProtein(options)).toEqual(structure);
    expect(n).toBe(2905);
    expect(structure.hinges[0].point.map((x) => x.toFixed(3))).toMatchInlineSnapshot(`
      [
        "-20.320",
        "5.385",
        "-1.434",
      ]
    `);
    expect(positions.reduce((sum, p, i) => sum + p * Math.cos(i), 0).toFixed(3)).toMatchInlineSnapshot(
      `"-246.641"`
    );
    expect(pseudoProtein({...options, seed: 2}).n).not.toBe(n);
  });

  it("has subunits of the asked sizes, in order, the base fixed and the arm moving", () => {
    const sizes = Array.from({length: 10}, (_, k) => chain.filter((c) => c === k).length);
    for (const size of sizes) expect(size >= 240 && size <= 320).toBe(true);
    expect(chain.every((c, i) => i === 0 || c === chain[i - 1] || c === chain[i - 1] + 1)).toBe(true);
    expect(chain.every((c, i) => domain[i] === (c < 6 ? 0 : 1))).toBe(true);
  });

  it("has its C-alphas 3.8 Å apart along the chain, and never on top of one another", () => {
    const bonds = [];
    for (let i = 1; i < n; ++i) if (chain[i] === chain[i - 1]) bonds.push(distance(positions, i, i - 1));
    expect(Math.min(...bonds)).toBeGreaterThan(2.8);
    expect(Math.max(...bonds)).toBeLessThan(4.6);
    const near = bonds.filter((b) => Math.abs(b - 3.8) < 0.3).length / bonds.length;
    expect(near).toBeGreaterThan(0.9);
    let close = 0;
    for (let i = 0; i < n; ++i)
      for (let j = i + 2; j < n; ++j)
        if (Math.abs(positions[3 * i] - positions[3 * j]) < 3 && distance(positions, i, j) < 3) ++close;
    expect(close).toBeLessThan(5);
  });

  it("has helices of 1.5 Å a residue and strands of 3.3 Å, as proteins do", () => {
    const share = (kind: number) => secondary.filter((s) => s === kind).length / n;
    expect(share(HELIX)).toBeGreaterThan(0.3);
    expect(share(STRAND)).toBeGreaterThan(0.1);
    // Over 18 residues a helix makes five whole turns: 27 Å. Over 6 a strand rises 19.8 Å.
    const along = (kind: number, span: number) => {
      for (let i = span; i < n; ++i)
        if (chain[i] === chain[i - span] && secondary.subarray(i - span, i + 1).every((s) => s === kind))
          return distance(positions, i, i - span);
      return NaN;
    };
    expect(along(HELIX, 18)).toBeCloseTo(27, 1);
    expect(along(STRAND, 6)).toBeCloseTo(19.8, 1);
  });

  it("has subunits as compact as a protein's: 300 residues in a ball 45 Å across", () => {
    for (let k = 0; k < 10; ++k) {
      const own = Array.from({length: n}, (_, i) => i).filter((i) => chain[i] === k);
      const sub = Float64Array.from(own.flatMap((i) => [...positions.subarray(3 * i, 3 * i + 3)]));
      const c = centreOfMass(sub, new Float64Array(own.length).fill(1));
      let square = 0;
      for (let i = 0; i < sub.length; ++i) square += (sub[i] - c[i % 3]) ** 2;
      // Radius of gyration of a globular protein: 2.2 n^0.38 Å.
      expect(Math.sqrt(square / own.length) / (2.2 * own.length ** 0.38)).toBeLessThan(1.25);
    }
  });

  it("is centred, and weighs what its residues do", () => {
    for (const c of centreOfMass(positions, weights)) expect(c).toBeCloseTo(0, 9);
    const mean = weights.reduce((a, b) => a + b) / n;
    expect(mean).toBeGreaterThan(54);
    expect(mean).toBeLessThan(64);
  });
});

describe("the hinge's swing", () => {
  it("keeps the arm at least 3 Å from the base over the swing, and the whole within the box", () => {
    for (const state of [0, 8, 16, 24.5, 33, 41, 49]) {
      const p = conformation(structure, motion, state);
      let nearest = Infinity;
      let reach = 0;
      for (let i = 0; i < n; ++i) {
        reach = Math.max(reach, Math.hypot(p[3 * i], p[3 * i + 1], p[3 * i + 2]));
        if (domain[i] === 0)
          for (let j = n - 1; domain[j] === 1; --j) {
            const x = p[3 * i] - p[3 * j];
            if (x < 5 && x > -5) nearest = Math.min(nearest, distance(p, i, j));
          }
      }
      expect(nearest).toBeGreaterThan(3);
      expect(reach).toBeLessThan(384 - 5 * 6 * Math.SQRT2 - 3 * 5.5);
    }
  });

  it("turns the arm rigidly by 0.03 rad a state about the middle, and leaves the base", () => {
    expect(hingeAngle(motion, 24.5)).toBe(0);
    expect(hingeAngle(motion, 10) - hingeAngle(motion, 9)).toBeCloseTo(0.03, 12);
    const a = conformation(structure, motion, 0);
    const b = conformation(structure, motion, 49);
    const {point, axis} = structure.hinges[0];
    const fixed = domain.indexOf(0);
    expect(distance(a, fixed, fixed, b)).toBe(0);
    const [i, j] = [n - 1, n - 300];
    expect(distance(a, i, j)).toBeCloseTo(distance(b, i, j), 9);
    // The chord of a point at distance r from the axis is 2 r sin(angle / 2).
    const d = [0, 1, 2].map((c) => a[3 * i + c] - point[c]);
    const dot = d[0] * axis[0] + d[1] * axis[1] + d[2] * axis[2];
    const r = Math.hypot(...d.map((x, c) => x - dot * axis[c]));
    expect(distance(a, i, i, b)).toBeCloseTo(2 * r * Math.sin((49 * 0.03) / 2), 8);
    expect(r).toBeGreaterThan(100);
  });

  it("gives shapes that differ: no state's distances between subunits are another's", () => {
    expect(leastDifference(structure, motion, [0, 10, 20, 30, 40, 49])).toBeGreaterThan(3);
  });
});

/** Least difference of the shapes in some states: root mean square over the sorted distances of subunits, which no pose changes. */
function leastDifference({chain, weights, ...rest}: Structure, motion: Motion, states: number[]): number {
  const shapes = states.map((state) => {
    const p = conformation({chain, weights, ...rest}, motion, state);
    const centres = Array.from({length: 10}, (_, k) =>
      centreOfMass(
        p,
        weights.map((w, i) => (chain[i] === k ? w : 0))
      )
    );
    return centres
      .flatMap((a, i) => centres.slice(i + 1).map((b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])))
      .sort((x, y) => x - y);
  });
  const differences = shapes.flatMap((a, i) =>
    shapes.slice(i + 1).map((b) => Math.sqrt(a.reduce((sum, x, k) => sum + (x - b[k]) ** 2, 0) / a.length))
  );
  return Math.min(...differences);
}

describe("the turn about one bond", () => {
  const bent = pseudoProtein({...options, hinge: "turn"});
  const circle: Motion = {type: "circle", states: 100};
  const all = Array.from({length: 100}, (_, k) => k);

  it("goes once round in equal steps: the last state is the first one's neighbour", () => {
    expect(all.map((k) => hingeDegrees(circle, k)).slice(0, 3)).toEqual([0, 3.6, 7.2]);
    const [last, first, second, whole] = [99, 0, 1, 100].map((k) => conformation(bent, circle, k));
    expect(maxDifference(whole, first)).toBeLessThan(1e-9);
    const moved = (a: Float64Array, b: Float64Array) => Math.hypot(...a.map((x, i) => x - b[i]));
    expect(moved(last, first)).toBeCloseTo(moved(first, second), 8);
    expect(maxDifference(first, bent.positions)).toBeLessThan(1e-9);
  });

  it("keeps the arm at least 4.5 Å from the base in all states, where it sweeps 100 Å about the axis", () => {
    const [hinge] = bent.hinges;
    const base = neighbours(
      bent.positions.filter((_, i) => bent.domain[Math.floor(i / 3)] === 0),
      4.5
    );
    let lever = 0;
    for (const state of all) {
      const p = conformation(bent, circle, state);
      for (let i = 0; i < bent.n; ++i) {
        if (bent.domain[i] === 0) continue;
        expect(base.count(p[3 * i], p[3 * i + 1], p[3 * i + 2], 1)).toBe(0);
        const d = hinge.point.map((c, a) => p[3 * i + a] - c);
        const along = d.reduce((sum, x, a) => sum + x * hinge.axis[a], 0);
        lever = Math.max(lever, Math.hypot(...d.map((x, a) => x - along * hinge.axis[a])));
      }
    }
    expect(lever).toBeGreaterThan(100);
    expect(reach(bent, circle)).toBeLessThan(384 - 5 * 6 * Math.SQRT2 - 3 * 5.5);
  });

  it("gives shapes that differ all the way round", () => {
    expect(leastDifference(bent, circle, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90])).toBeGreaterThan(1.5);
  });
});
