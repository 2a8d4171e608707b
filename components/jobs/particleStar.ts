import {relionAngles} from "../cryoem/poses.js";
import type {Recipe} from "../cryoem/recipe.js";
import type {StarBlock} from "../formats/star.js";
import type {Particles} from "./simulate.js";

/** RELION 3.1's table of particles with its optics group, for particles.mrcs in the same folder. */
export function particleStar(recipe: Recipe, truth: Omit<Particles, "images">): StarBlock[] {
  const {boxSize: D, pixelSize, optics} = recipe;
  const {count, rotations, shifts, ctf} = truth;
  return [
    {
      name: "optics",
      columns: [
        "_rlnOpticsGroup",
        "_rlnOpticsGroupName",
        "_rlnAmplitudeContrast",
        "_rlnSphericalAberration",
        "_rlnVoltage",
        "_rlnImagePixelSize",
        "_rlnImageSize",
        "_rlnImageDimensionality"
      ],
      rows: [
        [
          "1",
          "opticsGroup1",
          optics.amplitudeContrast,
          optics.sphericalAberration,
          optics.voltage,
          pixelSize,
          D,
          "2"
        ].map(String)
      ]
    },
    {
      name: "particles",
      columns: [
        "_rlnImageName",
        "_rlnOpticsGroup",
        "_rlnDefocusU",
        "_rlnDefocusV",
        "_rlnDefocusAngle",
        "_rlnPhaseShift",
        "_rlnCtfBfactor",
        "_rlnAngleRot",
        "_rlnAngleTilt",
        "_rlnAnglePsi",
        "_rlnOriginXAngst",
        "_rlnOriginYAngst"
      ],
      rows: Array.from({length: count}, (_, i) => [
        `${String(i + 1).padStart(6, "0")}@particles.mrcs`,
        "1",
        ...[2, 3, 4, 8].map((c) => ctf[9 * i + c].toFixed(3)),
        String(optics.bFactor),
        ...relionAngles(rotations.subarray(9 * i, 9 * i + 9)).map((a) => a.toFixed(5)),
        // RELION's origin is the shift that brings the content back to the centre.
        ...[0, 1].map((a) => (-shifts[2 * i + a] * pixelSize).toFixed(5))
      ])
    }
  ];
}
