import {z} from "zod";
import {InputError} from "../formats/error.js";
import {MOST_BLOCK_SUBUNITS, MOST_BLOCKS} from "./assembly.js";
import {populations, stateCount} from "./motion.js";

const seed = z.int().default(1).describe("names the structure; the images' seed is separate");
const residuesPerSubunit = z
  .tuple([z.int().min(60), z.int().max(1000)])
  .default([240, 320])
  .describe("fewest and most residues of a subunit");
const sigma = z
  .number()
  .positive()
  .describe("standard deviation of each residue's Gaussian, Å; at least 0.7 pixel");

const pseudoProteinSchema = z.strictObject({
  kind: z.literal("pseudo-protein"),
  seed,
  baseSubunits: z.int().min(1).max(12).default(6).describe("subunits of the fixed base"),
  armSubunits: z.int().min(1).max(7).default(4).describe("subunits of the moving arm, the last one its lobe"),
  residuesPerSubunit,
  hinge: z
    .enum(["swing", "turn"])
    .default("swing")
    .describe(
      "swing: the arm stands on the base and swings about an axis across it; turn: it is bent, and turns about an axis along its foot"
    ),
  sigma
});

const assemblySchema = z.strictObject({
  kind: z.literal("assembly").describe("a core to which blocks are docked, any of which may be absent"),
  seed,
  coreSubunits: z.int().min(1).max(12).default(8),
  blocks: z
    .array(z.int().min(1).max(MOST_BLOCK_SUBUNITS))
    .min(1)
    .max(MOST_BLOCKS)
    .describe("subunits of each block; they are numbered from 1"),
  residuesPerSubunit,
  sigma
});

const trimerSchema = z.strictObject({
  kind: z.literal("trimer").describe("three protomers about an axis, each with a domain on top that opens"),
  seed,
  stalkSubunits: z.int().min(1).max(4).default(3).describe("of each protomer"),
  residuesPerSubunit,
  domainResidues: residuesPerSubunit.describe("fewest and most residues of a domain that opens"),
  opening: z
    .number()
    .positive()
    .max(2.2)
    .default(1.2)
    .describe("largest angle that a domain has room to open by, radians"),
  sigma
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

const openingSchema = z.strictObject({
  type: z
    .literal("opening")
    .describe("at most one domain of a trimer is open: state 0 is closed, then `steps` states a domain"),
  domains: z
    .int()
    .min(1)
    .max(3)
    .describe(
      "of the trimer's three, how many open in some images; an image without its pose does not tell one from another"
    ),
  steps: z.int().min(1).max(1000).describe("open states of a domain"),
  from: z.number().positive().describe("least angle of an open domain, radians"),
  to: z.number().positive().describe("its largest, radians"),
  closed: z.number().min(0).max(1).describe("part of the images that are closed")
});

const assemblyClassesSchema = z.strictObject({
  type: z.literal("assembly").describe("each class has some of an assembly's blocks"),
  classes: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        parts: z.array(z.int().min(1)).describe("numbers of the blocks it has, from 1"),
        population: z.number().positive().describe("how often it is seen, relative to the others")
      })
    )
    .min(1)
    .max(64)
});

const circleSchema = z.strictObject({
  type: z.literal("circle").describe("the moving part turns about the hinge once all the way round"),
  states: z.int().min(1)
});

export const recipeSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().min(1),
  description: z.string().optional(),
  structure: z.discriminatedUnion("kind", [
    pseudoProteinSchema,
    assemblySchema,
    trimerSchema,
    fileStructureSchema
  ]),
  motion: z.discriminatedUnion("type", [arcSchema, circleSchema, openingSchema, assemblyClassesSchema]),
  imagesPerState: z.int().min(1).optional().describe("every state as often; give this or images"),
  images: z.int().min(1).optional().describe("of the whole set, shared out by the states' populations"),
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
export const imageCount = ({images, imagesPerState, motion}: Recipe): number =>
  images ?? stateCount(motion) * imagesPerState!;

/** Number of images of each state [states]; shared out by the populations, the largest remainders are rounded up. */
export function imagesOfStates(recipe: Recipe): Int32Array {
  const total = imageCount(recipe);
  if (recipe.images === undefined)
    return new Int32Array(stateCount(recipe.motion)).fill(recipe.imagesPerState!);
  const shares = populations(recipe.motion).map((p) => p * total);
  const counts = Int32Array.from(shares, Math.floor);
  const left = total - counts.reduce((a, b) => a + b, 0);
  const order = Array.from(shares.keys()).sort((i, j) => (shares[j] % 1) - (shares[i] % 1) || i - j);
  for (const i of order.slice(0, left)) ++counts[i];
  return counts;
}

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
  if ((recipe.images === undefined) === (recipe.imagesPerState === undefined))
    throw new InputError(name, "images", recipe.images ?? "nothing", "either images or imagesPerState");
  if (structure.kind !== "file" && structure.residuesPerSubunit[0] > structure.residuesPerSubunit[1])
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
  checkMotion(recipe, name);
  return recipe;
}

/** Whether the structure can move so. */
function checkMotion({structure, motion, imagesPerState}: Recipe, name: string): void {
  const wanted = {opening: "trimer", assembly: "assembly"} as const;
  const kind = motion.type === "arc" || motion.type === "circle" ? undefined : wanted[motion.type];
  if (kind && structure.kind !== kind)
    throw new InputError(
      name,
      "structure.kind",
      structure.kind,
      `"${kind}" for a motion of type ${motion.type}`
    );
  if (!kind && (structure.kind === "trimer" || structure.kind === "assembly"))
    throw new InputError(name, "motion.type", motion.type, structure.kind === "trimer" ? '"opening"' : '"assembly"'); // prettier-ignore
  if (kind && imagesPerState !== undefined)
    throw new InputError(
      name,
      "imagesPerState",
      imagesPerState,
      "images, as the states differ in population"
    );
  if (motion.type === "opening" && structure.kind === "trimer") {
    if (motion.to < motion.from)
      throw new InputError(name, "motion.to", motion.to, `at least from (${motion.from})`);
    if (motion.to > structure.opening)
      throw new InputError(name, "motion.to", motion.to, `at most structure.opening (${structure.opening})`);
  }
  if (motion.type === "assembly" && structure.kind === "assembly")
    motion.classes.forEach(({parts}, i) => {
      const most = structure.blocks.length;
      const wrong = parts.find((p, k) => p > most || parts.indexOf(p) !== k);
      if (wrong !== undefined)
        throw new InputError(name, `motion.classes.${i}.parts`, wrong, `different numbers from 1 to ${most}`);
    });
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
