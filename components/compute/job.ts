/** What a long computation is given to report to and to be stopped by; the same in a page, a worker and the command line. */
export interface JobContext {
  /** Called now and then (a few times a second at most matters). `note` is short text: a loss, a rate. */
  progress(done: number, total: number, note?: string): void;
  /** Aborted when the user cancels; long loops check `signal.aborted` and throw `signal.reason`. */
  signal: AbortSignal;
}

/** A context that reports to nobody and is never cancelled. */
export const quiet: JobContext = {progress: () => {}, signal: new AbortController().signal};
