import {parseRecipe} from "../../components/cryoem/recipe.js";

/** A recipe of few small images, as JSON. */
export const tinyJson = {
  name: "tiny",
  structure: {
    kind: "pseudo-protein",
    baseSubunits: 2,
    armSubunits: 2,
    residuesPerSubunit: [80, 120],
    sigma: 11
  },
  motion: {type: "arc", states: 4, step: 0.3},
  imagesPerState: 50,
  boxSize: 32,
  pixelSize: 12,
  optics: {
    voltage: 300,
    sphericalAberration: 2,
    amplitudeContrast: 0.1,
    defocusMean: 20000,
    defocusSpread: 4400,
    astigmatism: 800
  },
  shifts: {type: "uniform", extent: 3},
  snr: 0.5
};
export const tiny = parseRecipe(tinyJson, "tiny.json");
export const named = {name: "tiny.json", json: tinyJson};
