/** Latents and choices of particles as files that a reader takes along: to Python, and to cryoDRGN. */
import {writeIndices} from "../formats/indices.js";
import {writeNpy} from "../formats/npy.js";
import {writeLatents, writeLatentsText} from "../formats/z.js";
import {bytesBlob} from "./download.js";

/** z [n, d] as numpy's .npy, float32. */
export const latentsNpy = (z: ArrayLike<number>, d: number): Blob => bytesBlob(writeNpy(rowsOf(z, d)));

/** z [n, d] as a pickled float32 array: cryoDRGN's z.pkl with the means alone, for `cryodrgn analyze` and the like. */
export const latentsPkl = (z: ArrayLike<number>, d: number): Blob => bytesBlob(writeLatents(rowsOf(z, d)));

/** z [n, d] as z_values.txt, for `cryodrgn eval_vol --zfile`. */
export const latentsText = (z: ArrayLike<number>, d: number): Blob =>
  new Blob([writeLatentsText(z, d)], {type: "text/plain"});

/** Numbers of particles [m], from 0, for `cryodrgn train_vae --ind`. */
export const indexPkl = (rows: ArrayLike<number>): Blob => bytesBlob(writeIndices(rows));

const rowsOf = (z: ArrayLike<number>, d: number) => ({
  shape: [z.length / d, d],
  data: z instanceof Float32Array ? z : Float32Array.from(z)
});
