/** Several threads behind one `run`: a queue with priorities, and a preference for the thread that has things at hand. */
import {createClient, type Client, type RunOptions} from "./client.js";
import type {InputOf, Jobs, OutputOf, PartialOf, Port} from "./protocol.js";

export interface PoolOptions {
  /** Threads at most; each is opened when it is first needed. */
  threads: number;
  /** How many of them only jobs of priority above 0 may use, so that a click is answered while samples are drawn (0). */
  reserved?: number;
  /** Milliseconds a cancelled job is given to stop by itself before its thread is ended (as `createClient`'s). */
  grace?: number;
}

export interface PoolRunOptions<P = never> extends RunOptions<P> {
  /** Higher goes first; first come, first served among equals (0). */
  priority?: number;
  /**
   * What the job finds at hand on a thread that ran a job of the same affinity before, such as the model's name: threads
   * keep models (jobs/models.ts). Such a thread is preferred when it is idle, and waited for when its job was cancelled.
   */
  affinity?: string;
}

/** Runs one job a thread at a time. What waits takes its input as it is when it starts. A paused job keeps its thread. */
export interface Pool<J extends Jobs> {
  run<K extends keyof J & string>(
    job: K,
    input: InputOf<J[K]>,
    options?: PoolRunOptions<PartialOf<J[K]>>
  ): Promise<OutputOf<J[K]>>;
  /** Ends all threads; what is running or waiting is rejected, and so is what is asked for later. */
  close(): void;
}

interface Entry<J extends Jobs> {
  priority: number;
  affinity?: string;
  /** Starts the job; resolves when its promise is settled either way, and marks the slot as stopping before that. */
  start(slot: Slot<J>): Promise<void>;
  reject(reason: unknown): void;
}

interface Slot<J extends Jobs> {
  client: Client<J>;
  /** Affinities of the jobs that its present thread ran. */
  names: Set<string>;
  job?: Entry<J>;
  /** The job is done, or was cancelled and has yet to stop. */
  stopping: boolean;
}

/** @throws RangeError where no thread is left for jobs of priority 0 */
export function createPool<J extends Jobs>(
  open: () => Port,
  {threads, reserved = 0, grace}: PoolOptions
): Pool<J> {
  if (!(threads >= 1 && reserved >= 0 && reserved < threads))
    throw new RangeError(
      `threads: found ${threads}, ${reserved} of them reserved; expected at least 1 that is not`
    );
  const slots = Array.from({length: threads}, () => openSlot<J>(open, grace)); // the last used last
  const queue: Entry<J>[] = []; // in the order they are to start
  let closed = false;

  function enqueue(entry: Entry<J>) {
    const after = queue.findIndex(({priority}) => priority < entry.priority);
    queue.splice(after < 0 ? queue.length : after, 0, entry);
  }

  /** The best idle slot for a job, or undefined where it has to wait. */
  function slotFor({priority, affinity}: Entry<J>): Slot<J> | undefined {
    const low = slots.filter(({job}) => job && job.priority <= 0).length;
    if (priority <= 0 && low >= threads - reserved) return undefined;
    const live = (slot: Slot<J>) => slot.client.connected;
    const at = (slot: Slot<J>) => affinity !== undefined && live(slot) && slot.names.has(affinity);
    const idle = slots.filter(({job}) => !job);
    const known = idle.find(at);
    if (known || slots.some((slot) => slot.stopping && at(slot))) return known;
    // Next best is an open thread that has nothing at hand for others, then a new one, then the one that rested longest.
    const plain = idle.find((slot) => live(slot) && slot.names.size === 0);
    return plain ?? idle.find((slot) => !live(slot)) ?? idle[0];
  }

  async function occupy(slot: Slot<J>, entry: Entry<J>) {
    slot.job = entry;
    slots.push(...slots.splice(slots.indexOf(slot), 1));
    const settled = entry.start(slot);
    if (entry.affinity !== undefined) slot.names.add(entry.affinity);
    await settled;
    await slot.client.idle();
    slot.stopping = false;
    slot.job = undefined;
    dispatch();
  }

  function dispatch() {
    for (const entry of [...queue]) {
      const slot = slotFor(entry);
      if (!slot) continue;
      queue.splice(queue.indexOf(entry), 1);
      void occupy(slot, entry);
    }
  }

  return {
    run: (job, input, options = {}) =>
      new Promise((resolve, reject) => {
        if (closed) throw new Error("the pool was closed");
        const {priority = 0, affinity, signal} = options;
        signal?.throwIfAborted();
        const entry: Entry<J> = {
          priority,
          affinity,
          start(slot) {
            signal?.removeEventListener("abort", leave);
            // Known at once, not a microtask later: who cancels a job often asks for the next in the same breath.
            const stop = () => {
              slot.stopping = true;
              signal?.removeEventListener("abort", stop);
            };
            signal?.addEventListener("abort", stop);
            return slot.client.run(job, input, options).finally(stop).then(resolve, reject);
          },
          reject(reason) {
            signal?.removeEventListener("abort", leave);
            reject(reason);
          }
        };
        const leave = () => {
          queue.splice(queue.indexOf(entry), 1);
          entry.reject(signal?.reason);
        };
        signal?.addEventListener("abort", leave);
        enqueue(entry);
        dispatch();
      }),
    close() {
      closed = true;
      for (const {reject} of queue.splice(0)) reject(new Error("the pool was closed"));
      for (const {client} of slots) client.close();
    }
  };
}

function openSlot<J extends Jobs>(open: () => Port, grace?: number): Slot<J> {
  const names = new Set<string>();
  const fresh = () => {
    names.clear();
    return open();
  };
  return {client: createClient<J>(fresh, {grace}), names, stopping: false};
}
