/** One atom of a structure file. */
export interface Atom {
  /** As in the file: "CA". */
  name: string;
  /** Symbol: "C", "Fe". */
  element: string;
  /** Name of its residue: "ALA". */
  residue: string;
  /** The author's chain and residue number, which publications use; with the insertion code, "" for none. */
  chain: string;
  number: number;
  insertion: string;
  /** Å. */
  x: number;
  y: number;
  z: number;
}

/** A stretch of one chain, by the author's residue numbers, ends included. */
export interface SecondaryRange {
  kind: "helix" | "strand";
  chain: string;
  first: number;
  last: number;
}

/** The first model of a structure file, one of several alternative positions of an atom, without water. */
export interface AtomModel {
  atoms: Atom[];
  secondary: SecondaryRange[];
}

const WATER = new Set(["HOH", "DOD", "WAT", "H2O"]);

/** Takes atoms one by one, leaving out water and all but the first of alternative positions. */
export function atomCollector(): {atoms: Atom[]; add(atom: Atom, alternative: string): void} {
  const atoms: Atom[] = [];
  const seen = new Set<string>();
  return {
    atoms,
    add(atom, alternative) {
      if (WATER.has(atom.residue)) return;
      if (alternative !== "") {
        const key = `${atom.chain} ${atom.number} ${atom.insertion} ${atom.name}`;
        if (seen.has(key)) return;
        seen.add(key);
      }
      atoms.push(atom);
    }
  };
}
