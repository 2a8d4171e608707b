import {describeState, type Motion} from "../../cryoem/motion.js";
import {writeMrc} from "../../formats/mrc.js";
import {writeNpy} from "../../formats/npy.js";
import {writeZip} from "../../formats/zip.js";
import {bytesBlob, csvBlob} from "../download.js";
import type {Row} from "./rows.js";

/** A row a map: what it is, the state of its nearest true map, their correlations, and the latent; of a true map its own state. */
export function gridCsv(rows: readonly Row[], motion: Motion | undefined): Blob {
  const d = Math.max(0, ...rows.flatMap(({cells}) => cells.map(({z}) => z?.length ?? 0)));
  const header = ["row", "set", "index", "state", "nearest state", "nearest is", "moving", "whole"];
  const lines = rows.flatMap((row) =>
    row.cells.map(({index, state, nearest, z}) => [
      row.letter,
      row.title,
      index,
      state ?? "",
      nearest?.state ?? "",
      nearest && motion ? describeState(motion, nearest.state) : "",
      nearest?.moving ?? "",
      nearest?.whole ?? "",
      ...Array.from({length: d}, (_, k) => z?.[k] ?? "")
    ])
  );
  return csvBlob([...header, ...Array.from({length: d}, (_, k) => `z${k}`)], lines);
}

/** The latents of all rows that have them, in order [n, d]. */
export function gridLatents(rows: readonly Row[]): Blob {
  const all = rows.flatMap(({cells}) => cells.flatMap(({z}) => (z ? [z] : [])));
  if (all.length === 0) throw new Error("there are no latents yet");
  const d = all[0].length;
  const data = new Float32Array(all.length * d);
  all.forEach((z, i) => data.set(z, i * d));
  return bytesBlob(writeNpy({shape: [all.length, d], data}));
}

/** The maps as they are drawn, A_00.mrc and so on, in one zip. */
export function gridMaps(rows: readonly Row[]): Blob {
  const members = new Map<string, Uint8Array>();
  for (const {letter, cells} of rows)
    for (const {index, map} of cells) {
      if (!map) continue;
      const {box, voxelSize, smooth} = map;
      const file = writeMrc({nx: box, ny: box, nz: box, pixelSize: voxelSize, data: smooth, isStack: false});
      members.set(`${letter}_${String(index).padStart(2, "0")}.mrc`, file);
    }
  if (members.size === 0) throw new Error("there are no maps yet");
  return bytesBlob(writeZip(members));
}
