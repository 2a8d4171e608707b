import {z} from "zod";

const level = z.number().positive();
const rate = z.number().min(0).lt(1);
const steps = z.int().min(1).max(100_000);

/** A DDPM chain: one of the usual beta_t in T steps, or any beta_t. */
const chain = z.discriminatedUnion("kind", [
  z.object({kind: z.enum(["linear", "cosine", "sigmoid"]), T: steps}),
  z.object({kind: z.literal("betas"), beta: z.array(rate).min(1).max(100_000)})
]);

/** p(sigma), the law that noise levels are drawn from. */
const levels = z.discriminatedUnion("kind", [
  // EDM's: ln sigma normal, for a part P_uniform uniform; constants of the prior's `edm`
  z.object({kind: z.literal("edm")}),
  // those of a chain, t uniform on 1..T
  z.object({kind: z.literal("chain"), chain}),
  // ln sigma uniform
  z.object({kind: z.literal("logUniform"), sigma_min: level, sigma_max: level}),
  // any: sigma at quantiles evenly spread over (0, 1), rising; ln sigma is linear between two
  z.object({kind: z.literal("quantiles"), sigma: z.array(level).min(1).max(100_000)})
]);

/** lambda(sigma), the weight of |D - x_0|^2. */
const lambda = z.discriminatedUnion("kind", [
  // 1 / c_out^2 of EDM
  z.object({kind: z.literal("edm")}),
  // sigma^exponent: 0 counts x_0's error, -2 that of eps, -4 that of the score
  z.object({kind: z.literal("power"), exponent: z.number().min(-8).max(8)}),
  // any: values at rising sigma, ln lambda linear in ln sigma between two, constant beyond
  z
    .object({
      kind: z.literal("table"),
      sigma: z.array(level).min(1).max(100_000),
      lambda: z.array(z.number().positive()).min(1).max(100_000)
    })
    .refine((t) => t.sigma.length === t.lambda.length, {error: "expected as many lambda as sigma"})
]);

/**
 * An objective as plain data, which goes to workers and into files: `objectiveOf` makes it one that computes. The kinds are
 * described there.
 */
export const objectiveSpec = z.discriminatedUnion("kind", [
  z.object({kind: z.literal("edm")}),
  z.object({kind: z.literal("simple"), chain}),
  z.object({kind: z.literal("variational"), chain, variance: z.enum(["beta", "betaTilde"])}),
  z.object({kind: z.literal("scoreMatching"), levels, lambda})
]);

export type ChainSpec = z.infer<typeof chain>;
export type LevelsSpec = z.infer<typeof levels>;
export type LambdaSpec = z.infer<typeof lambda>;
export type ObjectiveSpec = z.infer<typeof objectiveSpec>;
export type ObjectiveKind = ObjectiveSpec["kind"];

/** Ho et al. 2020's chain. */
const ho: ChainSpec = {kind: "linear", T: 1000};

/** Each objective as it was published: Ho et al. 2020 (both), Song and Ermon 2019 (sigma^2 |score error|^2), Karras et al. 2022. */
export const defaultObjectives: {[K in ObjectiveKind]: ObjectiveSpec & {kind: K}} = {
  edm: {kind: "edm"},
  simple: {kind: "simple", chain: ho},
  variational: {kind: "variational", chain: ho, variance: "beta"},
  scoreMatching: {
    kind: "scoreMatching",
    levels: {kind: "logUniform", sigma_min: 0.01, sigma_max: 50},
    lambda: {kind: "power", exponent: -2}
  }
};
