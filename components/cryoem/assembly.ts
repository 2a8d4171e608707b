import {dock, type Site, type Subunit} from "./docking.js";
import type {Structure} from "./structure.js";
import {joined, makeSubunit} from "./subunits.js";

export interface AssemblyOptions {
  seed: number;
  /** Subunits of the core, which is always there. */
  coreSubunits: number;
  /** Subunits of each block: block k is part k of the structure, counted from 1. */
  blocks: number[];
  /** Fewest and most residues of a subunit. */
  residuesPerSubunit: [number, number];
  /** Standard deviation of each residue's Gaussian, Å. */
  sigma: number;
}

/** The core: a compact, lopsided body, no part of which repeats. */
const CORE: Site[] = [
  [0, 0, 0],
  [0, 20, 8],
  [0, 95, -14],
  [0, 165, 22],
  [0, 250, -6],
  [0, 310, 42],
  [0, 60, -62],
  [1, 75, 35],
  [3, 100, 30],
  [4, 330, -50],
  [2, 150, -40],
  [1, 330, -20]
];

/** Where blocks dock: towards subunit 0, from sides far from one another. */
const SIDES: [heading: number, elevation: number][] = [
  [130, 62],
  [275, 30],
  [15, -38],
  [200, -45],
  [60, 40],
  [335, 65],
  [110, -70],
  [235, 75]
];

/** Heading and elevation, degrees, of a block's subunits from its side: all lie on the core, next to one another. */
const WITHIN: [heading: number, elevation: number][] = [
  [0, 0],
  [34, -16],
  [-22, -34],
  [-38, 14]
];

/** Blocks, and subunits of a block, that there is room for. */
export const MOST_BLOCKS = SIDES.length;
export const MOST_BLOCK_SUBUNITS = WITHIN.length;

/**
 * A made-up large assembly on the way to being complete, one scatterer a residue: a core of folded subunits, to which blocks
 * are docked. Each block touches the core, so that any of them may be absent.
 */
export function assembly({
  seed,
  coreSubunits,
  blocks,
  residuesPerSubunit,
  sigma
}: AssemblyOptions): Structure {
  const core: Subunit[] = [];
  for (let k = 0; k < coreSubunits; ++k)
    core.push(dock(makeSubunit(seed, residuesPerSubunit, k), core, CORE[k]));
  const placed = core.map((subunit) => ({subunit, part: 0}));
  blocks.forEach((size, b) => {
    const [heading, elevation] = SIDES[b];
    for (let i = 0; i < size; ++i) {
      const site: Site = [0, heading + WITHIN[i][0], elevation + WITHIN[i][1]];
      const others = placed.map(({subunit}) => subunit);
      placed.push({
        subunit: dock(makeSubunit(seed, residuesPerSubunit, placed.length), others, site),
        part: b + 1
      });
    }
  });
  return joined(`assembly ${seed}`, placed, [], sigma);
}
