import {stringify} from "yaml";
import {z} from "zod";
import {checked} from "../formats/checked.js";
import {readYaml} from "../formats/yaml.js";
import {encodingTypes, parseVaeConfig, type VaeConfig} from "./config.js";

/** How cryoDRGN makes the images that its networks see from those of the stack (its dataset_args). */
export interface CryodrgnData {
  /** Hartley images are (H - mean) / std, and decoded ones times std plus mean. */
  norm: {mean: number; std: number};
  /** Turn the contrast round. */
  invert: boolean;
  /** Multiply by the soft circular window, which falls from this fraction of half the box to 0.99. */
  window: boolean;
  windowRadius: number;
  /**
   * What the shifts of pose.pkl, fractions of the box, are multiplied by to give pixels. cryoDRGN takes the points of its
   * lattice, D + 1, where the box has D: its networks have seen images shifted too far by 1/D, and encode best what is
   * shifted alike. Networks trained here have seen D.
   */
  shiftBox: number;
  /** Where the particles, their poses and their CTFs are, as the run was started. */
  particles?: string;
  poses?: string;
  ctf?: string;
}

/** A config.yaml: what the networks are, and what they were trained on. */
export interface CryodrgnConfig {
  model: VaeConfig;
  data: CryodrgnData;
}

const path = z.string().nullish();
const layers = z.int().min(1);
const schema = z.object({
  dataset_args: z.object({
    norm: z.tuple([z.number(), z.number().positive()]),
    invert_data: z.boolean().default(true),
    window: z.boolean().default(true),
    window_r: z.number().min(0).max(0.99).default(0.85),
    particles: path,
    poses: path,
    ctf: path,
    apix: z.number().positive().optional(),
    shift_box: z.number().positive().optional()
  }),
  lattice_args: z.object({
    D: z.int().min(5).max(1025),
    extent: z.literal(0.5),
    ignore_DC: z.literal(true)
  }),
  model_args: z.object({
    zdim: layers,
    qlayers: layers,
    qdim: layers,
    players: layers,
    pdim: layers,
    encode_mode: z.literal("resid"),
    enc_mask: z.int().min(1),
    activation: z.literal("relu").default("relu"),
    domain: z.enum(["fourier", "hartley"]),
    pe_type: z.enum(encodingTypes),
    pe_dim: z.int().min(2).nullish(),
    feat_sigma: z.number().positive().nullish()
  })
});

/**
 * Reads the config.yaml of a cryoDRGN run (versions 1 to 4).
 * @param name the file's name, for errors
 * @param pixelSize Å/pixel at the run's box, which cryoDRGN keeps elsewhere (default: `dataset_args.apix`, which this
 *   notebook writes, or 1)
 * @throws InputError naming the setting that is missing or not supported: other encoders than `resid`, other activations
 *   than ReLU, lattices with DC or of another extent than 0.5
 */
export function readCryodrgnConfig(text: string, name: string, pixelSize?: number): CryodrgnConfig {
  const {
    dataset_args: data,
    lattice_args,
    model_args: model
  } = checked(schema, readYaml(text, name), name, "config");
  const boxSize = lattice_args.D - 1;
  const radius = model.enc_mask === boxSize / 2 ? undefined : model.enc_mask;
  return {
    model: parseVaeConfig(
      {
        boxSize,
        pixelSize: pixelSize ?? data.apix ?? 1,
        zdim: model.zdim,
        encoderLayers: model.qlayers,
        encoderWidth: model.qdim,
        decoderLayers: model.players,
        decoderWidth: model.pdim,
        domain: model.domain,
        encoding: model.pe_type,
        ...(model.pe_dim != null && {encodingDim: model.pe_dim}),
        ...(radius !== undefined && {encoderRadius: radius}),
        featureSigma: model.feat_sigma ?? 0.5
      },
      name
    ),
    data: {
      norm: {mean: data.norm[0], std: data.norm[1]},
      invert: data.invert_data,
      window: data.window,
      windowRadius: data.window_r,
      shiftBox: data.shift_box ?? boxSize + 1,
      ...(data.particles != null && {particles: data.particles}),
      ...(data.poses != null && {poses: data.poses}),
      ...(data.ctf != null && {ctf: data.ctf})
    }
  };
}

/**
 * Writes a config.yaml that cryoDRGN's commands load (`eval_vol`, `analyze`). `apix` and `shift_box` of `dataset_args` are
 * this notebook's own, which cryoDRGN passes over: Å/pixel and `shiftBox`.
 */
export function writeCryodrgnConfig({model, data}: CryodrgnConfig, seed = 0): string {
  return stringify({
    cmd: ["cryo-latent-diffusion", "train", "vae"],
    dataset_args: {
      apix: model.pixelSize,
      ctf: data.ctf ?? null,
      datadir: null,
      do_pose_sgd: false,
      ind: null,
      invert_data: data.invert,
      keepreal: false,
      norm: [data.norm.mean, data.norm.std],
      particles: data.particles ?? null,
      poses: data.poses ?? null,
      shift_box: data.shiftBox,
      window: data.window,
      window_r: data.windowRadius
    },
    lattice_args: {D: model.boxSize + 1, extent: 0.5, ignore_DC: true},
    model_args: {
      activation: "relu",
      domain: model.domain,
      enc_mask: model.encoderRadius ?? model.boxSize / 2,
      encode_mode: "resid",
      feat_sigma: model.featureSigma,
      pdim: model.decoderWidth,
      pe_dim: model.encodingDim ?? null,
      pe_type: model.encoding,
      players: model.decoderLayers,
      qdim: model.encoderWidth,
      qlayers: model.encoderLayers,
      tilt_params: {},
      zdim: model.zdim
    },
    seed
  });
}
