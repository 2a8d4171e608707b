import type {Latents} from "./lab.js";

/** Latents that a law is made of: every figure asks all of them. */
const MOST = 300;

/** Two principal components of latents, the first MOST of them, with mean zero and a variance of 1 a dimension on average. */
export function lawPoints(json: unknown, most = MOST): number[] {
  const {points} = (json ?? {}) as {points?: unknown};
  if (!Array.isArray(points) || points.length < 4 || !points.every(Number.isFinite))
    throw new Error("latents: expected a list of numbers, points");
  const kept = (points as number[]).slice(0, 2 * most);
  const n = kept.length / 2;
  const mean = [0, 1].map((k) => kept.reduce((sum, v, i) => (i % 2 === k ? sum + v / n : sum), 0));
  const variance = kept.reduce((sum, v, i) => sum + (v - mean[i % 2]) ** 2, 0) / kept.length;
  return kept.map((v, i) => (v - mean[i % 2]) / Math.sqrt(variance));
}

/** The sets whose latents can be taken as data: loaded when they are chosen. */
export const shippedLatents: Latents = {
  linear1d: {
    name: "linear1d, latents in PCA (2-D)",
    load: async () => lawPoints(await (await import("./latentFiles.js")).latentFiles.linear1d.json())
  },
  circular1d: {
    name: "circular1d (quick run), latents in PCA (2-D)",
    load: async () => lawPoints(await (await import("./latentFiles.js")).latentFiles.circular1d.json())
  }
};
