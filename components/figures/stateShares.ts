import * as Plot from "@observablehq/plot";

export interface ShareSet {
  name: string;
  /** Part of the set in each state [states]. */
  shares: ArrayLike<number>;
  /** CSS variable. */
  color: string;
}

/** Bars of more states than this have no name each. */
const NAMED = 12;

/**
 * How often each state occurs, one panel a set, as bars; the true law in each as a black step.
 * @param law of the images [states]
 * @param labels of the states [states], used where they are few
 */
export function stateShares(
  sets: ShareSet[],
  law: ArrayLike<number>,
  {labels, label, width = 680}: {labels: string[]; label: string; width?: number}
): SVGSVGElement {
  const named = labels.length <= NAMED;
  const rows = sets.flatMap(({name, shares}) =>
    Array.from(shares, (share, state) => ({name, state, share: 100 * share, law: 100 * law[state]}))
  );
  const colors = Object.fromEntries(sets.map(({name, color}) => [name, `var(${color})`]));
  const across = {x1: (d: {state: number}) => d.state, x2: (d: {state: number}) => d.state + 1, fx: "name"};
  const plot = Plot.plot({
    width,
    height: named ? 200 : 170,
    marginBottom: named ? 64 : 40,
    style: {fontSize: "12px", fontFamily: "var(--sans-serif)", background: "none"},
    fx: {domain: sets.map((s) => s.name), label: null},
    x: {
      domain: [0, labels.length],
      label,
      ...(named
        ? {
            ticks: labels.map((_, k) => k + 0.5),
            tickFormat: (v: number) => labels[Math.floor(v)] ?? "",
            tickRotate: -45,
            tickSize: 0
          }
        : {ticks: 3})
    },
    y: {label: "↑ % of the set", grid: true, ticks: 3},
    marks: [
      Plot.rectY(rows, {
        ...across,
        y: "share",
        fill: (d: {name: string}) => colors[d.name],
        inset: named ? 1 : 0
      }),
      Plot.ruleY(rows, {...across, y: "law", stroke: "currentColor", strokeWidth: 1.5}),
      Plot.ruleY([0])
    ]
  });
  return plot as unknown as SVGSVGElement;
}
