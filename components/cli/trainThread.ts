/** What a thread of `train`, `sample`, `decode` and `bench` runs. */
import "./relaxedSimd.js";
import type {JobContext} from "../compute/job.js";
import {chooseKernel, type KernelBuild} from "../compute/kernel/kernel.js";
import {serve} from "../compute/protocol.js";
import type {Backend} from "../compute/network.js";
import {openDenoiser, type PriorWeights} from "../diffusion/prior.js";
import {bench, benchHelperJobs, benchPlain} from "../jobs/bench/bench.js";
import {lendJobs} from "../jobs/lend.js";
import {replicaJobs} from "../jobs/replicas.js";
import {samplePrior, type SampleOptions} from "../jobs/samplePrior.js";
import {openMapDecoder, type MapDecoder, type Scale} from "../vae/decode.js";
import {encodeImages, type EncodeRange} from "../vae/encode.js";
import {vaeLossOn} from "../vae/heldOut.js";
import type {ImageSet} from "../vae/imageSet.js";
import type {VaeWeights} from "../vae/model.js";
import {encodeParticles, type EncodeParticlesInput} from "./encodeParticles.js";
import {prepareImages, type PrepareRange} from "./prepareImages.js";
import {parentThread} from "./threads.js";

let decoder: MapDecoder | undefined;

const jobs = {
  prepareImages: (range: PrepareRange) => prepareImages(range),
  encodeImages: (range: EncodeRange, context: JobContext) => encodeImages(range, context),
  encodeParticles: (input: EncodeParticlesInput, context: JobContext) => encodeParticles(input, context),
  vaeLoss: ({weights, set, from, to}: {weights: VaeWeights; set: ImageSet; from: number; to: number}) =>
    vaeLossOn(weights, set, from, to),
  ...replicaJobs(),
  ...lendJobs(benchHelperJobs()),
  bench,
  benchPlain,
  chooseKernel: ({build}: {build: KernelBuild}) => chooseKernel(build),
  async samplePrior(
    {prior, options, backend}: {prior: PriorWeights; options: SampleOptions; backend: Backend},
    context: JobContext
  ) {
    const denoiser = await openDenoiser(prior, backend);
    try {
      return await samplePrior(prior, options, context, undefined, denoiser);
    } finally {
      denoiser.dispose();
    }
  },
  async mapDecoder({vae, scale, backend}: {vae: VaeWeights; scale: Scale; backend: Backend}) {
    decoder = await openMapDecoder(vae, scale, backend);
  },
  decodeMap({z, box}: {z: Float32Array; box: number}, context: JobContext): Promise<Float32Array> {
    if (!decoder) throw new Error("no decoder was set up in this thread");
    return decoder.decode(z, box, context);
  }
};

export type TrainJobs = typeof jobs;

serve(parentThread(), jobs);
