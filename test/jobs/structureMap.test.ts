import {readFileSync} from "node:fs";
import {describe, expect, it} from "vitest";
import {drawImage} from "../../components/cryoem/image.js";
import {conformation} from "../../components/cryoem/motion.js";
import {projector} from "../../components/cryoem/project.js";
import {structureMap} from "../../components/jobs/structureMap.js";
import {sceneOf} from "../../components/jobs/models.js";
import {maxDifference} from "../golden.js";

const name = "linear1d.json";
const json = JSON.parse(
  readFileSync(new URL(`../../data/recipes/${name}`, import.meta.url), "utf8")
) as unknown;

describe("the structure as a map", () => {
  it("holds every residue, in a box that fits every state", () => {
    const recipe = {name, json};
    const total = sceneOf(recipe).structure.weights.reduce((a, b) => a + b, 0);
    const boxes = [0, 25, 49].map((state) => {
      const {map, box, voxelSize} = structureMap({recipe, state, resolution: 12});
      expect(map.length).toBe(box ** 3);
      expect(voxelSize).toBeLessThan(6); // finer than the images
      expect(map.reduce((a, b) => a + b, 0) / total).toBeCloseTo(1, 4);
      return box;
    });
    expect(new Set(boxes).size).toBe(1);
  });

  it("turned to an image's pose and seen along z, is that image's projection", () => {
    const named = {name, json};
    const {recipe, structure} = sceneOf(named);
    const {state, rotation} = drawImage(recipe, 31, 5);
    const {map, box, voxelSize} = structureMap({recipe: named, state, resolution: 12, rotation});
    const along = new Float64Array(box * box);
    map.forEach((v, i) => (along[i % (box * box)] += v));
    const image = new Float64Array(box * box);
    const sigma = 12 / (Math.PI * Math.SQRT2);
    const positions = conformation(structure, recipe.motion, state);
    projector(box, voxelSize, sigma).add(image, positions, structure.weights, rotation, 0, 0);
    const most = Math.max(...image);
    expect(maxDifference(along, image) / most).toBeLessThan(1e-4);
    const still = structureMap({recipe: named, state, resolution: 12});
    expect(maxDifference(still.map, map) / map.reduce((a, b) => Math.max(a, b))).toBeGreaterThan(0.5);
  });
});
