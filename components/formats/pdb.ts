import {atomCollector, type AtomModel, type SecondaryRange} from "./atomModel.js";
import {InputError} from "./error.js";

/**
 * Reads atoms, helices and strands of a PDB file (format 3.3, fixed columns).
 * @param name the file's name, for errors
 * @throws InputError naming the line if a coordinate is no number, or if there are no atoms
 */
export function readPdb(text: string, name: string): AtomModel {
  const {atoms, add} = atomCollector();
  const secondary: SecondaryRange[] = [];
  let line = 0;
  for (const row of text.split(/\r\n|\r|\n/)) {
    ++line;
    // Columns as the format counts them, from 1.
    const field = (from: number, to: number) => row.slice(from - 1, to).trim();
    const number = (from: number, to: number, what: string) => {
      const value = field(from, to) === "" ? NaN : Number(field(from, to));
      if (!Number.isFinite(value))
        throw new InputError(name, `line ${line}: ${what}`, field(from, to) || "nothing", "a number");
      return value;
    };
    const record = field(1, 6);
    if (record === "ENDMDL") break;
    if (record === "HELIX")
      secondary.push({
        kind: "helix",
        chain: field(20, 20),
        first: number(22, 25, "first residue"),
        last: number(34, 37, "last residue")
      });
    else if (record === "SHEET")
      secondary.push({
        kind: "strand",
        chain: field(22, 22),
        first: number(23, 26, "first residue"),
        last: number(34, 37, "last residue")
      });
    else if (record === "ATOM" || record === "HETATM")
      add(
        {
          name: field(13, 16),
          element: field(77, 78) || row.slice(12, 14).replace(/[^A-Za-z]/g, ""),
          residue: field(18, 20),
          chain: field(22, 22),
          number: number(23, 26, "residue number"),
          insertion: field(27, 27),
          x: number(31, 38, "x"),
          y: number(39, 46, "y"),
          z: number(47, 54, "z")
        },
        field(17, 17)
      );
  }
  if (atoms.length === 0) throw new InputError(name, "", "no atoms", "ATOM records, as in a PDB file");
  return {atoms, secondary};
}
