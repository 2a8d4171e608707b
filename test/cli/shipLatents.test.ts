import {readFileSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {afterAll, describe, expect, test} from "vitest";
import {knnRegression} from "../../components/analysis/knn.js";
import {complaint, run, scratch, succeed} from "./run.js";

interface Latents {
  images: number;
  recipe: string;
  angleFromLatents: {r2: number};
  varianceExplained: number[];
  points: number[];
  angle: number[];
}
const folder = scratch();
afterAll(folder.remove);
const data = (name: string) => fileURLToPath(new URL(`../../data/${name}`, import.meta.url));
const shipped = (name: string) => readFileSync(data(`latents/${name}.json`), "utf8");

test("linear1d's shipped latents are what the command makes of its shipped run", async () => {
  const from = data("trained/linear1d");
  const out = folder.path("latents", "linear1d.json");
  await succeed("shipLatents", ["--data", from, "--run", from, "--out", out]);
  expect(readFileSync(out, "utf8")).toBe(shipped("linear1d"));
}, 120_000);

describe.each(["linear1d", "circular1d"])("%s", (name) => {
  const {points, angle, varianceExplained, angleFromLatents} = JSON.parse(shipped(name)) as Latents;

  test("has 2,000 points with mean 0 that share out the variance as they say", () => {
    expect([points.length, angle.length]).toEqual([4000, 2000]);
    const [first, second] = [0, 1].map((k) => {
      const along = points.filter((_, i) => i % 2 === k);
      const mean = along.reduce((a, b) => a + b) / 2000;
      const variance = along.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 2000;
      expect(Math.abs(mean)).toBeLessThan(0.1 * Math.sqrt(variance));
      return variance;
    });
    expect(second / first / (varianceExplained[1] / varianceExplained[0])).toBeCloseTo(1, 1);
    expect(varianceExplained[0] + varianceExplained[1]).toBeGreaterThan(0.7);
  });

  test("shows the motion: the angle can be told from the two components nearly as well as from all", () => {
    const of = (value: (angle: number) => number) =>
      knnRegression(Float64Array.from(points), angle.map(value), 2).r2;
    const r2 = name === "circular1d" ? (of(Math.cos) + of(Math.sin)) / 2 : of((v) => v);
    console.log(`${name}: R^2 ${r2.toFixed(3)} from two components, ${angleFromLatents.r2} from all`);
    expect(r2).toBeGreaterThan(angleFromLatents.r2 - 0.1);
  });
});

test("a file that is not there is named", async () => {
  const ran = await run("shipLatents", ["--data", "nowhere", "--run", "nowhere", "--out", "x.json"]);
  expect(ran.code).toBe(1);
  expect(complaint(ran)).toBe("nowhere/recipe.json: found nothing; expected the file");
});
