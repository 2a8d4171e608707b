import {random, type Rng} from "../compute/random.js";
import {rotated, type Subunit} from "./docking.js";
import {foldDomain} from "./foldDomain.js";
import {uniformRotation} from "./poses.js";
import {centred, type Hinge, type Structure} from "./structure.js";

/** Electrons of the 20 residues and how often they occur in proteins (percent), in alphabetical order of their letters. */
const ELECTRONS = [38, 54, 59, 67, 78, 30, 72, 62, 70, 62, 70, 60, 52, 68, 84, 46, 54, 54, 98, 86];
const FREQUENCY = [
  8.3, 1.4, 5.5, 6.7, 3.9, 7.1, 2.3, 5.9, 5.8, 9.7, 2.4, 4.1, 4.7, 3.9, 5.5, 6.6, 5.3, 6.9, 1.1, 2.9
];

/** Subunit number `index` of a seed's structure: a fold of its own, turned at random, at the origin. */
export function makeSubunit(seed: number, residues: [number, number], index: number): Subunit {
  const rng = random(seed, 0, index);
  const fold = foldDomain(rng, residues);
  return {fold, positions: rotated(fold.positions, uniformRotation(rng)), centre: [0, 0, 0], rng};
}

/**
 * Subunits in their places as one structure, one scatterer a residue, centred; residues are drawn as often as they occur in
 * proteins. Subunits that share a random generator (copies of one) get the same residues.
 * @param sigma standard deviation of each residue's Gaussian, Å
 */
export function joined(
  name: string,
  subunits: {subunit: Subunit; part: number}[],
  hinges: Hinge[],
  sigma: number
): Structure {
  const n = subunits.reduce((sum, {subunit}) => sum + subunit.fold.n, 0);
  const structure: Structure = {
    name,
    n,
    positions: new Float64Array(3 * n),
    weights: new Float64Array(n),
    sigma,
    domain: new Uint8Array(n),
    hinges,
    chain: new Uint16Array(n),
    secondary: new Uint8Array(n)
  };
  const drawn = new Map<Rng, Float64Array>();
  let at = 0;
  subunits.forEach(({subunit: {fold, positions, rng}, part}, k) => {
    const electrons = drawn.get(rng) ?? Float64Array.from({length: fold.n}, () => residueElectrons(rng));
    drawn.set(rng, electrons);
    structure.positions.set(positions, 3 * at);
    structure.weights.set(electrons, at);
    structure.secondary.set(fold.secondary, at);
    structure.chain.fill(k, at, at + fold.n);
    structure.domain.fill(part, at, at + fold.n);
    at += fold.n;
  });
  return centred(structure);
}

function residueElectrons(rng: Rng): number {
  let u = rng.uniform() * FREQUENCY.reduce((a, b) => a + b);
  let k = 0;
  while (k < FREQUENCY.length - 1 && (u -= FREQUENCY[k]) > 0) ++k;
  return ELECTRONS[k];
}
