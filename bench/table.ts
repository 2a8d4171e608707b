import type {Measured} from "../components/jobs/bench/plan.js";
import {plain, rateText, ratio, torch} from "../components/jobs/bench/ratios.js";

const references = [
  {name: "plain", to: plain},
  {name: "torch", to: torch}
];

/** Results as text: a row each, with the ratio to the plain version and to PyTorch with as many threads, in the same run. */
export function table(results: readonly Measured[]): string {
  const shown = references.filter(({to}) => results.some((r) => to(r, results)));
  const cells = results.map((r) => {
    const ratios = shown.map(({to}) => {
      const times = ratio(r, results, to);
      return times === undefined ? "" : `${times.toFixed(2)} x`;
    });
    return [r.work, r.backend, String(r.threads), `${rateText(r.value)} ${r.unit}`, ...ratios];
  });
  const rows = [
    ["work", "backend", "threads", "rate", ...shown.map(({name}) => `against ${name}`)],
    ...cells
  ];
  const widths = rows[0].map((_, c) => Math.max(...rows.map((row) => row[c].length)));
  return rows
    .map((row) =>
      row
        .map((cell, c) => cell.padEnd(widths[c]))
        .join("  ")
        .trimEnd()
    )
    .join("\n");
}
