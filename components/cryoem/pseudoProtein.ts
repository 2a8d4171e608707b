import {random, type Rng} from "../compute/random.js";
import {dock, raiseArm, rotated, type Site, type Subunit} from "./docking.js";
import {foldDomain} from "./foldDomain.js";
import {uniformRotation} from "./poses.js";
import {centred, type Structure} from "./structure.js";

export interface PseudoProteinOptions {
  seed: number;
  /** Subunits of the fixed base. */
  baseSubunits: number;
  /** Subunits of the moving arm; the last one sits aside, as its lobe. */
  armSubunits: number;
  /** Fewest and most residues of a subunit. */
  residuesPerSubunit: [number, number];
  /**
   * How the arm moves: it stands on the base and swings about an axis across it; or it is bent, and turns about an axis along
   * its foot, like a domain about one bond. Default "swing".
   */
  hinge?: "swing" | "turn";
  /** Standard deviation of each residue's Gaussian, Å. */
  sigma: number;
}

/** Electrons of the 20 residues and how often they occur in proteins (percent), in alphabetical order of their letters. */
const ELECTRONS = [38, 54, 59, 67, 78, 30, 72, 62, 70, 62, 70, 60, 52, 68, 84, 46, 54, 54, 98, 86];
const FREQUENCY = [
  8.3, 1.4, 5.5, 6.7, 3.9, 7.1, 2.3, 5.9, 5.8, 9.7, 2.4, 4.1, 4.7, 3.9, 5.5, 6.6, 5.3, 6.9, 1.1, 2.9
];

/** The base: a compact, lopsided foot under subunit 0 that points one way, no part of which repeats. */
const BASE: Site[] = [
  [0, 0, 0],
  [0, 245, 18],
  [0, 305, -22],
  [1, 285, 35],
  [2, 340, 15],
  [4, 22, -25],
  [5, 70, 20],
  [3, 215, 40],
  [4, 285, -45],
  [7, 180, -20],
  [8, 330, -10],
  [9, 250, 10]
];

/** The arm above subunit 0; its last subunit, the lobe, sits aside. */
const ARM: Site[] = [
  [0, 90, 0],
  [0, 93, -14],
  [1, 78, 16],
  [2, 100, 0],
  [3, 85, -12],
  [4, 95, 10],
  [5, 90, 0]
];
const LOBE = [8, 34];

/** An arm that turns: its foot above subunit 0, the rest reaching aside, well above the base. */
const BENT_ARM: Site[] = [
  [0, 90, 0],
  [0, 62, 10],
  [1, 12, -8],
  [2, 20, 16],
  [3, 350, -10],
  [4, 30, 12],
  [5, 0, 0]
];
const BENT_LOBE = [330, 38];

/**
 * A made-up protein complex, one scatterer a residue: folded subunits of helices, strands and loops, docked to one
 * another. The base is fixed; an arm with a lobe at its end turns about a hinge on top of the base. No part of it
 * repeats, so that a state seen from one side does not look like another state seen from another.
 */
export function pseudoProtein(options: PseudoProteinOptions): Structure {
  const {seed, baseSubunits, armSubunits, hinge: kind = "swing", sigma} = options;
  const [sites, aside] = kind === "turn" ? [BENT_ARM, BENT_LOBE] : [ARM, LOBE];
  const base: Subunit[] = [];
  for (let k = 0; k < baseSubunits; ++k) base.push(dock(makeSubunit(options, k), base, BASE[k]));
  const arm: Subunit[] = [];
  for (let k = 0; k < armSubunits; ++k) {
    const lobe = k > 0 && k === armSubunits - 1;
    const site: Site = lobe ? [k - 1, aside[0], aside[1]] : sites[k];
    arm.push(dock(makeSubunit(options, baseSubunits + k), arm, site));
  }
  const hinge = raiseArm(base, arm, kind);
  const all = [...base, ...arm];
  const n = all.reduce((sum, s) => sum + s.fold.n, 0);
  const structure: Structure = {
    name: `pseudo-protein ${seed}`,
    n,
    positions: new Float64Array(3 * n),
    weights: new Float64Array(n),
    sigma,
    domain: new Uint8Array(n),
    hinge,
    chain: new Uint16Array(n),
    secondary: new Uint8Array(n)
  };
  let at = 0;
  all.forEach((subunit, k) => {
    const {fold, positions} = subunit;
    structure.positions.set(positions, 3 * at);
    structure.secondary.set(fold.secondary, at);
    structure.chain.fill(k, at, at + fold.n);
    structure.domain.fill(k < baseSubunits ? 0 : 1, at, at + fold.n);
    for (let i = 0; i < fold.n; ++i) structure.weights[at + i] = residueElectrons(subunit.rng);
    at += fold.n;
  });
  return centred(structure);
}

function makeSubunit({seed, residuesPerSubunit}: PseudoProteinOptions, index: number): Subunit {
  const rng = random(seed, 0, index);
  const fold = foldDomain(rng, residuesPerSubunit);
  return {fold, positions: rotated(fold.positions, uniformRotation(rng)), centre: [0, 0, 0], rng};
}

function residueElectrons(rng: Rng): number {
  let u = rng.uniform() * FREQUENCY.reduce((a, b) => a + b);
  let k = 0;
  while (k < FREQUENCY.length - 1 && (u -= FREQUENCY[k]) > 0) ++k;
  return ELECTRONS[k];
}
