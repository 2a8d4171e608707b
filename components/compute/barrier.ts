/**
 * A barrier for threads that share memory: `wait` returns when all of them have called it. Two counters: how many have
 * arrived, and the generation, which is what the others sleep on.
 */
export interface Barrier {
  wait(): void;
}

/** Bytes of shared memory that a barrier takes, zero at first. */
export const BARRIER_BYTES = 8;

/**
 * Milliseconds that a party looks for the others before it sleeps: parties that share their work evenly arrive within this,
 * and waking a sleeping thread takes about as long.
 */
const SPIN = 0.2;

/** @throws Error if the others have not come within `timeout` ms: one of them must have died */
export function barrier(
  memory: SharedArrayBuffer | ArrayBuffer,
  parties: number,
  timeout = 120_000
): Barrier {
  const state = new Int32Array(memory);
  return {
    wait() {
      const generation = Atomics.load(state, 1);
      if (Atomics.add(state, 0, 1) === parties - 1) {
        Atomics.store(state, 0, 0);
        Atomics.add(state, 1, 1);
        Atomics.notify(state, 1);
        return;
      }
      const patience = performance.now() + SPIN;
      while (Atomics.load(state, 1) === generation && performance.now() < patience);
      while (Atomics.load(state, 1) === generation)
        if (
          Atomics.wait(state, 1, generation, timeout) === "timed-out" &&
          Atomics.load(state, 1) === generation
        )
          throw new Error("training: a thread stopped answering");
    }
  };
}
