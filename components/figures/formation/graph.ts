import {computed, type ReadonlySignal} from "@preact/signals-core";
import {imageSteps, moments, sum, unitNoise} from "../../cryoem/imageSteps.js";
import {sliceProjector} from "../../cryoem/mapProjector.js";
import {conformation, occupied, stateCount, type Motion} from "../../cryoem/motion.js";
import {eulerMatrix} from "../../cryoem/poses.js";
import {projector} from "../../cryoem/project.js";
import type {Structure} from "../../cryoem/structure.js";
import type {LoadedVolume} from "../../jobs/volumeFile.js";
import type {Particle} from "./particleStack.js";
import {opticsOf, type Settings} from "./parameters.js";

/** What is looked at: scatterers that may move, or a map. */
export type Specimen =
  | {
      kind: "structure";
      name: string;
      structure: Structure;
      /** How it moves, where that is known. */
      motion?: Motion;
      /** Side of the box it is shown in at first, Å. */
      field: number;
      /** Å; what its surface is drawn at. */
      resolution: number;
    }
  | ({kind: "map"} & LoadedVolume);

/** The box of the images. */
export interface Frame {
  D: number;
  /** Å. */
  pixelSize: number;
}

/** A Gaussian narrower than this many pixels would be aliased. */
const NARROWEST = 0.7;

/**
 * X = CTF * (P V) + N, each factor computed from those before it when somebody looks at it, and again only when one of them
 * has changed. Images are [D, D]; a value is undefined as long as what it needs is missing.
 */
export interface Formation {
  settings: Settings;
  specimen: ReadonlySignal<Specimen | undefined>;
  /** A particle from a file in place of a simulated one. */
  loaded: ReadonlySignal<Particle | undefined>;
  frame: ReadonlySignal<Frame | undefined>;
  /** [n, 3], Å, in the present state; undefined for a map. */
  positions: ReadonlySignal<Float64Array | undefined>;
  /** [n], electrons, in the present state; undefined for a map. */
  weights: ReadonlySignal<Float64Array | undefined>;
  /** Standard deviation of the scatterers in the images, Å. */
  sigma: ReadonlySignal<number>;
  /** 3 x 3 row-major. */
  rotation: ReadonlySignal<Float64Array>;
  projection: ReadonlySignal<Float64Array | undefined>;
  /** Of the projection, on the half spectrum. */
  spectrum: ReadonlySignal<Float64Array | undefined>;
  /** The CTF on the half spectrum. */
  transfer: ReadonlySignal<Float64Array | undefined>;
  clean: ReadonlySignal<Float32Array | undefined>;
  /** The noise's standard deviation. */
  noiseLevel: ReadonlySignal<number>;
  noise: ReadonlySignal<Float32Array | undefined>;
  /** What was measured or simulated. */
  particle: ReadonlySignal<Float32Array | undefined>;
  /** The particle, each frequency times the sign of its CTF. */
  flipped: ReadonlySignal<Float32Array | undefined>;
}

export function openFormation({
  settings,
  specimen,
  loaded
}: Pick<Formation, "settings" | "specimen" | "loaded">): Formation {
  const optics = opticsOf(settings);

  // Compared by value, so that what depends on the frame is not made again when another particle of the same box is shown.
  const box = computed(() => frameOf(specimen.value, loaded.value, settings));
  const D = computed(() => box.value?.D ?? 0);
  const pixelSize = computed(() => box.value?.pixelSize ?? 0);
  const frame = computed(() => (D.value ? {D: D.value, pixelSize: pixelSize.value} : undefined));

  const steps = computed(() => (D.value ? imageSteps(D.value) : undefined));
  const positions = computed(() => {
    const of = specimen.value;
    if (of?.kind !== "structure") return undefined;
    return of.motion
      ? conformation(of.structure, of.motion, Math.min(settings.state.value, stateCount(of.motion) - 1))
      : of.structure.positions;
  });
  const weights = computed(() => {
    const of = specimen.value;
    if (of?.kind !== "structure") return undefined;
    return of.motion ? occupied(of.structure, of.motion, Math.min(settings.state.value, stateCount(of.motion) - 1)) : of.structure.weights; // prettier-ignore
  });
  const sigma = computed(() =>
    specimen.value?.kind === "structure"
      ? Math.max(specimen.value.structure.sigma, NARROWEST * pixelSize.value)
      : 0
  );
  const rotation = computed(() => eulerMatrix(settings.rot.value, settings.tilt.value, settings.psi.value));

  const slices = computed(() =>
    specimen.value?.kind === "map" ? sliceProjector(specimen.value.spectrum) : undefined
  );
  const project = computed(() => {
    const of = specimen.value;
    if (!of || !D.value) return undefined;
    if (of.kind === "map") return of.D === D.value ? slices.value?.project : undefined;
    const exact = projector(D.value, pixelSize.value, sigma.value);
    return (image: Float64Array, R: Float64Array, x: number, y: number) =>
      exact.add(image, positions.value!, weights.value!, R, x, y);
  });
  const projection = computed(() => {
    if (!project.value || !D.value) return undefined;
    const image = new Float64Array(D.value ** 2);
    const [x, y] = [settings.shiftX.value / pixelSize.value, settings.shiftY.value / pixelSize.value];
    project.value(image, rotation.value, x, y);
    return image;
  });
  const spectrum = computed(() => projection.value && steps.value?.spectrum(projection.value));
  const hasCtf = computed(() => !loaded.value || loaded.value.ctf !== undefined);
  const transfer = computed(() => {
    const made = steps.value?.transfer(optics.value, pixelSize.value);
    return hasCtf.value ? made : made?.fill(1);
  });
  const clean = computed(
    () => spectrum.value && transfer.value && steps.value?.image(spectrum.value, transfer.value)
  );
  const noiseLevel = computed(() =>
    clean.value ? Math.sqrt(moments(clean.value).variance / 10 ** settings.logSnr.value) : 0
  );
  const noise = computed(() => (D.value ? unitNoise(D.value, settings.seed.value) : undefined));
  const particle = computed(() => {
    if (loaded.value) return loaded.value.image;
    return clean.value && noise.value && sum(clean.value, noise.value, noiseLevel.value);
  });
  const signs = computed(() => transfer.value?.map((t) => (t < 0 ? -1 : 1)));
  const flipped = computed(
    () =>
      particle.value && signs.value && steps.value?.image(steps.value.spectrum(particle.value), signs.value)
  );
  return {
    settings,
    specimen,
    loaded,
    frame,
    positions,
    weights,
    sigma,
    rotation,
    projection,
    spectrum,
    transfer,
    clean,
    noiseLevel,
    noise,
    particle,
    flipped
  };
}

/** A loaded particle has a box of its own; a map too; a structure is seen in the box that is chosen. */
function frameOf(
  specimen: Specimen | undefined,
  particle: Particle | undefined,
  {box, field}: Settings
): Frame | undefined {
  if (particle) return {D: particle.D, pixelSize: particle.pixelSize};
  if (!specimen) return undefined;
  if (specimen.kind === "map") return {D: specimen.D, pixelSize: specimen.pixelSize};
  return {D: box.value, pixelSize: field.value / box.value};
}
