import {appendFileSync, existsSync, readFileSync, writeFileSync} from "node:fs";

/** The training curve as a CSV file; rows after the checkpoint are dropped when a run resumes. */
export function openCurve(path: string, step: number) {
  const header = "step,epoch,gen,kld,loss,seconds,held_out";
  const rows = existsSync(path) ? readFileSync(path, "utf8").trim().split("\n").slice(1) : [];
  const kept = rows.filter((row) => Number(row.split(",")[0]) <= step);
  writeFileSync(path, [header, ...kept].join("\n") + "\n");
  return {
    /** Seconds of training behind the kept rows. */
    seconds: kept.length ? Number(kept[kept.length - 1].split(",")[5]) : 0,
    add(
      at: number,
      epoch: number,
      {gen, kld, loss}: {gen: number; kld: number; loss: number},
      seconds: number,
      heldOut?: number
    ) {
      appendFileSync(
        path,
        `${at},${epoch.toFixed(4)},${gen.toFixed(6)},${kld.toFixed(4)},${loss.toFixed(6)},${seconds.toFixed(1)},${heldOut?.toFixed(6) ?? ""}\n`
      );
    }
  };
}

/** A point of a training curve as provenance.json keeps it: the losses of the steps since the point before. */
export interface CurvePoint {
  step: number;
  epoch: number;
  gen: number;
  kld: number;
  loss: number;
}

/** Points of a curve that are kept at most. */
const KEPT = 400;

/**
 * A training curve, thinned to at most 400 points: the mean of each run of rows, weighed by their steps, at the step of its last.
 * @param text what `openCurve` wrote
 * @returns undefined where there is no row
 */
export function readCurve(text: string): CurvePoint[] | undefined {
  const rows = text
    .trim()
    .split("\n")
    .slice(1)
    .map((row) => row.split(",").map(Number))
    .filter((row) => row.length >= 5 && row.slice(0, 5).every(Number.isFinite));
  if (rows.length === 0) return undefined;
  const each = Math.ceil(rows.length / KEPT);
  let before = 0;
  const points: CurvePoint[] = [];
  for (let start = 0; start < rows.length; start += each) {
    const sums = [0, 0, 0];
    const part = rows.slice(start, start + each);
    const [last, epoch] = part[part.length - 1];
    let at = before;
    for (const [step, , ...terms] of part) {
      for (let k = 0; k < 3; ++k) sums[k] += ((step - at) * terms[k]) / (last - before);
      at = step;
    }
    const [gen, kld, loss] = sums.map((v) => Number(v.toPrecision(6)));
    points.push({step: last, epoch, gen, kld, loss});
    before = last;
  }
  return points;
}
