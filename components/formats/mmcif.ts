import {atomCollector, type AtomModel, type SecondaryRange} from "./atomModel.js";
import {InputError} from "./error.js";
import {quoted} from "./quoted.js";

/** The columns of a category, by the name after the dot; `.` and `?` are read as "". */
type Category = Map<string, string[]>;

/**
 * Words, words in quotes that close on their line (2048 characters at most, as CIF 1.1 has it, so that quotes that do not
 * close cost little), and text between lines that begin with a semicolon.
 */
const TOKEN = /^;([^]*?)\r?\n;|'([^\r\n]{0,2048}?)'(?=\s|$)|"([^\r\n]{0,2048}?)"(?=\s|$)|#.*|(\S+)/gm;

/**
 * Reads atoms, helices and strands of the first data block of an mmCIF file (PDBx), with the author's numbering.
 * @param name the file's name, for errors
 * @throws InputError if there is no atom_site category, or if what it holds is no number where one is needed
 */
export function readMmcif(text: string, name: string): AtomModel {
  const categories = parse(text, name, new Set(["_atom_site", "_struct_conf", "_struct_sheet_range"]));
  const site = categories.get("_atom_site");
  if (!site) throw new InputError(name, "", "no atoms", "an atom_site category, as in an mmCIF file");
  const column = (...names: string[]): string[] => {
    const found = names.find((n) => site.has(n));
    if (!found) throw new InputError(name, `_atom_site.${names[0]}`, "nothing", "this column");
    return site.get(found)!;
  };
  const id = column("label_atom_id", "auth_atom_id");
  const chain = column("auth_asym_id", "label_asym_id");
  const sequence = column("auth_seq_id", "label_seq_id");
  const residue = column("label_comp_id", "auth_comp_id");
  const element = column("type_symbol");
  const [x, y, z] = ["Cartn_x", "Cartn_y", "Cartn_z"].map((n) => column(n));
  const insertion = site.get("pdbx_PDB_ins_code");
  const alternative = site.get("label_alt_id");
  const model = site.get("pdbx_PDB_model_num");
  const number = (text: string, i: number, what: string) => {
    const value = text === "" ? NaN : Number(text);
    if (!Number.isFinite(value))
      throw new InputError(
        name,
        `_atom_site.${what} of atom ${i + 1}`,
        text ? quoted(text) : "nothing",
        "a number"
      );
    return value;
  };
  const {atoms, add} = atomCollector();
  for (let i = 0; i < id.length; ++i) {
    if (model && model[i] !== model[0]) break;
    add(
      {
        name: id[i],
        element: element[i],
        residue: residue[i],
        chain: chain[i],
        number: number(sequence[i], i, "auth_seq_id"),
        insertion: insertion?.[i] ?? "",
        x: number(x[i], i, "Cartn_x"),
        y: number(y[i], i, "Cartn_y"),
        z: number(z[i], i, "Cartn_z")
      },
      alternative?.[i] ?? ""
    );
  }
  if (atoms.length === 0) throw new InputError(name, "_atom_site", "no atoms", "at least one");
  return {
    atoms,
    secondary: [
      ...ranges(categories.get("_struct_conf"), "helix"),
      ...ranges(categories.get("_struct_sheet_range"), "strand")
    ]
  };
}

function ranges(category: Category | undefined, kind: SecondaryRange["kind"]): SecondaryRange[] {
  const chain = category?.get("beg_auth_asym_id") ?? [];
  const first = category?.get("beg_auth_seq_id") ?? [];
  const last = category?.get("end_auth_seq_id") ?? [];
  const type = category?.get("conf_type_id");
  return chain
    .map((c, i) => ({kind, chain: c, first: Number(first[i]), last: Number(last[i])}))
    .filter((_, i) => kind === "strand" || !type || type[i].startsWith("HELX"));
}

/** The wanted categories of the first data block, in loops or as single values. */
function parse(text: string, name: string, wanted: Set<string>): Map<string, Category> {
  const categories = new Map<string, Category>();
  const column = (tag: string): string[] | undefined => {
    const dot = tag.indexOf(".");
    const category = tag.slice(0, dot);
    if (!wanted.has(category)) return undefined;
    const columns = categories.get(category) ?? new Map<string, string[]>();
    categories.set(category, columns);
    const values: string[] = [];
    columns.set(tag.slice(dot + 1), values);
    return values;
  };
  let blocks = 0;
  let loop: (string[] | undefined)[] | undefined; // the columns of the loop that is being read
  let at = 0;
  let single: string[] | undefined; // the column of a value that stands alone
  let awaiting = false;
  for (const [, multiline, single1, double, word] of text.matchAll(TOKEN)) {
    const value = multiline ?? single1 ?? double ?? word;
    if (value === undefined) continue; // a comment
    if (word !== undefined && /^data_/i.test(word)) {
      if (++blocks > 1) break;
      loop = undefined;
    } else if (word !== undefined && /^loop_$/i.test(word)) {
      loop = [];
      at = 0;
    } else if (word?.startsWith("_")) {
      if (loop && at === 0) loop.push(column(word));
      else {
        loop = undefined;
        single = column(word);
        awaiting = true;
      }
    } else {
      const plain = word === "." || word === "?" ? "" : value;
      if (loop?.length) loop[at++ % loop.length]?.push(plain);
      else if (awaiting) {
        single?.push(plain);
        awaiting = false;
      } else throw new InputError(name, "", `the value ${quoted(value)} without a name`, "mmCIF");
    }
  }
  for (const [category, columns] of categories) {
    const lengths = new Set([...columns.values()].map((c) => c.length));
    if (lengths.size > 1) throw new InputError(name, category, "rows cut short", "a value in every column");
  }
  return categories;
}
