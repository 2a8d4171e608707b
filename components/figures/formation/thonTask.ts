import {computed, type ReadonlySignal} from "@preact/signals-core";
import {random} from "../../compute/random.js";
import type {Ctf} from "../../cryoem/ctf.js";
import {FOLLOW} from "../worker.js";
import type {Workers} from "./panel.js";
import type {Particle, ParticleStack} from "./particleStack.js";

/** A power spectrum to fit: how it is made, and what is known of it. */
export interface ThonTask {
  D: number;
  /** Å. */
  pixelSize: number;
  /** The microscope, with the defocus that the reader is to find. */
  ctf: Ctf;
  simulated: boolean;
  /** What it shows, and where it came from. */
  text: string;
  source: string;
  /** Mean |F|^2 on the half spectrum [D, D/2 + 1]. */
  power(workers: Workers, signal: AbortSignal): Promise<Float64Array>;
}

/** A reader's stack, whose particles take the place of the simulated film where their CTFs are known. */
export interface ThonSources {
  stack: ReadonlySignal<ParticleStack | undefined>;
  particle: ReadonlySignal<Particle | undefined>;
}

/** Of the simulated tiles and microscope: a common one, at a pixel size fine enough for many rings. */
const TILES = {D: 256, pixelSize: 1.5, noise: 0.6, tiles: 60};
const MICROSCOPE = {
  voltage: 300,
  sphericalAberration: 2.7,
  amplitudeContrast: 0.1,
  phaseShift: 0,
  bFactor: 60
};

/** Particles of a reader's stack whose power is averaged, those nearest in defocus to the chosen one. */
const PARTICLES = 500;

/** The defocus that a seed hides. */
export function hiddenDefocus(seed: number): Pick<Ctf, "defocusU" | "defocusV" | "astigmatismAngle"> {
  const rng = random(seed, 31);
  const mean = 6000 + 14000 * rng.uniform();
  const difference = mean * (0.03 + 0.22 * rng.uniform());
  return {
    defocusU: mean + difference / 2,
    defocusV: mean - difference / 2,
    astigmatismAngle: 180 * rng.uniform()
  };
}

/** The spectrum to fit: of the loaded particles where there are any with CTFs, else of a film that the seed names. */
export function thonTask(
  seed: ReadonlySignal<number>,
  {stack, particle}: ThonSources
): ReadonlySignal<ThonTask> {
  const film = computed<ThonTask>(() => {
    const {D, pixelSize, tiles} = TILES;
    const ctf = {...MICROSCOPE, ...hiddenDefocus(seed.value)};
    const {voltage, sphericalAberration, amplitudeContrast} = ctf;
    const input = {...TILES, ctf, seed: seed.value};
    return {
      D,
      pixelSize,
      ctf,
      simulated: true,
      text: `The mean power of ${tiles} tiles of ${D} × ${D} pixels, ${pixelSize} Å each, of a simulated amorphous film at ${voltage} kV, Cs ${sphericalAberration} mm, amplitude contrast ${amplitudeContrast}.`,
      source: `simulated now with a hidden defocus, seed ${seed.value}`,
      power: (workers, signal) =>
        workers.run("thonRings", input, {priority: FOLLOW, affinity: "thonRings", signal})
    };
  });
  return computed(() => {
    const of = stack.value;
    const one = particle.value;
    const images = of && one?.ctf && of.alike(one.index, PARTICLES);
    if (!images || !one?.ctf) return film.value;
    const {D, pixelSize, name, blob} = of;
    return {
      D,
      pixelSize,
      ctf: one.ctf,
      simulated: false,
      text: `The mean power of the ${images.length} particles nearest in defocus to the chosen one, ${D} × ${D} pixels of ${pixelSize.toPrecision(3)} Å.`,
      source: `${name}, particle ${one.index + 1}`,
      power: (workers, signal) =>
        workers.run("stackPower", {name, blob, images}, {priority: FOLLOW, affinity: "stackPower", signal})
    };
  });
}
