/** Pauses work and lets it go on, from outside of it. */
export interface PauseSwitch {
  readonly paused: boolean;
  pause(): void;
  resume(): void;
  /** Calls `listener` at every change; returns the function that ends that. */
  subscribe(listener: (paused: boolean) => void): () => void;
}

export function createSwitch(paused = false): PauseSwitch {
  const listeners = new Set<(paused: boolean) => void>();
  function set(next: boolean) {
    if (next === paused) return;
    paused = next;
    for (const listener of [...listeners]) listener(paused);
  }
  return {
    get paused() {
      return paused;
    },
    pause: () => set(true),
    resume: () => set(false),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    }
  };
}

/** Resolves when the switch is not paused (at once where it is not), or when the signal is aborted. */
export async function running(pausable: PauseSwitch, signal: AbortSignal): Promise<void> {
  while (pausable.paused && !signal.aborted) {
    await new Promise<void>((resolve) => {
      const change = () => {
        unsubscribe();
        signal.removeEventListener("abort", change);
        resolve();
      };
      const unsubscribe = pausable.subscribe(change);
      signal.addEventListener("abort", change);
    });
  }
}
