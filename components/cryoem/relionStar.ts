import type {StarBlock} from "../formats/star.js";
import {relionAngles} from "./poses.js";
import type {RelionParticles} from "./relionParticles.js";

/** What RELION's tables are written from. */
export type RelionToWrite = Omit<RelionParticles, "count" | "columns"> & {
  /** Further columns, with their labels; _rlnOpticsGroup among them if `optics` is given. */
  columns?: Record<string, string[]>;
};

const GROUP = "_rlnOpticsGroup";

/** Columns of ctf.pkl that are one value for a whole optics group. */
const shared = {
  _rlnImageSize: 0,
  _rlnImagePixelSize: 1,
  _rlnVoltage: 5,
  _rlnSphericalAberration: 6,
  _rlnAmplitudeContrast: 7
};
const sharedLabels = Object.keys(shared) as (keyof typeof shared)[];

/**
 * The tables of optics groups and of particles in the layout of RELION 3.1, which 4 and 5 read too. Without a table of
 * optics groups, particles of equal box, pixel size, voltage, Cs and amplitude contrast make one.
 * @throws RangeError if the arrays are not of one length, or if particles of one given optics group differ in these five
 */
export function relionStar(particles: RelionToWrite): StarBlock[] {
  const {rotations, shifts, ctf, imageIndex, imageStack} = particles;
  const n = imageStack.length;
  const lengths = {
    imageIndex: [imageIndex.length, n],
    rotations: [rotations.length, 9 * n],
    shifts: [shifts.length, 2 * n],
    ctf: [ctf.length, 9 * n],
    ...Object.fromEntries(
      Object.entries(particles.columns ?? {}).map(([label, values]) => [label, [values.length, n]])
    )
  };
  for (const [name, [found, expected]] of Object.entries(lengths))
    if (found !== expected)
      throw new RangeError(`${name}: found ${found} values; expected ${expected} for ${n} particles`);

  const {table, groups} = particles.optics ? givenGroups(particles, particles.optics) : equalGroups(ctf, n);
  const {[GROUP]: _, ...further} = particles.columns ?? {};
  const rows = Array.from({length: n}, (_, i) => {
    const perBox = ctf[9 * i] * ctf[9 * i + 1];
    return [
      `${String(imageIndex[i] + 1).padStart(6, "0")}@${imageStack[i]}`,
      groups[i],
      ...[2, 3, 4, 8].map((c) => shortest(ctf[9 * i + c])),
      ...relionAngles(rotations.subarray(9 * i, 9 * i + 9)).map(shortest),
      ...[0, 1].map((axis) => shortest(shifts[2 * i + axis] * perBox)),
      ...Object.values(further).map((values) => values[i])
    ];
  });
  const columns = [
    "_rlnImageName",
    GROUP,
    ...["DefocusU", "DefocusV", "DefocusAngle", "PhaseShift"].map((label) => `_rln${label}`),
    ...["AngleRot", "AngleTilt", "AnglePsi", "OriginXAngst", "OriginYAngst"].map((label) => `_rln${label}`),
    ...Object.keys(further)
  ];
  return [table, {name: "particles", columns, rows}];
}

/** One group for each set of values that occurs, numbered from 1 in the order of appearance. */
function equalGroups(ctf: Float32Array, n: number): {table: StarBlock; groups: string[]} {
  const rows: string[][] = [];
  const known = new Map<string, string>();
  const groups = Array.from({length: n}, (_, i) => {
    const values = sharedValues(ctf, i);
    const key = values.join();
    if (!known.has(key)) {
      const id = String(known.size + 1);
      known.set(key, id);
      rows.push([id, `opticsGroup${id}`, ...values, "2"]);
    }
    return known.get(key)!;
  });
  const columns = [GROUP, "_rlnOpticsGroupName", ...sharedLabels, "_rlnImageDimensionality"];
  return {table: {name: "optics", columns, rows}, groups};
}

/** The groups as they are, with their further columns, and with the values that their particles have now. */
function givenGroups({ctf, columns}: RelionToWrite, optics: StarBlock): {table: StarBlock; groups: string[]} {
  const groups = columns?.[GROUP];
  if (!groups) throw new RangeError(`${GROUP}: found no column; expected it beside a table of optics groups`);
  const now = new Map<string, string[]>(); // the five values, by group
  for (const [i, id] of groups.entries()) {
    const values = sharedValues(ctf, i);
    const others = now.get(id) ?? values;
    if (others.join() !== values.join())
      throw new RangeError(
        `optics group ${id}: found particles of ${others.join(", ")} and of ${values.join(", ")}; expected one kind`
      );
    now.set(id, others);
  }
  const further = optics.columns.filter((label) => label !== GROUP && !Object.hasOwn(shared, label));
  const rowOf = (id: string) => optics.rows.find((row) => row[optics.columns.indexOf(GROUP)] === id);
  const rows = [...now].map(([id, values]) => {
    const row = rowOf(id);
    if (!row) throw new RangeError(`${GROUP}: found ${id}; expected a group of the table of optics`);
    return [id, ...values, ...further.map((label) => row[optics.columns.indexOf(label)])];
  });
  return {table: {name: "optics", columns: [GROUP, ...sharedLabels, ...further], rows}, groups};
}

const sharedValues = (ctf: Float32Array, i: number): string[] =>
  sharedLabels.map((label) => shortest(ctf[9 * i + shared[label]]));

/** The shortest decimal number that is the same in float32. */
function shortest(value: number): string {
  for (let digits = 6; digits < 9; ++digits) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === Math.fround(value)) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}
