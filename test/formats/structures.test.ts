import {readFileSync} from "node:fs";
import {gzipSync} from "fflate";
import {describe, expect, it} from "vitest";
import {readMmcif} from "../../components/formats/mmcif.js";
import {readPdb} from "../../components/formats/pdb.js";
import {readAtoms} from "../../components/formats/readAtoms.js";
import {fixtures, hasFixtures} from "../golden.js";

const pdb = `HEADER    TEST
HELIX    1   1 ALA A    1  ALA A    2  1                                   2
SHEET    1   A 1 GLY B  10  GLY B  10  0
ATOM      1  N   ALA A   1      11.104   6.134  -6.504  1.00  0.00           N
ATOM      2  CA AALA A   1      11.639   6.071  -5.147  0.60  0.00           C
ATOM      3  CA BALA A   1      12.639   6.071  -5.147  0.40  0.00           C
ATOM      4  CA  ALA A   2       9.000  -1.500   0.250  1.00  0.00           C
ATOM      5  CA  GLY B  10A      1.000   2.000   3.000  1.00  0.00
HETATM    6 FE   HEM B 200       4.000   5.000   6.000  1.00  0.00          FE
HETATM    7  O   HOH B 301       7.000   8.000   9.000  1.00  0.00           O
ENDMDL
ATOM      8  CA  ALA A   1      99.000  99.000  99.000  1.00  0.00           C
`;

const mmcif = `# a comment; with a semicolon
data_TEST
_entry.id 'a name with spaces'
_struct.title
;ATOM is not one here
loop_ nor this
;
_struct_conf.conf_type_id     HELX_P
_struct_conf.beg_auth_asym_id A
_struct_conf.beg_auth_seq_id  1
_struct_conf.end_auth_seq_id  2
loop_
_struct_sheet_range.sheet_id
_struct_sheet_range.beg_auth_asym_id
_struct_sheet_range.beg_auth_seq_id
_struct_sheet_range.end_auth_seq_id
A B 10 10
loop_
_atom_site.group_PDB
_atom_site.type_symbol
_atom_site.label_atom_id
_atom_site.label_alt_id
_atom_site.label_comp_id
_atom_site.auth_asym_id
_atom_site.auth_seq_id
_atom_site.pdbx_PDB_ins_code
_atom_site.Cartn_x
_atom_site.Cartn_y
_atom_site.Cartn_z
_atom_site.pdbx_PDB_model_num
ATOM N N . ALA A 1 ? 11.104 6.134 -6.504 1
ATOM C CA A ALA A 1 ? 11.639 6.071 -5.147 1
ATOM C CA B ALA A 1 ? 12.639 6.071 -5.147 1
ATOM C "CA" . ALA A 2 ? 9.000 -1.500 0.250 1
ATOM C CA . GLY B 10 A 1.000 2.000 3.000 1
HETATM FE FE . HEM B 200 ? 4.000 5.000 6.000 1
HETATM O O . HOH B 301 ? 7.000 8.000 9.000 1
ATOM C CA . ALA A 1 ? 99.000 99.000 99.000 2
`;

describe("PDB and mmCIF", () => {
  it("give the same atoms and secondary structure for the same molecule", () => {
    const a = readPdb(pdb, "x.pdb");
    expect(readMmcif(mmcif, "x.cif")).toEqual({
      ...a,
      atoms: a.atoms.map((atom) => ({...atom, element: atom.element.toUpperCase()}))
    });
  });

  it("leave out water, second alternatives and second models, and keep the author's numbers", () => {
    const {atoms, secondary} = readPdb(pdb, "x.pdb");
    expect(
      atoms.map((a) => `${a.chain}${a.number}${a.insertion} ${a.residue} ${a.name} ${a.element}`)
    ).toEqual(["A1 ALA N N", "A1 ALA CA C", "A2 ALA CA C", "B10A GLY CA C", "B200 HEM FE FE"]);
    expect(atoms[1].x).toBe(11.639);
    expect(atoms[2]).toMatchObject({x: 9, y: -1.5, z: 0.25});
    expect(secondary).toEqual([
      {kind: "helix", chain: "A", first: 1, last: 2},
      {kind: "strand", chain: "B", first: 10, last: 10}
    ]);
  });

  it.each([
    [
      "a PDB file cut within a line",
      () => readPdb(pdb.slice(0, 300), "x.pdb"),
      "x.pdb: line 6: residue number: found nothing"
    ],
    ["a PDB file without atoms", () => readPdb("HEADER\n", "x.pdb"), "x.pdb: found no atoms"],
    [
      "an mmCIF file cut within a row",
      () => readMmcif(mmcif.slice(0, 1050), "x.cif"),
      "_atom_site: found rows cut short"
    ],
    [
      "an mmCIF file without atoms",
      () => readMmcif("data_x\n_entry.id x\n", "x.cif"),
      "x.cif: found no atoms"
    ],
    [
      "a coordinate that is no number",
      () => readMmcif(mmcif.replace("-1.500", "?"), "x.cif"),
      "x.cif: _atom_site.Cartn_y of atom 4: found nothing; expected a number"
    ]
  ])("refuse %s", (_, read, message) => expect(read).toThrow(message));

  it("takes quotes that do not close for words, in a time that grows with the length alone", () => {
    for (const between of [" ", "\n"]) {
      const words = `data_x\nloop_\n_struct.a\n${`'a${between}`.repeat(50_000)}\n`;
      const started = performance.now();
      expect(() => readMmcif(words, "x.cif")).toThrow("x.cif: found no atoms");
      expect(performance.now() - started).toBeLessThan(5000);
    }
  });

  it.skipIf(!hasFixtures("real"))(
    "read the spike's file: three chains of protein, its glycans, its helices",
    () => {
      const {atoms, secondary} = readPdb(
        readFileSync(new URL("real/6vyb.pdb", fixtures), "utf8"),
        "6vyb.pdb"
      );
      expect(
        atoms.filter((a) => a.name === "CA" && "ABC".includes(a.chain) && a.residue !== "CA").length
      ).toBeGreaterThan(2800);
      expect(new Set(atoms.map((a) => a.element))).toEqual(new Set(["C", "N", "O", "S"]));
      expect(secondary.filter((s) => s.kind === "helix").length).toBeGreaterThan(50);
    }
  );
});

describe("a structure file, whatever it is", () => {
  it("is told by its content, gzipped or not", () => {
    const bytes = new TextEncoder().encode(pdb);
    const atoms = readPdb(pdb, "x");
    expect(readAtoms(bytes, "x.ent")).toEqual(atoms);
    expect(readAtoms(gzipSync(bytes), "x.pdb.gz")).toEqual(atoms);
  });
  it("is refused by name where its gzip is damaged", () => {
    const bytes = gzipSync(new TextEncoder().encode(pdb)).slice(0, 60);
    expect(() => readAtoms(bytes, "x.pdb.gz")).toThrow(/^x\.pdb\.gz: found a gzip that does not open/);
  });
});
