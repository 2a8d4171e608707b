import {writeLatentsText} from "../../formats/z.js";
import {streamZip} from "../../formats/zip.js";
import type {MovieFrame} from "./frames.js";

/** What the frames of a movie are, for whoever opens their files. */
export interface MovieAbout {
  /** The run, and the path in a few words. */
  run: string;
  path: string;
  /** Latents [frames, d] and y of each. */
  z: Float64Array;
  y: Float64Array;
  d: number;
  /** What is even from frame to frame. */
  spacing: "length" | "y";
  box: number;
  /** Å. */
  voxelSize: number;
}

/** frame_000.mrc, frame_001.mrc, ... */
export const frameName = (index: number, count: number): string =>
  `frame_${String(index).padStart(Math.max(3, String(count - 1).length), "0")}.mrc`;

export function readme({run, path, y, d, spacing, box, voxelSize}: MovieAbout): string {
  const count = y.length;
  const even = spacing === "length" ? "evenly along the path's length" : "evenly in the path's parameter y";
  return `${count} maps along a path of latents, decoded in the browser by cryo-latent-diffusion.

Run: ${run}
Path: ${path}
Points: ${count}, ${even}, from y = ${y[0]} to y = ${y[count - 1]}, each of ${d} numbers
Maps: box ${box}, ${voxelSize.toFixed(4)} A a voxel, as the decoder gives them: neither smoothed nor masked

${frameName(0, count)} ... ${frameName(count - 1, count)}
  the maps (MRC, float32), from A to B
z_values.txt
  their latents, one a line in the same order; the maps again, by cryoDRGN:
  cryodrgn eval_vol weights.pkl -c config.yaml --zfile z_values.txt -o volumes
y_values.txt
  y of each

In UCSF ChimeraX: open ${frameName(0, count).replace(/\d+/, "*")} vseries true
`;
}

/** The frames, their latents and how they were made, in one zip. One map at a time is in memory. */
export async function movieZip(frames: readonly MovieFrame[], about: MovieAbout): Promise<Blob> {
  const text = (value: string) => new TextEncoder().encode(value);
  async function* members(): AsyncGenerator<readonly [string, Uint8Array]> {
    yield ["README.txt", text(readme(about))];
    yield ["z_values.txt", text(writeLatentsText(about.z, about.d))];
    yield ["y_values.txt", text(about.y.join("\n") + "\n")];
    for (const [i, {mrc}] of frames.entries())
      yield [frameName(i, frames.length), new Uint8Array(await mrc.arrayBuffer())];
  }
  const parts: Blob[] = [];
  await streamZip(members(), (bytes) => parts.push(new Blob([bytes as Uint8Array<ArrayBuffer>])));
  return new Blob(parts, {type: "application/zip"});
}
