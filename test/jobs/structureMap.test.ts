import {readFileSync} from "node:fs";
import {describe, expect, it} from "vitest";
import {structureMap} from "../../components/jobs/structureMap.js";
import {sceneOf} from "../../components/jobs/models.js";

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
});
