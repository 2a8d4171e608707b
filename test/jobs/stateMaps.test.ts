import {readFileSync} from "node:fs";
import {expect, test} from "vitest";
import {quiet} from "../../components/compute/job.js";
import {sceneOf} from "../../components/jobs/models.js";
import type {PathMap} from "../../components/jobs/pathMaps.js";
import {stateMaps} from "../../components/jobs/stateMaps.js";
import {trueMap} from "../../components/jobs/trueMaps.js";

const json: unknown = JSON.parse(
  readFileSync(new URL("../../data/recipes/linear1d-quick.json", import.meta.url), "utf8")
);
const recipe = {name: "quick", json};

async function made(compare: boolean) {
  const maps: PathMap[] = [];
  const states = [0, 17, 17, 49];
  const nearest = await stateMaps(
    {recipe, states, box: 16, compare},
    {...quiet, partial: (map) => maps.push(map)}
  );
  return {maps, nearest, states};
}

test("maps of states come one after another, as they are compared with decoded ones", async () => {
  const {maps, states} = await made(false);
  expect(maps.map(({index}) => index)).toEqual([0, 1, 2, 3]);
  const scene = sceneOf(recipe);
  maps.forEach(({smooth, box, voxelSize}, i) => {
    expect(box).toBe(16);
    expect(voxelSize * box).toBe(scene.recipe.boxSize * scene.recipe.pixelSize);
    expect(smooth).toEqual(trueMap(scene, states[i], 16));
  });
});

test("each is nearest to its own state, with a correlation of 1", async () => {
  const {nearest, states} = await made(true);
  expect(nearest!.map(({state}) => state)).toEqual(states);
  for (const {moving, whole} of nearest!) {
    expect(moving).toBeCloseTo(1, 5);
    expect(whole).toBeCloseTo(1, 5);
  }
  expect((await made(false)).nearest).toBeUndefined();
});
