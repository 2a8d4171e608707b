import {checkRising, throughValues} from "./logTable.js";
import {lossWeight, type EdmConstants} from "./edm.js";
import type {LambdaSpec} from "./objectiveSpec.js";

/** lambda(sigma) of a spec. @throws InputError for a table whose levels fall */
export function lambdaOf(spec: LambdaSpec, {sigma_data}: EdmConstants): (sigma: number) => number {
  switch (spec.kind) {
    case "edm":
      return (sigma) => lossWeight(sigma, sigma_data);
    case "power":
      return (sigma) => sigma ** spec.exponent;
    case "table": {
      const sigma = Float64Array.from(spec.sigma);
      checkRising(sigma, "lambda.sigma");
      return throughValues(sigma, Float64Array.from(spec.lambda));
    }
  }
}

/** Any weight between two levels as a table of n values: a spec, to be sent and kept. */
export function lambdaTable(
  lambda: (sigma: number) => number,
  [low, high]: readonly [number, number],
  n = 512
): LambdaSpec & {kind: "table"} {
  const sigma = Array.from({length: n}, (_, i) => low * (high / low) ** (i / (n - 1)));
  return {kind: "table", sigma, lambda: sigma.map(lambda)};
}
