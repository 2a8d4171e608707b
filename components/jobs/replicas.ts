import type {Client} from "../compute/client.js";
import {meetings} from "../compute/exchange.js";
import type {Backend, TrainingVectors} from "../compute/network.js";
import {exchangedFloats, type NetworkSpec} from "../compute/open.js";
import type {Replica} from "../compute/replica.js";
import {sumVectors} from "../compute/vectors.js";
import {priorReplica, type PriorReplicaInit} from "../diffusion/training.js";
import {vaeReplica, type VaeReplicaInit} from "../vae/training.js";

/** What each kind of training gives its replicas; the meeting is added by `openTeam`. */
interface Inits {
  prior: PriorReplicaInit;
  vae: VaeReplicaInit;
}
const makers: {[K in keyof Inits]: (init: Inits[K]) => Promise<Replica>} = {
  prior: priorReplica,
  vae: vaeReplica
};

/** Jobs by which a thread holds one replica for a training that another thread leads. */
export function replicaJobs() {
  let held: Replica | undefined;
  const replica = () => {
    if (!held) throw new Error("no network was set up in this thread");
    return held;
  };
  async function hold(make: Promise<Replica>) {
    held?.dispose();
    held = await make;
  }
  return {
    holdPrior: (init: PriorReplicaInit) => hold(priorReplica(init)),
    holdVae: (init: VaeReplicaInit) => hold(vaeReplica(init)),
    runReplica: ({from, to}: {from: number; to: number}) => replica().run(from, to),
    replicaPart: () => replica().part(),
    dropReplica() {
      held?.dispose();
      held = undefined;
    }
  };
}
export type ReplicaJobs = ReturnType<typeof replicaJobs>;

/** The replicas of a training, wherever they run, as one. */
export interface Team {
  /** Runs steps `from` to `to` on all of them; the loss terms, summed over steps and replicas. */
  run(from: number, to: number): Promise<Float64Array>;
  /** The training's vectors after the last step run. */
  vectors(): Promise<TrainingVectors>;
  dispose(): void;
}

export interface TeamOptions {
  /** Where the networks run (default `wasm`); with any other there can be one replica alone. */
  backend?: Backend;
  /** Threads that hold a replica each (default: none). */
  helpers?: readonly Client<ReplicaJobs>[];
  /** Whether the calling thread has one too (default: where there are no helpers). */
  here?: boolean;
  /** Exchange over shared memory, else over message ports (default: where there is shared memory). */
  sharedMemory?: boolean;
}

/** Opens a replica in each thread, and lets them meet. @throws as openTrainer does */
export async function openTeam<K extends keyof Inits>(
  kind: K,
  init: Omit<Inits[K], "meeting" | "backend">,
  specs: readonly NetworkSpec[],
  {backend = "wasm", helpers = [], here = helpers.length === 0, sharedMemory}: TeamOptions = {}
): Promise<Team> {
  const parties = helpers.length + (here ? 1 : 0);
  const invitations = meetings(parties, exchangedFloats(specs), sharedMemory);
  const initOf = (party: number) => ({...init, backend, meeting: invitations[party]}) as Inits[K];
  const elsewhere = helpers.map(async (client, i) => {
    const party = i + (here ? 1 : 0);
    const job = kind === "prior" ? "holdPrior" : "holdVae";
    await client.run(job, initOf(party) as PriorReplicaInit & VaeReplicaInit);
    return remoteReplica(client);
  });
  const own = here ? [await makers[kind](initOf(0))] : [];
  const replicas = [...own, ...(await Promise.all(elsewhere))];
  return {
    async run(from, to) {
      // The other threads first: this one does not answer while it computes.
      const shares = await Promise.all([...replicas].reverse().map((r) => r.run(from, to)));
      return shares.reverse().reduce((sum, share) => sum.map((v, i) => v + share[i]));
    },
    async vectors() {
      return sumVectors(await Promise.all(replicas.map(async (r) => r.part())));
    },
    dispose() {
      for (const replica of replicas) replica.dispose();
    }
  };
}

const remoteReplica = (client: Client<ReplicaJobs>): Replica => ({
  run: (from, to) => client.run("runReplica", {from, to}),
  part: () => client.run("replicaPart", undefined),
  dispose: () => void client.run("dropReplica", undefined).catch(() => {})
});
