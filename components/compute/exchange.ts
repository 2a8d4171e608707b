import {barrier, BARRIER_BYTES} from "./barrier.js";
import type {Awaitable} from "./network.js";

/**
 * How the parties of a data-parallel training swap numbers. Every vector is cut into as many slices as there are parties,
 * and each party owns one. All parties make the same calls with vectors of the same lengths.
 */
export interface Exchange {
  readonly party: number;
  readonly parties: number;
  /** Afterwards this party's slice of each vector holds the sum over all parties, added in their order. */
  reduce(vectors: readonly Float32Array[]): Awaitable<void>;
  /** Afterwards each vector holds every party's slice as that party had it. */
  gather(vectors: readonly Float32Array[]): Awaitable<void>;
}

/** A party's invitation: sent to its thread, opened there by `openExchange`. */
export type Meeting =
  | {kind: "memory"; party: number; parties: number; barrier: SharedArrayBuffer; sums: SharedArrayBuffer; values: SharedArrayBuffer}
  | {kind: "ports"; party: number; parties: number; ports: (MessagePort | null)[]}; // prettier-ignore

/** The slice [lo, hi) of a vector that a party owns; bounds are multiples of 4, but for the last. */
export function sliceOf(length: number, party: number, parties: number): [lo: number, hi: number] {
  const cut = (p: number) => (p === parties ? length : Math.floor((length * p) / parties / 4) * 4);
  return [cut(party), cut(party + 1)];
}

/** Whether threads can share memory here: in Node, and on pages that are cross-origin isolated. */
export const canShareMemory = (): boolean => typeof SharedArrayBuffer !== "undefined";

/**
 * Invitations for `parties` threads: over shared memory where there is any, else over message ports, which takes about a
 * millisecond more a step. Both give the same numbers.
 * @param length floats of all vectors that will be swapped at once
 */
export function meetings(parties: number, length: number, shared = canShareMemory()): Meeting[] {
  const each = Array.from({length: parties}, (_, p) => p);
  if (shared) {
    const memory = {
      barrier: new SharedArrayBuffer(BARRIER_BYTES),
      sums: new SharedArrayBuffer(4 * parties * length),
      values: new SharedArrayBuffer(4 * length)
    };
    return each.map((party) => ({kind: "memory", party, parties, ...memory}));
  }
  const ports = each.map(() => each.map((): MessagePort | null => null));
  for (const p of each)
    for (let q = 0; q < p; ++q) {
      const {port1, port2} = new MessageChannel();
      [ports[p][q], ports[q][p]] = [port1, port2];
    }
  return each.map((party) => ({kind: "ports", party, parties, ports: ports[party]}));
}

/** A training by one thread alone: nothing to swap. */
export const alone: Exchange = {party: 0, parties: 1, reduce: () => {}, gather: () => {}};

/** Opens an invitation in the thread that it was sent to. */
export function openExchange(meeting?: Meeting): Exchange {
  if (!meeting || meeting.parties === 1) return alone;
  return meeting.kind === "memory" ? overMemory(meeting) : overPorts(meeting);
}

function overMemory({party, parties, ...memory}: Extract<Meeting, {kind: "memory"}>): Exchange {
  const {wait} = barrier(memory.barrier, parties);
  const sums = new Float32Array(memory.sums);
  const values = new Float32Array(memory.values);
  const length = values.length;
  return {
    party,
    parties,
    reduce(vectors) {
      eachSlice(vectors, (v, at, owner, lo, hi) => {
        if (owner !== party) sums.set(v.subarray(lo, hi), party * length + at + lo);
      });
      wait();
      eachSlice(vectors, (v, at, owner, lo, hi) => {
        if (owner !== party) return;
        const own = v.subarray(lo, hi);
        const share = (p: number) => sums.subarray(p * length + at + lo, p * length + at + hi);
        addUp(own, party, parties, share);
      });
    },
    gather(vectors) {
      eachSlice(vectors, (v, at, owner, lo, hi) => {
        if (owner === party) values.set(v.subarray(lo, hi), at + lo);
      });
      wait();
      eachSlice(vectors, (v, at, owner, lo, hi) => {
        if (owner !== party) v.set(values.subarray(at + lo, at + hi), lo);
      });
    }
  };

  function eachSlice(
    vectors: readonly Float32Array[],
    visit: (v: Float32Array, at: number, owner: number, lo: number, hi: number) => void
  ): void {
    eachOffset(vectors, (v, at) => {
      for (let owner = 0; owner < parties; ++owner) visit(v, at, owner, ...sliceOf(v.length, owner, parties));
    });
  }
}

/** Milliseconds without a word from another party after which it must have died. */
const SILENCE = 120_000;

function overPorts({party, parties, ports}: Extract<Meeting, {kind: "ports"}>): Exchange {
  const inboxes = ports.map((port) => (port ? inbox(port) : null));
  const others = inboxes.flatMap((_, q) => (q === party ? [] : [q]));
  const [spare, zero] = [new Map<number, Float32Array[]>(), new Float32Array(0)];
  // Buffers that came in are sent out again: a step makes no garbage.
  const buffer = (length: number) => spare.get(length)?.pop() ?? new Float32Array(length);
  const keep = (b: Float32Array) => void (spare.get(b.length)?.push(b) ?? spare.set(b.length, [b]));
  const send = (to: number, vectors: readonly Float32Array[], owner: number) => {
    const parts = vectors.map((v) => v.subarray(...sliceOf(v.length, owner, parties)));
    const out = buffer(parts.reduce((n, v) => n + v.length, 0));
    eachOffset(parts, (v, at) => out.set(v, at));
    ports[to]!.postMessage(out, [out.buffer as ArrayBuffer]);
  };
  // A party's slices of all vectors, one after another, as they are sent.
  const slicesIn = (buffer: Float32Array, vectors: readonly Float32Array[], owner: number) => {
    let at = 0;
    return vectors.map((v) => {
      const [lo, hi] = sliceOf(v.length, owner, parties);
      return {lo, hi, part: buffer.subarray(at, (at += hi - lo))};
    });
  };
  return {
    party,
    parties,
    async reduce(vectors) {
      for (const q of others) send(q, vectors, q);
      const shares = await Promise.all(inboxes.map((box) => box?.next() ?? Promise.resolve(zero)));
      const parts = shares.map((share) => slicesIn(share, vectors, party));
      vectors.forEach((v, i) => {
        const [lo, hi] = sliceOf(v.length, party, parties);
        addUp(v.subarray(lo, hi), party, parties, (p) => parts[p][i].part);
      });
      others.forEach((q) => keep(shares[q]));
    },
    async gather(vectors) {
      for (const q of others) send(q, vectors, party);
      const slices = await Promise.all(inboxes.map((box) => box?.next() ?? Promise.resolve(zero)));
      for (const q of others) {
        slicesIn(slices[q], vectors, q).forEach(({lo, part}, i) => vectors[i].set(part, lo));
        keep(slices[q]);
      }
    }
  };
}

/** Vectors that come through a port, in order. */
function inbox(port: MessagePort): {next(): Promise<Float32Array>} {
  const arrived: Float32Array[] = [];
  let waiting: ((v: Float32Array) => void) | undefined;
  port.onmessage = ({data}: MessageEvent<Float32Array>) => {
    if (waiting) waiting(data);
    else arrived.push(data);
    waiting = undefined;
  };
  return {
    next() {
      const first = arrived.shift();
      if (first) return Promise.resolve(first);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error("training: a thread stopped answering")), SILENCE);
        waiting = (v) => {
          clearTimeout(timer);
          resolve(v);
        };
      });
    }
  };
}

function eachOffset(vectors: readonly Float32Array[], visit: (v: Float32Array, at: number) => void): void {
  let at = 0;
  for (const v of vectors) {
    visit(v, at);
    at += v.length;
  }
}

/** own = share(0) + share(1) + ... in this order, `own` itself being the share of `party`. */
function addUp(own: Float32Array, party: number, parties: number, share: (p: number) => Float32Array): void {
  if (party <= 1) {
    // own + share(0) is share(0) + own
    for (let p = 0; p < parties; ++p) if (p !== party) add(own, share(p));
    return;
  }
  const kept = own.slice();
  own.set(share(0));
  for (let p = 1; p < parties; ++p) add(own, p === party ? kept : share(p));
}

function add(to: Float32Array, from: Float32Array): void {
  for (let i = 0; i < to.length; ++i) to[i] += from[i];
}
