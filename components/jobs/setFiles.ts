import {zipSync} from "fflate";
import {stateCount} from "../cryoem/motion.js";
import {imageCount, type Recipe} from "../cryoem/recipe.js";
import {writeMrc, type MrcMode} from "../formats/mrc.js";
import {writeNpy} from "../formats/npy.js";
import type {Particles} from "./simulate.js";
import {truthFiles, type TruthFiles} from "./truthFiles.js";

/** Images of a recipe's set, made and to be written. */
export interface ChosenSet {
  recipe: Recipe;
  particles: Particles;
  /** The images' numbers in the recipe's set [count]. */
  numbers: Int32Array;
  /** Standard deviation of the noise. */
  sigma: number;
  /** How pixels are stored: 2, float32, unless given; 12, float16, halves the file. */
  mode?: MrcMode;
}

export type SetFiles = TruthFiles &
  Record<"particles.mrcs" | "image.npy" | "simulation.json" | "README.txt", Uint8Array>;

/**
 * The files of a choice of a recipe's images: those that `npm run simulate` writes, but for the atoms; and, since the images
 * need not be the first ones, their numbers; and a README.
 */
export function setFiles({recipe, particles, numbers, sigma, mode = 2}: ChosenSet): SetFiles {
  const D = recipe.boxSize;
  const text = (s: string) => new TextEncoder().encode(s);
  const record = {
    images: particles.count,
    imagesOfWholeSet: imageCount(recipe),
    noiseDeviation: sigma,
    snr: recipe.snr,
    sign: "images are CTF times projection, with no inversion of contrast"
  };
  return {
    "particles.mrcs": writeMrc({
      nx: D,
      ny: D,
      nz: particles.count,
      pixelSize: recipe.pixelSize,
      data: particles.images,
      isStack: true,
      mode
    }),
    ...truthFiles(recipe, particles),
    "image.npy": writeNpy({shape: [particles.count], data: numbers}),
    "simulation.json": text(JSON.stringify(record, null, 2) + "\n"),
    "README.txt": text(readme(recipe, particles.count, mode))
  };
}

// Noise does not compress: the stack is stored as it is.
const STORED = {level: 0} as const;

/** Files as one zip. */
export const zipFiles = (files: Record<string, Uint8Array>): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries(files).map(([name, bytes]) => [name, name.endsWith(".mrcs") ? [bytes, STORED] : bytes])
    )
  );

const readme = (recipe: Recipe, count: number, mode: MrcMode): string =>
  `${count} of the ${imageCount(recipe)} particles of ${recipe.name}, simulated with the recipe in recipe.json.

particles.mrcs   ${count} images of ${recipe.boxSize} x ${recipe.boxSize} pixels of ${recipe.pixelSize} A, ${mode === 12 ? "float16 (mode 12)" : "float32 (mode 2)"}
particles.star   RELION 3.1's table with its optics group: defocus (A), angles (degrees), origins (A)
pose.pkl         cryoDRGN's poses: rotations [n, 3, 3], and shifts [n, 2] as fractions of the box, the sign that centres
ctf.pkl          cryoDRGN's CTF table [n, 9]: D, A/pixel, defocus U and V (A), angle (deg), kV, Cs (mm), w, phase (deg)
state.npy        the true state of each image [n], 0 to ${stateCount(recipe.motion) - 1}
image.npy        its number in the whole set [n], counted from 0
simulation.json  the noise's standard deviation, and what else the simulation fixed
recipe.json      the recipe; npm run simulate -- recipe.json --out DIR makes the whole set

Images are CTF times projection plus white noise, with no inversion of contrast: the protein is dark in underfocus.

cryoDRGN, which turns the contrast round unless it is told not to:
  cryodrgn train_vae particles.mrcs --poses pose.pkl --ctf ctf.pkl --zdim 8 --uninvert-data -o run
RELION, in this folder, with the poses that are known; it takes protein for bright, so its map is turned round:
  relion_reconstruct --i particles.star --o dark.mrc --ctf
  relion_image_handler --i dark.mrc --o map.mrc --multiply_constant -1
`;
