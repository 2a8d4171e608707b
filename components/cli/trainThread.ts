/** What a thread of `train`, `sample` and `decode` runs. */
import "./relaxedSimd.js";
import {serve} from "../compute/protocol.js";
import type {Replica} from "../compute/replica.js";
import type {PriorWeights} from "../diffusion/prior.js";
import {priorReplica, type PriorReplicaInit} from "../diffusion/training.js";
import {samplePrior, type SampleOptions} from "../jobs/samplePrior.js";
import {MapDecoder} from "../vae/decode.js";
import {encodeImages, type EncodeRange} from "../vae/encode.js";
import type {VaeWeights} from "../vae/model.js";
import {vaeReplica, type VaeReplicaInit} from "../vae/training.js";
import {prepareImages, type PrepareRange} from "./prepareImages.js";
import {parentThread} from "./threads.js";

let replica: Replica | undefined;
let decoder: MapDecoder | undefined;

function trained(): Replica {
  if (!replica) throw new Error("no network was set up in this thread");
  return replica;
}

const jobs = {
  prepareImages: (range: PrepareRange) => prepareImages(range),
  encodeImages: (range: EncodeRange) => encodeImages(range),
  vaeReplica(init: VaeReplicaInit) {
    replica = vaeReplica(init);
  },
  priorReplica(init: PriorReplicaInit) {
    replica = priorReplica(init);
  },
  run: ({from, to}: {from: number; to: number}) => trained().run(from, to),
  publish: () => trained().publish(),
  samplePrior: ({prior, options}: {prior: PriorWeights; options: SampleOptions}) =>
    samplePrior(prior, options),
  mapDecoder({vae, scale}: {vae: VaeWeights; scale: number}) {
    decoder = new MapDecoder(vae, scale);
  },
  decodeMap({z, box}: {z: Float32Array; box: number}): Float32Array {
    if (!decoder) throw new Error("no decoder was set up in this thread");
    return decoder.decode(z, box);
  }
};

export type TrainJobs = typeof jobs;

serve(parentThread(), jobs);
