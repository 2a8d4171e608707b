import {describe, expect, it} from "vitest";
import {knnRegression} from "../../components/analysis/knn.js";
import {umap} from "../../components/analysis/umap.js";
import {jobContext} from "../../components/compute/job.js";
import {random} from "../../components/compute/random.js";

/** Points around three centres in five dimensions, and along a curve between the first two. */
function clusters(each: number) {
  const rng = random(1);
  const [x, label] = [[] as number[], [] as number[]];
  for (let k = 0; k < 3; ++k)
    for (let i = 0; i < each; ++i) {
      for (let c = 0; c < 5; ++c) x.push((c === k ? 8 : 0) + rng.normal());
      label.push(k);
    }
  return {x: Float64Array.from(x), label};
}

describe("UMAP", () => {
  const {x, label} = clusters(100);
  const options = {seed: 3, epochs: 150};

  it("keeps clusters together and apart", async () => {
    const z = await umap(x, 5, options);
    expect(z).toHaveLength(600);
    for (let k = 0; k < 3; ++k) {
      const is = label.map((l) => Number(l === k));
      expect(knnRegression(Float64Array.from(z), is, 2, {neighbours: 10}).r2).toBeGreaterThan(0.98);
    }
  });

  it("keeps the order along a curve", async () => {
    const rng = random(2);
    const t = Float64Array.from({length: 400}, () => rng.uniform());
    const curve = Float64Array.from(
      Array.from(t).flatMap((v) =>
        [Math.cos(3 * v), Math.sin(3 * v), v].map((c) => 5 * c + 0.05 * rng.normal())
      )
    );
    const z = await umap(curve, 3, options);
    expect(knnRegression(Float64Array.from(z), t, 2, {neighbours: 5}).r2).toBeGreaterThan(0.98);
  });

  it("is the same for a seed, another for another, and shows itself on the way", async () => {
    const pictures: Float32Array[] = [];
    const one = await umap(x, 5, options, undefined, (z) => pictures.push(z));
    expect(pictures).toHaveLength(7);
    expect(await umap(x, 5, options)).toEqual(one);
    expect(await umap(x, 5, {...options, seed: 4})).not.toEqual(one);
  });

  it("stops when cancelled, and refuses what it cannot lay out", async () => {
    const cancelled = jobContext(AbortSignal.abort(new Error("enough")));
    const long = {seed: 1, epochs: 100_000};
    await expect(umap(x, 5, long, cancelled)).rejects.toThrow("enough");
    await expect(umap(x.subarray(0, 50), 5, options)).rejects.toThrow(
      "points: found 10; expected more than 15"
    );
    await expect(
      umap(
        x.map((v, i) => (i === 7 ? NaN : v)),
        5,
        options
      )
    ).rejects.toThrow("found NaN");
  });
});
