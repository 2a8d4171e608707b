import type {TrainingVectors} from "./network.js";

/** The names of a training's vectors, in the order they are kept in. */
export const vectorNames = ["parameters", "firstMoment", "secondMoment", "average"] as const;

/** Vectors of zeros. */
export const emptyVectors = (length: number, averaged: boolean): TrainingVectors => ({
  parameters: new Float32Array(length),
  firstMoment: new Float32Array(length),
  secondMoment: new Float32Array(length),
  average: new Float32Array(averaged ? length : 0)
});

/** The vectors of a training that starts from these parameters, one network after another. */
export function startVectors(parameters: readonly Float32Array[], averaged: boolean): TrainingVectors {
  const vectors = emptyVectors(
    parameters.reduce((n, p) => n + p.length, 0),
    averaged
  );
  let at = 0;
  for (const p of parameters) {
    vectors.parameters.set(p, at);
    at += p.length;
  }
  if (averaged) vectors.average.set(vectors.parameters);
  return vectors;
}

/** The whole of what the parties of a training hold parts of, each zero where the others own. */
export function sumVectors(parts: readonly TrainingVectors[]): TrainingVectors {
  const [first, ...others] = parts;
  for (const part of others)
    for (const name of vectorNames) {
      const [to, from] = [first[name], part[name]];
      for (let i = 0; i < from.length; ++i) to[i] += from[i];
    }
  return first;
}
