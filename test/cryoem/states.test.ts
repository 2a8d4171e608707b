import {readFileSync} from "node:fs";
import {describe, expect, it} from "vitest";
import {stateOrder} from "../../components/cryoem/image.js";
import {
  conformation,
  describeState,
  groupNames,
  groupOf,
  occupied,
  populations,
  stateCount
} from "../../components/cryoem/motion.js";
import {neighbours} from "../../components/cryoem/neighbours.js";
import {imagesOfStates, parseRecipe} from "../../components/cryoem/recipe.js";
import {recipeStructure} from "../../components/jobs/simulate.js";

const read = (name: string) => {
  const file = new URL(`../../data/recipes/${name}.json`, import.meta.url);
  return parseRecipe(JSON.parse(readFileSync(file, "utf8")), `${name}.json`);
};

describe("ribosome-like", () => {
  const recipe = read("ribosome-like");
  const {motion} = recipe;
  const structure = recipeStructure(recipe);

  it("has the talk's number of images, shared out by the populations of its classes", () => {
    const counts = imagesOfStates(recipe);
    expect(counts.reduce((a, b) => a + b)).toBe(87_328);
    populations(motion).forEach((p, k) => expect(Math.abs(counts[k] - 87_328 * p)).toBeLessThan(1));
    const found = new Array(stateCount(motion)).fill(0);
    for (const state of stateOrder(recipe)) ++found[state];
    expect(found).toEqual(Array.from(counts));
  });

  it("has in each class the core and that class's blocks, and nothing else", () => {
    const sizes = [0, 1, 2, 3, 4].map((part) => structure.domain.filter((p) => p === part).length);
    for (const size of sizes) expect(size).toBeGreaterThan(600);
    const parts = [[0], [0, 1], [0, 1, 2], [0, 1, 3], [0, 1, 2, 3], [0, 1, 2, 3, 4]];
    parts.forEach((expected, state) => {
      const present = occupied(structure, motion, state).filter((w) => w > 0).length;
      expect(present).toBe(expected.reduce((sum, part) => sum + sizes[part], 0));
      expect(describeState(motion, state)).toBe(groupNames(motion)[groupOf(motion, state)]);
    });
  });
});

describe("spike-like", () => {
  const recipe = read("spike-like");
  const {motion} = recipe;
  const structure = recipeStructure(recipe);

  const three = {type: "opening", domains: 3, steps: 24, from: 0.35, to: 1.3, closed: 0.55} as const;

  it("is closed in 55% of its images, and open by each angle in as many of the others", () => {
    const counts = imagesOfStates(recipe);
    expect(counts.reduce((a, b) => a + b)).toBe(276_549);
    expect(counts[0] / 276_549).toBeCloseTo(0.55, 4);
    expect(Math.max(...counts.slice(1)) - Math.min(...counts.slice(1))).toBeLessThanOrEqual(1);
  });

  it("has threefold symmetry when closed, and opens one domain at a time without running into anything", () => {
    const closed = conformation(structure, motion, 0);
    const third = structure.n / 3;
    for (const i of [0, 500, 1200]) {
      const radius = (k: number) => Math.hypot(closed[3 * k], closed[3 * k + 1]);
      expect(radius(i + third)).toBeCloseTo(radius(i), 6);
      expect(closed[3 * (i + third) + 2]).toBeCloseTo(closed[3 * i + 2], 6);
    }
    for (const [state, motion] of [
      [1, recipe.motion],
      [40, recipe.motion],
      [36, three],
      [72, three]
    ] as const) {
      const p = conformation(structure, motion, state);
      const part = groupOf(motion, state);
      const others = neighbours(
        p.filter((_, c) => structure.domain[Math.floor(c / 3)] !== part),
        3.5
      );
      for (let i = 0; i < structure.n; ++i) {
        const moved = Math.hypot(...[0, 1, 2].map((c) => p[3 * i + c] - closed[3 * i + c])) > 1e-9;
        expect(moved).toBe(structure.domain[i] === part);
        if (moved) expect(others.count(p[3 * i], p[3 * i + 1], p[3 * i + 2], 1)).toBe(0);
      }
    }
    expect(describeState(motion, 40)).toBe("open by 91.7°");
    expect(describeState(three, 72)).toBe("domain 3 open by 74.5°");
  });
});
