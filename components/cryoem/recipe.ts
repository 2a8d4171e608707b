import {z} from "zod";
import {InputError} from "../formats/error.js";

const pseudoProteinSchema = z.strictObject({
  kind: z.literal("pseudo-protein"),
  seed: z.int().default(1).describe("names the structure; the images' seed is separate"),
  baseSubunits: z.int().min(1).max(12).default(6).describe("subunits of the fixed base"),
  armSubunits: z.int().min(1).max(7).default(4).describe("subunits of the moving arm, the last one its lobe"),
  residuesPerSubunit: z
    .tuple([z.int().min(60), z.int().max(1000)])
    .default([240, 320])
    .describe("fewest and most residues of a subunit"),
  hinge: z
    .enum(["swing", "turn"])
    .default("swing")
    .describe(
      "swing: the arm stands on the base and swings about an axis across it; turn: it is bent, and turns about an axis along its foot"
    ),
  sigma: z
    .number()
    .positive()
    .describe("standard deviation of each residue's Gaussian, Å; at least 0.7 pixel")
});

const selectionSchema = z
  .array(z.string().regex(/^[A-Za-z0-9]+(:-?\d+--?\d+)?$/, "a chain, or chain:first-last"))
  .min(1);

const fileStructureSchema = z.strictObject({
  kind: z.literal("file"),
  path: z.string().min(1).describe("a PDB or mmCIF file, relative to the working directory"),
  representation: z
    .enum(["residue", "atom"])
    .default("residue")
    .describe("one scatterer a residue, or one an atom"),
  sigma: z
    .number()
    .positive()
    .describe("standard deviation of each scatterer's Gaussian, Å; at least 0.7 pixel"),
  moving: selectionSchema
    .optional()
    .describe(
      "what the hinge turns: chains (A) or residues of one (A:319-541); by default one end along the long axis"
    ),
  hinge: z
    .strictObject({
      point: z.tuple([z.number(), z.number(), z.number()]).describe("Å, in the file's coordinates"),
      axis: z.tuple([z.number(), z.number(), z.number()])
    })
    .optional()
    .describe("by default at the interface, across the long axis")
});

const arcSchema = z.strictObject({
  type: z.literal("arc").describe("the moving part turns about the hinge, to both sides of the middle state"),
  states: z.int().min(1),
  step: z.number().positive().describe("angle between neighbouring states, radians")
});

const circleSchema = z.strictObject({
  type: z.literal("circle").describe("the moving part turns about the hinge once all the way round"),
  states: z.int().min(1)
});

export const recipeSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().min(1),
  description: z.string().optional(),
  structure: z.discriminatedUnion("kind", [pseudoProteinSchema, fileStructureSchema]),
  motion: z.discriminatedUnion("type", [arcSchema, circleSchema]),
  imagesPerState: z.int().min(1),
  boxSize: z.int().min(8).max(1024).multipleOf(2).describe("D, pixels, even"),
  pixelSize: z.number().positive().describe("Å/pixel"),
  optics: z.strictObject({
    voltage: z.number().positive().describe("kV"),
    sphericalAberration: z.number().min(0).describe("mm"),
    amplitudeContrast: z.number().min(0).max(1),
    defocusMean: z.number().positive().describe("Å, underfocus positive"),
    defocusSpread: z
      .number()
      .min(0)
      .describe("Å, standard deviation of a normal law; draws under a tenth of the mean are redrawn"),
    astigmatism: z
      .number()
      .min(0)
      .default(0)
      .describe("Å, largest difference of the two defoci, drawn uniformly"),
    phaseShift: z.number().default(0).describe("degrees"),
    bFactor: z.number().min(0).default(0).describe("Å^2, envelope exp(-B s^2 / 4)")
  }),
  shifts: z.strictObject({
    type: z.enum(["uniform", "normal"]),
    extent: z
      .number()
      .min(0)
      .describe("pixels; uniform: largest shift in x and in y; normal: standard deviation")
  }),
  snr: z.number().positive().describe("variance of the CTF-corrupted images over the variance of the noise"),
  downsample: z
    .int()
    .min(8)
    .multipleOf(2)
    .nullable()
    .default(null)
    .describe("box to crop to in Fourier space for training, pixels; null for the whole box"),
  seed: z.int().default(1)
});

/** A data set to simulate: structure, motion, images, optics, noise. Lengths in Å, boxes in pixels, angles in radians. */
export type Recipe = z.infer<typeof recipeSchema>;

/** Number of images of the whole set. */
export const imageCount = (recipe: Recipe): number => recipe.motion.states * recipe.imagesPerState;

/**
 * Checks a recipe and fills in its defaults.
 * @param json what JSON.parse gave
 * @param name the file's name, for messages
 * @throws InputError naming file, field, what was found and what was expected
 */
export function parseRecipe(json: unknown, name: string): Recipe {
  const result = recipeSchema.safeParse(json);
  if (!result.success) {
    const issue = result.error.issues[0];
    const found = at(json, issue.path);
    if (issue.code === "unrecognized_keys")
      throw new InputError(
        name,
        [...issue.path, issue.keys[0]].join("."),
        "an unknown field",
        "only the fields of recipe.schema.json"
      );
    throw new InputError(
      name,
      issue.path.join("."),
      found === undefined ? "nothing" : found,
      expectation(issue)
    );
  }
  const recipe = result.data;
  const {boxSize, pixelSize, downsample, structure, motion} = recipe;
  if (structure.sigma < 0.7 * pixelSize)
    throw new InputError(
      name,
      "structure.sigma",
      structure.sigma,
      `at least 0.7 pixel (${(0.7 * pixelSize).toFixed(2)} Å), so that the projections are not aliased`
    );
  if (downsample !== null && downsample > boxSize)
    throw new InputError(name, "downsample", downsample, `an even number up to boxSize (${boxSize})`);
  if (
    structure.kind === "pseudo-protein" &&
    structure.residuesPerSubunit[0] > structure.residuesPerSubunit[1]
  )
    throw new InputError(
      name,
      "structure.residuesPerSubunit",
      structure.residuesPerSubunit,
      "[fewest, most]"
    );
  if (structure.kind === "pseudo-protein" && motion.type === "circle" && structure.hinge === "swing")
    throw new InputError(
      name,
      "structure.hinge",
      structure.hinge,
      '"turn" for a motion over the circle, as an arm that swings all the way round runs into its base'
    );
  return recipe;
}

/** The schema as JSON Schema, for editors: data/recipes/recipe.schema.json holds it. */
export const recipeJsonSchema = () => z.toJSONSchema(recipeSchema, {io: "input"});

function at(json: unknown, path: readonly PropertyKey[]): unknown {
  let value = json;
  for (const key of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
  return value;
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.expected === "int"
        ? "a whole number"
        : `${/^[aeio]/.test(issue.expected) ? "an" : "a"} ${issue.expected}`;
    case "not_multiple_of":
      return issue.divisor === 2 ? "an even number" : `a multiple of ${issue.divisor}`;
    case "too_small":
      return `${issue.inclusive ? "at least" : "more than"} ${issue.minimum}`;
    case "too_big":
      return `at most ${issue.maximum}`;
    case "invalid_value":
      return issue.values.map((v) => JSON.stringify(v)).join(" or ");
    case "invalid_union":
      return ("options" in issue ? (issue.options ?? []) : []).map((v) => JSON.stringify(v)).join(" or ");
    default:
      return issue.message;
  }
}
