import type {Measured} from "../components/jobs/bench/bench.js";

/** Results as text: a row each, with the ratio to plain tfjs and to PyTorch with as many threads, in the same run. */
export function table(results: readonly Measured[]): string {
  const others = [
    {name: "plain tfjs", of: (r: Measured) => results.find((b) => b.work === r.work && isPlain(b))},
    {
      name: "torch",
      of: (r: Measured) =>
        results.find((b) => b.work === r.work && b.threads === r.threads && b.backend.startsWith("torch"))
    }
  ];
  const shown = others.filter(({of}) => results.some(of));
  const cells = results.map((r) => {
    const figure = r.value >= 100 ? r.value.toFixed(0) : r.value.toPrecision(3);
    const ratios = shown.map(({of}) => {
      const base = of(r);
      return base && base !== r ? `${(r.value / base.value).toFixed(2)} x` : "";
    });
    return [r.work, r.backend, String(r.threads), `${figure} ${r.unit}`, ...ratios];
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

const isPlain = ({backend}: Measured) => backend.startsWith("plain tfjs");
