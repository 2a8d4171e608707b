import {readFileSync} from "node:fs";
import {unzipSync, zipSync, type Zippable} from "fflate";
import type {Rng} from "../../components/compute/random.js";
import {random} from "../../components/compute/random.js";
import {cryosparcParticles} from "../../components/cryoem/cryosparcParticles.js";
import {relionParticles} from "../../components/cryoem/relionParticles.js";
import {relionStar} from "../../components/cryoem/relionStar.js";
import {bytesSource} from "../../components/formats/byteSource.js";
import type {TextArray} from "../../components/formats/cs.js";
import {readCs} from "../../components/formats/cs.js";
import {InputError} from "../../components/formats/error.js";
import {readMmcif} from "../../components/formats/mmcif.js";
import {readMrc, writeMrc} from "../../components/formats/mrc.js";
import type {NdArray} from "../../components/formats/ndarray.js";
import {readNpy, writeNpy} from "../../components/formats/npy.js";
import {readNpz} from "../../components/formats/npz.js";
import {writeNpz} from "../../components/formats/npzWriter.js";
import {readPdb} from "../../components/formats/pdb.js";
import type {PickleValue} from "../../components/formats/pickle.js";
import {readPickles, writePickles} from "../../components/formats/pickle.js";
import {readSafetensors, writeSafetensors} from "../../components/formats/safetensors.js";
import {readStar, writeStar} from "../../components/formats/star.js";
import {readTorch, writeTorch} from "../../components/formats/torch.js";
import {readLatents} from "../../components/formats/z.js";
import {inspect} from "../../components/jobs/inspect/inspect.js";
import {readCryodrgnConfig} from "../../components/vae/cryodrgnConfig.js";
import {csFile} from "../formats/csFile.js";
import {mutated} from "./mutate.js";
import {pythonPickles} from "./pythonPickles.js";

/** A format to damage files of: small valid ones, and what reads them. */
export interface Target {
  seeds: Uint8Array[];
  /** Gives data or throws an InputError; a second reader of the same data may refuse what the first took. */
  read(bytes: Uint8Array): unknown;
  /** Damages a file within its container, which stays whole; half of the copies are made this way. */
  within?(file: Uint8Array, others: readonly Uint8Array[], rng: Rng): Uint8Array;
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const utf8 = (source: string): Uint8Array => new TextEncoder().encode(source);

/** A small file of the fixtures, where they are. */
function fixtures(...paths: string[]): Uint8Array[] {
  return paths.flatMap((path) => {
    try {
      return [new Uint8Array(readFileSync(new URL(`../../../shared/fixtures/${path}`, import.meta.url)))];
    } catch {
      return [];
    }
  });
}

/** What further reading gives, or nothing where it refuses. */
function further<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

const rng = random(1);
const floats = (...shape: number[]) => ({
  shape,
  data: rng.fillNormal(new Float32Array(shape.reduce((n, s) => n * s, 1)))
});

const arrays = {
  a: floats(3, 4),
  scalar: {shape: [], data: Float64Array.of(2.5)},
  "b/c": {shape: [2, 1, 2], data: BigInt64Array.of(1n, -2n, 3n, 4n)},
  d: {shape: [5], data: Uint16Array.of(1, 2, 3, 4, 65535)}
};
const big = writeMrc({
  nx: 3,
  ny: 2,
  nz: 2,
  pixelSize: 2,
  isStack: true,
  data: new Float32Array(12),
  mode: 1,
  littleEndian: false
});
const extended = new Uint8Array(1024 + 80 + 48);
extended.set(writeMrc({nx: 2, ny: 3, nz: 2, pixelSize: 1, isStack: false, data: floats(12).data}));
extended.copyWithin(1104, 1024, 1072);
new DataView(extended.buffer).setInt32(92, 80, true);

const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const particles = writeStar(
  relionStar({
    rotations: Float32Array.from([...identity, ...identity]),
    shifts: Float32Array.of(0.1, -0.2, 0, 0),
    ctf: Float32Array.from([15000, 16000].flatMap((U) => [64, 1.5, U, 14000, 30, 300, 2.7, 0.1, 0])),
    imageIndex: Int32Array.of(0, 1),
    imageStack: ["a.mrcs", "b c.mrcs"],
    columns: {_rlnRandomSubset: ["1", "2"], _rlnEmpty: ["", "it's"]}
  })
);
const relion30 = `data_

loop_
_rlnVoltage #1
_rlnDefocusU #2
_rlnDefocusV #3
_rlnDefocusAngle #4
_rlnSphericalAberration #5
_rlnDetectorPixelSize #6
_rlnMagnification #7
_rlnAmplitudeContrast #8
_rlnImageName #9
_rlnAngleRot #10
_rlnAngleTilt #11
_rlnAnglePsi #12
_rlnOriginX #13
_rlnOriginY #14
300.0 15000 14000 30.5 2.7 14.0 100000.0 0.1 000003@a.mrcs 10 20 30 1.5 -3 # comment
200.0 16000 15500 -12 0.01 5.0 31000.0 0.07 000001@b.mrcs -100 80 125 0 0.25
`;

const state = new Map<string, PickleValue>([
  ["epoch", 3],
  ["lr", 1e-4],
  ["names", ["a", null, true]],
  [
    "model_state_dict",
    new Map<string, PickleValue>([
      ["w", arrays.a],
      ["b", floats(3)],
      ["n", {shape: [], data: BigInt64Array.of(7n)}]
    ])
  ]
]);

const cs = csFile({
  count: 2,
  columns: new Map<string, NdArray | TextArray>([
    ["uid", {shape: [2], data: BigUint64Array.of(1n, 2n)}],
    ["blob/path", {shape: [2], text: [">J1/a.mrcs", ">J1/a.mrcs"]}],
    ["blob/idx", {shape: [2], data: Uint32Array.of(0, 1)}],
    ["blob/shape", {shape: [2, 2], data: Uint32Array.of(64, 64, 64, 64)}],
    ["blob/psize_A", {shape: [2], data: Float32Array.of(1.5, 1.5)}],
    ...["df1_A", "df2_A", "df_angle_rad", "accel_kv", "cs_mm", "amp_contrast", "phase_shift_rad"].map(
      (field): [string, NdArray] => [`ctf/${field}`, floats(2)]
    ),
    ["alignments3D/pose", floats(2, 3)],
    ["alignments3D/shift", floats(2, 2)]
  ])
});

const config = `cmd: [train_vae, particles.mrcs, --zdim, '8']
dataset_args: {ctf: ctf.pkl, particles: particles.mrcs, poses: poses.pkl, norm: [0.0, 29.7], invert_data: true,
  window: true, window_r: 0.85, datadir: null, ind: null, keepreal: false}
lattice_args:
  D: 33
  extent: 0.5
  ignore_DC: true
model_args: &model
  activation: relu
  domain: fourier
  enc_mask: 16
  encode_mode: resid
  feat_sigma: 0.5
  pdim: 64
  pe_dim: null
  pe_type: gaussian
  players: 2
  qdim: 64
  qlayers: 2
  zdim: 8
again: *model
seed: 7
`;

const pdb = `HEADER    TEST
HELIX    1   1 ALA A    1  ALA A    2  1                                   2
SHEET    1   A 1 GLY B  10  GLY B  10  0
ATOM      1  N   ALA A   1      11.104   6.134  -6.504  1.00  0.00           N
ATOM      2  CA AALA A   1      11.639   6.071  -5.147  0.60  0.00           C
ATOM      3  CA BALA A   1      12.639   6.071  -5.147  0.40  0.00           C
ATOM      5  CA  GLY B  10A      1.000   2.000   3.000  1.00  0.00
HETATM    6 FE   HEM B 200       4.000   5.000   6.000  1.00  0.00          FE
ENDMDL
`;

const mmcif = `# a comment
data_TEST
_entry.id 'a name'
_struct.title
;text of
two lines
;
_struct_conf.conf_type_id     HELX_P
_struct_conf.beg_auth_asym_id A
_struct_conf.beg_auth_seq_id  1
_struct_conf.end_auth_seq_id  2
loop_
_atom_site.type_symbol
_atom_site.label_atom_id
_atom_site.label_alt_id
_atom_site.label_comp_id
_atom_site.auth_asym_id
_atom_site.auth_seq_id
_atom_site.Cartn_x
_atom_site.Cartn_y
_atom_site.Cartn_z
_atom_site.pdbx_PDB_model_num
C CA . ALA A 1 1.0 2.0 3.0 1
C "CA" A GLY B 2 4.0 5.0 -6.0 1
`;

/** Damages one member of a zip, and packs them again. */
function withinZip(file: Uint8Array, others: readonly Uint8Array[], draw: Rng): Uint8Array {
  const members: [string, Uint8Array][] = Object.entries(unzipSync(file));
  const parts = [...members.map(([, bytes]) => bytes), ...others];
  const chosen = members[draw.integer(members.length)];
  chosen[1] = mutated(
    chosen[1],
    parts.filter((part) => part.length > 0),
    draw
  );
  return zipSync(Object.fromEntries(members) as Zippable, {
    level: draw.integer(2) ? 0 : 6,
    mtime: new Date(1980, 0, 1)
  });
}

const formats: Record<string, Target> = {
  mrc: {
    seeds: [
      writeMrc({nx: 3, ny: 2, nz: 4, pixelSize: 1.5, isStack: true, data: floats(24).data}),
      writeMrc({nx: 3, ny: 3, nz: 3, pixelSize: 1, isStack: false, mode: 12, data: floats(27).data}),
      writeMrc({nx: 4, ny: 2, nz: 1, pixelSize: 1, isStack: true, mode: 0, data: new Float32Array(8)}),
      big,
      extended
    ],
    read: (bytes) => readMrc(bytes, "a.mrc")
  },
  star: {
    seeds: [utf8(particles), utf8(relion30), ...fixtures("real/relion31.star")],
    read(bytes) {
      const blocks = readStar(text(bytes), "a.star");
      return [blocks, further(() => relionParticles(blocks, "a.star", {boxSize: 64, pixelSize: 1}))];
    }
  },
  pickle: {
    seeds: [
      writePickles(floats(4, 2), floats(4, 2)),
      writePickles([1.5, "text", 2n ** 70n, state]),
      ...pythonPickles
    ],
    read: (bytes) => [readPickles(bytes, "a.pkl"), further(() => readLatents(bytes, "a.pkl"))]
  },
  torch: {
    seeds: [writeTorch(state), writeTorch(arrays.a)],
    read: (bytes) => readTorch(bytes, "a.pt"),
    within: withinZip
  },
  npy: {
    seeds: [...Object.values(arrays).map(writeNpy), ...fixtures("cryodrgn-golden/c_mask16_u8.npy")],
    read: (bytes) => readNpy(bytes, "a.npy")
  },
  npz: {
    seeds: [writeNpz(arrays), writeNpz(arrays, {deflate: true})],
    read: (bytes) => readNpz(bytes, "a.npz"),
    within: withinZip
  },
  cs: {
    seeds: [
      cs,
      csFile({count: 3, columns: new Map([["x", {shape: [3, 2], text: ["θ", "a", "", "b", "c", "d"]}]])})
    ],
    read(bytes) {
      const table = readCs(bytes, "a.cs");
      return [table, further(() => cryosparcParticles(table, "a.cs"))];
    }
  },
  safetensors: {
    seeds: [writeSafetensors(arrays, {note: "x"}), writeSafetensors({a: arrays.a}, {}, {half: true})],
    read: (bytes) => readSafetensors(bytes, "a.safetensors")
  },
  yaml: {
    seeds: [utf8(config), ...fixtures("real/het_config.yaml", "cryodrgn-run/out/config.yaml")],
    read: (bytes) => readCryodrgnConfig(text(bytes), "config.yaml")
  },
  pdb: {seeds: [utf8(pdb)], read: (bytes) => readPdb(text(bytes), "a.pdb")},
  mmcif: {seeds: [utf8(mmcif)], read: (bytes) => readMmcif(text(bytes), "a.cif")}
};

/** Every format, and `inspect`, which has to tell damaged files of all of them apart. */
export const targets: Readonly<Record<string, Target>> = {
  ...formats,
  inspect: {
    seeds: [
      ...Object.values(formats).flatMap(({seeds}) => seeds),
      utf8('{"a": {"b": [1, {"c": null}], "d": "e"}}')
    ],
    read: (bytes) => inspect(bytesSource(bytes), "a.bin")
  }
};

/** Copy number `index` of a target: the same for the same seed. */
export function copyOf({seeds, within}: Target, seed: number, index: number): Uint8Array {
  const draw = random(seed, index);
  const file = seeds[draw.integer(seeds.length)];
  return within && draw.integer(2) ? within(file, seeds, draw) : mutated(file, seeds, draw);
}
