import type {Atom, AtomModel} from "../formats/atomModel.js";
import {InputError} from "../formats/error.js";
import {chooseHinge, longEnd} from "./chooseHinge.js";
import {centred, HELIX, LOOP, STRAND, type Hinge, type Structure, type Vector} from "./structure.js";

export interface FromAtomsOptions {
  /** One scatterer a residue (at its C-alpha, with all its electrons) or one an atom. */
  representation: "residue" | "atom";
  /** Standard deviation of each scatterer's Gaussian, Å. */
  sigma: number;
  /** What the hinge turns: chains ("A") and stretches of them ("A:319-541"). By default one end along the long axis. */
  moving?: string[];
  /** In the file's coordinates. By default at the interface of the two parts, across it. */
  hinge?: Hinge;
}

/** Symbols by atomic number, from 1. Hydrogens of a residue are few electrons and mostly not in files: those there count. */
const ELEMENTS =
  "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo Tc " +
  "Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi";
const NUMBER = new Map(
  ELEMENTS.toUpperCase()
    .split(" ")
    .map((symbol, i) => [symbol, i + 1])
);
NUMBER.set("D", 1);

/** Where a residue is put: the first of these atoms that it has, else its mean position. */
const ANCHORS = ["CA", "C1'", "P"];

/**
 * Scatterers of a structure file.
 * @param name the file's name, for errors
 * @throws InputError for an unknown element, or where `moving` names nothing or everything
 */
export function structureFromAtoms(model: AtomModel, options: FromAtomsOptions, name: string): Structure {
  const residues = groupResidues(model.atoms);
  const groups = options.representation === "atom" ? model.atoms.map((a) => [a]) : residues;
  const n = groups.length;
  const positions = new Float64Array(3 * n);
  const weights = new Float64Array(n);
  const chain = new Uint16Array(n);
  const secondary = new Uint8Array(n);
  const chains = new Map<string, number>();
  const kindOf = secondaryLookup(model);
  groups.forEach((group, i) => {
    positions.set(placeOf(group), 3 * i);
    for (const atom of group) weights[i] += electrons(atom, name);
    const first = group[0];
    if (!chains.has(first.chain)) chains.set(first.chain, chains.size);
    chain[i] = chains.get(first.chain)!;
    secondary[i] = kindOf(first);
  });
  const domain = options.moving ? selected(groups, options.moving, name) : longEnd(positions, weights);
  const hinge = options.hinge
    ? {point: options.hinge.point, axis: unit(options.hinge.axis, name)}
    : chooseHinge(positions, weights, domain);
  return centred({
    name,
    n,
    positions,
    weights,
    sigma: options.sigma,
    domain,
    hinges: [hinge],
    chain,
    secondary
  });
}

function groupResidues(atoms: Atom[]): Atom[][] {
  const groups: Atom[][] = [];
  const known = new Map<string, Atom[]>();
  for (const atom of atoms) {
    const key = `${atom.chain} ${atom.number} ${atom.insertion} ${atom.residue}`;
    let group = known.get(key);
    if (!group) {
      known.set(key, (group = []));
      groups.push(group);
    }
    group.push(atom);
  }
  return groups;
}

function placeOf(group: Atom[]): Vector {
  if (group.length > 1)
    for (const anchor of ANCHORS) {
      const atom = group.find((a) => a.name === anchor);
      if (atom) return [atom.x, atom.y, atom.z];
    }
  const mean = (of: (a: Atom) => number) => group.reduce((sum, a) => sum + of(a), 0) / group.length;
  return [mean((a) => a.x), mean((a) => a.y), mean((a) => a.z)];
}

function electrons(atom: Atom, name: string): number {
  const z = NUMBER.get(atom.element.toUpperCase());
  if (!z)
    throw new InputError(
      name,
      `element of ${atom.name} ${atom.chain}:${atom.number}`,
      atom.element || "nothing",
      "a symbol from H to Bi"
    );
  return z;
}

function secondaryLookup({secondary}: AtomModel): (atom: Atom) => number {
  const kinds = new Map<string, number>();
  for (const {kind, chain, first, last} of secondary)
    for (let number = first; number <= last; ++number)
      kinds.set(`${chain} ${number}`, kind === "helix" ? HELIX : STRAND);
  return ({chain, number}) => kinds.get(`${chain} ${number}`) ?? LOOP;
}

function selected(groups: Atom[][], moving: string[], name: string): Uint8Array {
  const domain = new Uint8Array(groups.length);
  for (const text of moving) {
    const [, chain, first, last] = /^([^:]+)(?::(-?\d+)-(-?\d+))?$/.exec(text) ?? [];
    let found = 0;
    groups.forEach(([atom], i) => {
      if (atom.chain !== chain) return;
      if (first !== undefined && (atom.number < Number(first) || atom.number > Number(last))) return;
      domain[i] = 1;
      ++found;
    });
    if (!found)
      throw new InputError(
        name,
        `moving: ${text}`,
        "no such residues",
        "a chain, or chain:first-last, of the file"
      );
  }
  if (domain.every((d) => d === 1))
    throw new InputError(name, "moving", "the whole structure", "a part of it");
  return domain;
}

function unit(v: Vector, name: string): Vector {
  const norm = Math.hypot(...v);
  if (!(norm > 0)) throw new InputError(name, "hinge.axis", v, "a direction");
  return [v[0] / norm, v[1] / norm, v[2] / norm];
}
