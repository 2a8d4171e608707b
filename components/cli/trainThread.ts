/** What a thread of `train` runs. */
import "./relaxedSimd.js";
import {serve} from "../compute/protocol.js";
import type {Replica} from "../compute/replica.js";
import {encodeImages, type EncodeRange} from "../vae/encode.js";
import {vaeReplica, type VaeReplicaInit} from "../vae/training.js";
import {prepareImages, type PrepareRange} from "./prepareImages.js";
import {parentThread} from "./threads.js";

let replica: Replica | undefined;

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
  run: ({from, to}: {from: number; to: number}) => trained().run(from, to),
  publish: () => trained().publish()
};

export type TrainJobs = typeof jobs;

serve(parentThread(), jobs);
