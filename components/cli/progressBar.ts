import cliProgress from "cli-progress";
import type {JobContext} from "../compute/job.js";

export interface ProgressBar {
  progress: JobContext["progress"];
  /** Ends the line; call it however the work ends. */
  stop(): void;
}

/**
 * A progress bar on stderr: what is done, the rate and the time left. Without a terminal, a line every half minute.
 * @param unit what is counted: "images", "steps"
 */
export function progressBar(unit: string): ProgressBar {
  let bar: cliProgress.SingleBar | undefined;
  let began = 0;
  let first = 0;
  let before = 0;
  let of = 0;
  return {
    progress(done, total, note = "") {
      if (!bar) {
        bar = new cliProgress.SingleBar(
          {
            format: `{bar} {percentage}% | {value}/{total} ${unit} | {rate} ${unit}/s | {left} left {note}`,
            stream: process.stderr,
            hideCursor: true,
            noTTYOutput: true,
            notTTYSchedule: 30000,
            etaBuffer: 50,
            fps: 5
          },
          cliProgress.Presets.shades_classic
        );
        bar.start(total, done, {rate: "-", left: "-", note});
        began = performance.now();
        first = before = done;
        of = total;
        return;
      }
      // Another part of the work has begun, with a count and a rate of its own.
      if (total !== of || done < before) {
        began = performance.now();
        first = done;
      }
      before = done;
      of = total;
      const seconds = (performance.now() - began) / 1000;
      const rate = seconds > 0 ? (done - first) / seconds : 0;
      bar.setTotal(total);
      bar.update(done, {
        rate: rate > 0 ? shortNumber(rate) : "-",
        left: rate > 0 ? duration((total - done) / rate) : "-",
        note
      });
    },
    stop() {
      bar?.stop();
      bar = undefined;
    }
  };
}

const shortNumber = (x: number): string => (x >= 100 ? x.toFixed(0) : x.toPrecision(2));

/** A time in the words of a clock: 45 s, 3 min 05 s, 2 h 10 min. */
export function duration(seconds: number): string {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, "0")} s`;
  return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, "0")} min`;
}
