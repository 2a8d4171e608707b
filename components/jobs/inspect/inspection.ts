/** From `from` to `to`, both included. */
export interface Range {
  from: number;
  to: number;
}

/** A length list (a size, a shape) is an array. */
export type Fact = string | number | boolean | readonly number[] | Range;

/** Finite values of an array, and how many are not; no min, max and mean where there is none. */
export interface Statistics {
  min?: number;
  max?: number;
  mean?: number;
  nan: number;
  infinite: number;
}

export interface ArrayFacts extends Statistics {
  name: string;
  /** As stored, where the format's reader keeps it; otherwise as read. */
  dtype: string;
  shape: readonly number[];
}

/** A column of a table: the statistics of its numbers, or the number of different texts. */
export type ColumnFacts = {name: string} & (
  ({type: "number"} & Statistics) | {type: "text"; different: number; first: string}
);

export interface TableFacts {
  name: string;
  rows: number;
  columns: ColumnFacts[];
}

/** What a file holds: plain data, for the command line, its JSON and pages. */
export interface Inspection {
  file: string;
  /** Bytes of the file. */
  size: number;
  format: Format;
  /** One line: "stack of 1000 images, 32 x 32". */
  summary: string;
  /** By name; units are in `units`. */
  facts: Record<string, Fact>;
  arrays?: ArrayFacts[];
  tables?: TableFacts[];
}

/** Everything of an Inspection but what is known beforehand. */
export type Findings = Omit<Inspection, "file" | "size" | "format">;

/** Formats by the name that `format` has, and what each is. */
export const formats = {
  mrc: "MRC",
  star: "STAR",
  pickle: "Python pickle",
  torch: "PyTorch checkpoint",
  npy: "numpy array",
  npz: "numpy archive",
  cs: "cryoSPARC table",
  safetensors: "safetensors",
  yaml: "YAML",
  json: "JSON",
  pdb: "PDB",
  mmcif: "mmCIF"
} as const;

export type Format = keyof typeof formats;

/** Units of the facts that have one. */
export const units: Readonly<Record<string, string>> = {
  pixelSize: "Å/pixel",
  boxSize: "pixels",
  origin: "Å",
  defocusU: "Å",
  defocusV: "Å",
  voltage: "kV",
  sphericalAberration: "mm",
  phaseShift: "degrees",
  shift: "pixels",
  extent: "Å"
};
