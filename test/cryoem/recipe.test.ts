import {existsSync, readdirSync, readFileSync, writeFileSync} from "node:fs";
import {describe, expect, it} from "vitest";
import {imageCount, parseRecipe, recipeJsonSchema, type Recipe} from "../../components/cryoem/recipe.js";
import {densityMap} from "../../components/cryoem/volume.js";

const folder = new URL("../../data/recipes/", import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
const changed = (change: (recipe: ReturnType<typeof read>) => void) => {
  const recipe = read("linear1d.json");
  change(recipe);
  return () => parseRecipe(recipe, "x.json");
};

describe("recipes", () => {
  it.each(readdirSync(folder).filter((f) => !f.includes(".schema.")))("%s is valid", (name) => {
    const recipe = parseRecipe(read(name), name);
    expect(`${recipe.name}.json`).toBe(name);
  });

  it("linear1d is the talk's", () => {
    const recipe = parseRecipe(read("linear1d.json"), "linear1d.json");
    expect(recipe).toMatchObject({boxSize: 128, pixelSize: 6, snr: 0.1, motion: {states: 50, step: 0.03}});
    expect(imageCount(recipe)).toBe(50000);
    expect(recipe.optics).toMatchObject({voltage: 300, astigmatism: 0, phaseShift: 0, bFactor: 0});
  });

  it("circular1d is the talk's, and differs from linear1d in its hinge and motion alone", () => {
    const {name: _, description: __, ...recipe} = parseRecipe(read("circular1d.json"), "circular1d.json");
    expect(recipe.motion).toEqual({type: "circle", states: 100});
    expect(imageCount(recipe as Recipe)).toBe(100_000);
    const linear = parseRecipe(read("linear1d.json"), "linear1d.json");
    expect({...linear, motion: recipe.motion, structure: {...linear.structure, hinge: "turn"}}).toMatchObject(
      recipe
    );
  });

  it("recipe.schema.json is what the schema says (UPDATE=1 writes it)", () => {
    const path = new URL("recipe.schema.json", folder);
    const text = JSON.stringify(recipeJsonSchema(), null, 2) + "\n";
    if (process.env.UPDATE || !existsSync(path)) writeFileSync(path, text);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(JSON.parse(text));
  });
});

describe("what is wrong with a recipe is said in one line: file, field, found, expected", () => {
  it.each([
    [
      "a missing field",
      changed((r) => delete r.motion.step),
      "x.json: motion.step: found nothing; expected a number"
    ],
    ["a missing part", changed((r) => delete r.optics), "x.json: optics: found nothing; expected an object"],
    ["SNR 0", changed((r) => (r.snr = 0)), "x.json: snr: found 0; expected more than 0"],
    ["an odd box", changed((r) => (r.boxSize = 127)), "x.json: boxSize: found 127; expected an even number"],
    [
      "half a state",
      changed((r) => (r.motion.states = 2.5)),
      "x.json: motion.states: found 2.5; expected a whole number"
    ],
    ["a word for a number", changed((r) => (r.seed = "one")), "x.json: seed: found one; expected a number"],
    [
      "another motion",
      changed((r) => (r.motion.type = "walk")),
      'x.json: motion.type: found walk; expected "arc" or "circle" or "opening" or "assembly"'
    ],
    [
      "a step on the circle",
      changed((r) => (r.motion.type = "circle")),
      "x.json: motion.step: found an unknown field; expected only the fields of recipe.schema.json"
    ],
    [
      "an arm that would swing through its base",
      changed((r) => (r.motion = {type: "circle", states: 100})),
      'x.json: structure.hinge: found swing; expected "turn" for a motion over the circle, as an arm that swings all the way round runs into its base'
    ],
    [
      "another structure",
      changed((r) => (r.structure.kind = "cube")),
      'x.json: structure.kind: found cube; expected "pseudo-protein" or "assembly" or "trimer" or "file"'
    ],
    [
      "a misspelt field",
      changed((r) => (r.pixelsize = 6)),
      "x.json: pixelsize: found an unknown field; expected only the fields of recipe.schema.json"
    ],
    [
      "too fine a structure for the pixel",
      changed((r) => (r.structure.sigma = 2.7)),
      "x.json: structure.sigma: found 2.7; expected at least 0.7 pixel (4.20 Å), so that the projections are not aliased"
    ],
    [
      "a crop larger than the box",
      changed((r) => (r.downsample = 130)),
      "x.json: downsample: found 130; expected an even number up to boxSize (128)"
    ],
    ["no object at all", () => parseRecipe([1], "x.json"), "x.json: found [1]; expected an object"]
  ])("%s", (_, parse, message) => {
    expect(parse).toThrow(expect.objectContaining({name: "InputError", message}));
  });
});

it("a scatterer at linear1d's width leaves less than 3% at the highest frequency", () => {
  // exp(-2 pi^2 sigma^2 s^2) at s = 1 / (2 pixels), measured on a map.
  const {structure, pixelSize} = parseRecipe(read("linear1d.json"), "linear1d.json");
  const D = 32;
  const map = densityMap(Float64Array.of(0, 0, 0), Float64Array.of(1), structure.sigma, D, pixelSize);
  let alternating = 0;
  map.forEach((v, i) => (alternating += i % 2 ? -v : v));
  expect(alternating).toBeLessThan(0.04); // both aliases of the highest frequency, 2 x 1.6%
  expect(Math.exp(-2 * ((Math.PI * structure.sigma * 0.5) / pixelSize) ** 2)).toBeLessThan(0.03);
});
