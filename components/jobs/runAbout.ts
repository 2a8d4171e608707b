/** The files of a data set's run, as the loaders of data/sets lay them out; one that a run does not have is empty. */
export const runMembers = [
  "about.json",
  "z.pkl",
  "state.npy",
  "vae.safetensors",
  "prior.safetensors",
  "recipe.json",
  "provenance.json",
  "evaluation.json",
  "samples.npy",
  "held-out.npy",
  "held-out-state.npy",
  "axes.json"
] as const;

export type RunMember = (typeof runMembers)[number];

/** What a run is, and which of its files there are. */
export interface RunAbout {
  /** The set's name in the talk. */
  set: string;
  /** What the pages call it: its recipe's name, or the reader's own. */
  name: string;
  /** In a line; may be empty. */
  about: string;
  /** Simulated as in the talk; a synthetic stand-in for an experimental set; or a run of cryoDRGN on real images. */
  kind: "simulated" | "stand-in" | "real";
  /** Where its files come from, in the repository. */
  folder: string;
  has: RunMember[];
  /** Number of encodings and their dimensions; 0 where the run has none. */
  images: number;
  zdim: number;
  /** Of what an evaluation is of, so that a page can tell a stale one without loading them; absent where the file is. */
  fingerprints: Partial<Record<"prior" | "vae" | "z", string>>;
}
