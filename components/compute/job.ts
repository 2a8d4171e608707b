import {running, type PauseSwitch} from "./pause.js";
import {nextTurn} from "./turn.js";

/** What a long computation is given to report to and to be stopped by; the same in a page, a worker and the command line. */
export interface JobContext {
  /** Called now and then (a few times a second at most matters). `note` is short text: a loss, a rate. */
  progress(done: number, total: number, note?: string): void;
  /** Aborted when the user cancels; a loop that cannot await checks `signal.aborted` and throws `signal.reason`. */
  signal: AbortSignal;
  /**
   * Lets the thread hear its messages: resolves in a later turn of the event loop, at once while the job runs, after it is
   * resumed where it was paused. Long loops await it every 50 ms or so.
   * @throws the signal's reason when cancelled
   */
  turn(): Promise<void>;
}

/**
 * A context of a signal and a progress function; without them one that is never cancelled and reports to nobody.
 * @param pausable what `turn` waits for
 */
export function jobContext(
  signal: AbortSignal = new AbortController().signal,
  progress: JobContext["progress"] = () => {},
  pausable?: PauseSwitch
): JobContext {
  return {
    signal,
    progress,
    async turn() {
      await nextTurn();
      if (pausable) await running(pausable, signal);
      signal.throwIfAborted();
    }
  };
}

/** A context that reports to nobody and is never cancelled. */
export const quiet: JobContext = jobContext();
