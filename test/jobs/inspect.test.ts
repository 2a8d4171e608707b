import {describe, expect, it} from "vitest";
import {random} from "../../components/compute/random.js";
import {relionStar} from "../../components/cryoem/relionStar.js";
import {uniformRotation} from "../../components/cryoem/poses.js";
import type {ByteSource} from "../../components/formats/byteSource.js";
import {bytesSource} from "../../components/formats/byteSource.js";
import {InputError} from "../../components/formats/error.js";
import {mrcHeader, writeMrc} from "../../components/formats/mrc.js";
import {writeNpy} from "../../components/formats/npy.js";
import {writeNpz} from "../../components/formats/npzWriter.js";
import {writePickles} from "../../components/formats/pickle.js";
import {writeSafetensors} from "../../components/formats/safetensors.js";
import {writeStar} from "../../components/formats/star.js";
import {writeTorch} from "../../components/formats/torch.js";
import {inspect} from "../../components/jobs/inspect/inspect.js";
import type {Inspection} from "../../components/jobs/inspect/inspection.js";
import {storedType} from "../../components/jobs/inspect/statistics.js";
import {inspectionText} from "../../components/jobs/inspect/text.js";
import {csFile} from "../formats/csFile.js";
import {fixture, haveFixtures} from "../formats/fixtures.js";

const utf8 = (text: string) => new TextEncoder().encode(text);
const look = (bytes: Uint8Array, name = "file") => inspect(bytesSource(bytes), name);
async function failure(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason
  );
  expect(error).toBeInstanceOf(InputError);
  expect((error as Error).message).not.toMatch(/[\r\n]/);
  return (error as Error).message;
}

const n = 5;
const rng = random(2);
const rotations = new Float32Array(9 * n);
for (let i = 0; i < n; ++i) rotations.set(uniformRotation(rng), 9 * i);
const ctf = Float32Array.from({length: 9 * n}, (_, k) =>
  k % 9 === 2 ? 15000 + k : [64, 1.5, 0, 14000, 30, 300, 2.7, 0.1, 0][k % 9]
);
const floats = (shape: number[], values?: number[]) => ({
  shape,
  data: values
    ? Float32Array.from(values)
    : rng.fillNormal(new Float32Array(shape.reduce((a, b) => a * b, 1)))
});
const image = {
  nx: 4,
  ny: 4,
  nz: 3,
  pixelSize: 2,
  isStack: true,
  data: Float32Array.from({length: 48}, (_, i) => i)
};
const pdb = `HEADER    TEST
ATOM      1  CA  ALA A   1      11.000  12.000  13.000  1.00  0.00           C
ATOM      2  CA  GLY B   2      14.000  12.000  13.000  1.00  0.00           C
END
`;
const mmcif = `data_X
_entry.id X
loop_
_atom_site.type_symbol
_atom_site.label_atom_id
_atom_site.label_comp_id
_atom_site.auth_asym_id
_atom_site.auth_seq_id
_atom_site.Cartn_x
_atom_site.Cartn_y
_atom_site.Cartn_z
C CA ALA A 1 1 2 3
`;

describe("inspect", () => {
  it("tells a stack from a volume, its pixels and their size", async () => {
    const stack = await look(writeMrc({...image, mode: 1, littleEndian: false}));
    expect(stack).toMatchObject({
      format: "mrc",
      summary: "stack of 3 images, 4 x 4",
      facts: {
        size: [4, 4, 3],
        mode: "1 (int16)",
        byteOrder: "big endian",
        pixelSize: 2,
        statisticsOf: "all pixels"
      }
    });
    expect(stack.arrays).toEqual([
      {name: "pixels", dtype: "int16", shape: [3, 4, 4], min: 0, max: 47, mean: 23.5, nan: 0, infinite: 0}
    ]);
    expect((await look(writeMrc({...image, isStack: false, origin: [1, 2, 3]}))).facts.origin).toBe(
      "1, 2, 3"
    );
    const unstamped = writeMrc(image);
    unstamped.fill(0, 208, 216);
    expect((await look(unstamped)).format).toBe("mrc");
  });

  it("looks at a sample of a large stack, with bounded memory, and says so", async () => {
    const [side, nz] = [512, 100_000];
    const header = mrcHeader({nx: side, ny: side, nz, pixelSize: 1, isStack: true});
    let [most, total] = [0, 0];
    const source: ByteSource = {
      size: 1024 + nz * side * side * 4,
      read(from, to) {
        most = Math.max(most, to - from);
        total += to - from;
        if (from < 1024) {
          const head = new Uint8Array(to - from);
          head.set(header.subarray(from, to));
          return Promise.resolve(head);
        }
        const number = Math.floor((from - 1024) / (side * side * 4));
        return Promise.resolve(new Uint8Array(new Float32Array((to - from) / 4).fill(number).buffer));
      }
    };
    const {facts, arrays} = await inspect(source, "large.mrcs");
    expect(facts.statisticsOf).toBe("64 of the 100000 images, evenly taken");
    expect(arrays![0]).toMatchObject({min: 0, max: Math.floor((63 * nz) / 64)});
    expect(most).toBeLessThanOrEqual(4 * 2 ** 20);
    expect(total).toBeLessThan(70 * 2 ** 20);
  });

  it("knows cryoDRGN's pickles by their shapes", async () => {
    const poses = await look(writePickles([{shape: [n, 3, 3], data: rotations}, floats([n, 2])]));
    expect(poses).toMatchObject({format: "pickle", summary: "poses of 5 images, as cryoDRGN's pose.pkl"});
    expect(poses.facts.orthogonalTo).toBeLessThan(1e-6);
    expect((await look(writePickles({shape: [n, 3, 3], data: rotations}))).summary).toMatch(
      /^rotations of 5 images/
    );
    const parameters = await look(writePickles({shape: [n, 9], data: ctf}));
    expect(parameters.summary).toBe("CTF parameters of 5 images, as cryoDRGN's ctf.pkl");
    expect(parameters.facts).toMatchObject({boxSize: 64, pixelSize: 1.5, voltage: 300, defocusV: 14000});
    expect(parameters.facts.defocusU).toEqual({from: 15002, to: 15038});
    expect((await look(writePickles({shape: [n, 9], data: ctf.map((x) => x + 0.5)}))).summary).toMatch(
      /such as latents/
    );
    const latents = await look(writePickles(floats([n, 8]), floats([n, 8])));
    expect(latents.summary).toBe("latents of 5 images, |z| = 8, as cryoDRGN's z.N.pkl");
    expect(latents.arrays!.map(({name}) => name)).toEqual(["mu", "log variance"]);
    const other = await look(writePickles(new Map([["a", [1, 2, "b"]]]), floats([2])));
    expect(other).toMatchObject({summary: "2 values, 1 array", facts: {"0.a": "1 2 b"}});
  });

  it("lists the arrays of checkpoints and archives, with their types", async () => {
    const weights = {
      a: floats([2, 3], [1, 2, 3, NaN, Infinity, -4]),
      b: {shape: [1], data: BigInt64Array.of(7n)}
    };
    const expected = [
      {name: "a", dtype: "float32", shape: [2, 3], min: -4, max: 3, mean: 0.5, nan: 1, infinite: 1},
      {name: "b", dtype: "int64", shape: [1], min: 7, max: 7, mean: 7, nan: 0, infinite: 0}
    ];
    const sorted = ({arrays}: Inspection) => [...arrays!].sort((x, y) => (x.name < y.name ? -1 : 1));
    const npz = await look(writeNpz(weights));
    expect([npz.format, sorted(npz)]).toEqual(["npz", expected]);
    const safetensors = await look(writeSafetensors(weights, {note: "x"}));
    expect([safetensors.format, sorted(safetensors)]).toEqual(["safetensors", expected]);
    expect(safetensors.facts).toEqual({"metadata note": "x"});
    const half = await look(writeSafetensors({a: floats([2])}, {}, {half: true}));
    expect(half.arrays![0].dtype).toBe("float16");
    const torch = await look(
      writeTorch(
        new Map<string, number | typeof weights.a>([
          ["epoch", 3],
          ["w", weights.a]
        ])
      )
    );
    expect(torch).toMatchObject({format: "torch", summary: "1 tensor, 6 numbers", facts: {epoch: 3}});
    expect(torch.arrays).toEqual([{...expected[0], name: "w"}]);
    const npy = await look(writeNpy(weights.a));
    expect([npy.format, npy.summary, npy.arrays]).toEqual([
      "npy",
      "array [2, 3]",
      [{...expected[0], name: "array"}]
    ]);
  });

  it("reads tables of particles", async () => {
    const references = {
      imageIndex: Int32Array.from({length: n}, (_, i) => i),
      imageStack: new Array<string>(n).fill("a.mrcs"),
      columns: {_rlnRandomSubset: ["1", "2", "1", "1", "2"]}
    };
    const blocks = relionStar({rotations, shifts: new Float32Array(2 * n), ctf, ...references});
    const star = await look(utf8(writeStar(blocks)));
    expect(star).toMatchObject({
      format: "star",
      summary: "5 particles, RELION",
      facts: {
        particles: n,
        opticsGroups: 1,
        stacks: 1,
        halfSets: "3 + 2",
        boxSize: 64,
        pixelSize: 1.5,
        voltage: 300
      }
    });
    expect(star.tables!.map(({name, rows}) => [name, rows])).toEqual([
      ["data_optics", 1],
      ["data_particles", n]
    ]);
    const without = utf8(writeStar(blocks).replace("_rlnDefocusU", "_rlnGone"));
    expect((await look(without)).facts.ctf).toMatch(/^_rlnDefocusU: found no such column/);
    const cs = await look(
      csFile({
        count: 2,
        columns: new Map([
          ["uid", {shape: [2], data: BigUint64Array.of(1n, 2n)}],
          ["blob/path", {shape: [2], text: ["a.mrcs", "a.mrcs"]}]
        ] as const)
      })
    );
    expect(cs).toMatchObject({format: "cs", summary: "2 rows of 2 fields"});
    expect(cs.tables![0].columns).toEqual([
      {name: "uid", type: "number", min: 1, max: 2, mean: 1.5, nan: 0, infinite: 0},
      {name: "blob/path", type: "text", different: 1, first: "a.mrcs"}
    ]);
  });

  it("reads structures and documents", async () => {
    const expected = {
      facts: {chains: "A B", atoms: 2, residues: 2, alphaCarbons: 2, x: {from: 11, to: 14}, y: 12}
    };
    expect(await look(utf8(pdb))).toMatchObject({format: "pdb", ...expected});
    expect(await look(utf8(mmcif))).toMatchObject({format: "mmcif", facts: {atoms: 1, chains: "A"}});
    const yaml = await look(utf8("model_args:\n  zdim: 8\nlattice_args: {D: 65}\ncmd: [a, b]\n"));
    expect(yaml).toMatchObject({format: "yaml", summary: "settings of a cryoDRGN run (config.yaml)"});
    expect(yaml.facts).toEqual({"model_args.zdim": 8, "lattice_args.D": 65, cmd: "a b"});
    expect(await look(utf8('{"a": {"b": [1, {"c": null}]}}'))).toMatchObject({
      format: "json",
      facts: {"a.b.0": 1, "a.b.1.c": "none"}
    });
  });

  it("names element types alike, whatever the format calls them", () => {
    const names = ["<f4", ">f8", "|b1", "|u1", "<i8", "F16", "BF16", "U32", "BOOL", "F64", "odd"].map(
      storedType
    );
    expect(names.join(" / ")).toBe(
      "float32 / float64, big endian / bool / uint8 / int64 / float16 / bfloat16 / uint32 / bool / float64 / odd"
    );
  });

  it("goes by the content, and by the ending only where that does not tell", async () => {
    expect((await look(writeNpy(floats([2])), "wrong.mrc")).format).toBe("npy");
    expect(await failure(look(utf8("no table at all"), "a.star"))).toMatch(/^a\.star: line 1/);
    expect(await failure(look(new Uint8Array(5000), "a.mrc"))).toMatch(/^a\.mrc: nx, ny, nz/);
    expect(await failure(look(new Uint8Array(5000), "a.bin"))).toMatch(
      /a\.bin: found bytes of no known format/
    );
    expect(await failure(look(new Uint8Array(0), "a.bin"))).toMatch(/found no bytes/);
    expect(await failure(look(writeMrc(image).subarray(0, 1100), "a.mrcs"))).toMatch(
      /size: found 1100 bytes/
    );
    const large: ByteSource = {
      size: 2 ** 31,
      read: (from, to) => Promise.resolve(writeNpy(floats([9])).slice(from, to))
    };
    expect(await failure(inspect(large, "a.npy"))).toMatch(/size: found 2147483648 bytes/);
  });

  it("is plain data, and text of one line a fact", async () => {
    const found = await look(writeMrc(image), "a.mrcs");
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
    expect(inspectionText(found).split("\n")).toEqual([
      "a.mrcs: MRC, stack of 3 images, 4 x 4 (1.22 kB)",
      "  size           4 x 4 x 3",
      "  mode           2 (float32)",
      "  byte order     little endian",
      "  pixel size     2 Å/pixel",
      "  stated range   0 to 47",
      "  statistics of  all pixels",
      "    pixels  float32  [3, 4, 4]  0 to 47, mean 23.5"
    ]);
  });

  it.skipIf(!haveFixtures)("reads files of other programs", async () => {
    const of = async (path: string) => look(fixture(path), path);
    expect((await of("real/zvals_het-8_4k.pkl")).summary).toMatch(/array \[4549, 8\], such as latents/);
    expect((await of("cryodrgn-run/out/z.2.pkl")).summary).toMatch(/^latents of 1000 images, \|z\| = 8/);
    expect((await of("cryodrgn-run/poses.pkl")).summary).toMatch(/^poses of 1000 images/);
    expect((await of("cryodrgn-run/ctf.pkl")).facts).toMatchObject({boxSize: 32});
    expect((await of("real/het_weights.pkl")).summary).toMatch(/^weights of a cryoDRGN VAE, 75 tensors/);
    expect((await of("cryodrgn-run/out/config.yaml")).facts).toMatchObject({"lattice_args.D": 33});
    expect((await of("real/relion31.star")).facts).toMatchObject({
      particles: 5,
      pixelSize: Math.fround(2.806)
    });
    expect((await of("real/6vyb.pdb")).facts.atoms).toBeGreaterThan(21_000);
    expect((await of("real/hand.mrcs")).summary).toBe("stack of 100 images, 64 x 64");
  });
});
