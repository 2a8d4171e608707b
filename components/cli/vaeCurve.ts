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
