import {dock, raiseArm, type Site, type Subunit} from "./docking.js";
import type {Structure} from "./structure.js";
import {joined, makeSubunit} from "./subunits.js";

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
  const {seed, baseSubunits, armSubunits, residuesPerSubunit, hinge: kind = "swing", sigma} = options;
  const [sites, aside] = kind === "turn" ? [BENT_ARM, BENT_LOBE] : [ARM, LOBE];
  const base: Subunit[] = [];
  for (let k = 0; k < baseSubunits; ++k)
    base.push(dock(makeSubunit(seed, residuesPerSubunit, k), base, BASE[k]));
  const arm: Subunit[] = [];
  for (let k = 0; k < armSubunits; ++k) {
    const lobe = k > 0 && k === armSubunits - 1;
    const site: Site = lobe ? [k - 1, aside[0], aside[1]] : sites[k];
    arm.push(dock(makeSubunit(seed, residuesPerSubunit, baseSubunits + k), arm, site));
  }
  const hinge = raiseArm(base, arm, kind);
  return joined(
    `pseudo-protein ${seed}`,
    [...base.map((subunit) => ({subunit, part: 0})), ...arm.map((subunit) => ({subunit, part: 1}))],
    [hinge],
    sigma
  );
}
