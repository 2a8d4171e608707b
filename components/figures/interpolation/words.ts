import type {LatentPath, NoPath} from "../../jobs/latentPaths.js";
import {isPath} from "./state.js";

/** y in words, with as many digits as tell two values apart. */
const range = (from: number, to: number): string => {
  const digits = Math.min(6, Math.max(2, Math.ceil(-Math.log10(Math.max(1e-9, to - from))) + 1));
  return from.toFixed(digits) === to.toFixed(digits)
    ? `at y = ${from.toFixed(digits)}`
    : `between y = ${from.toFixed(digits)} and ${to.toFixed(digits)}`;
};

/** What is to be said of a path beside its picture: whether it leaves the data, or why there is none. */
export function warningOf(path: LatentPath | NoPath): {words: string; warns: boolean} {
  if (!isPath(path)) return {words: `is not there. ${path.why}`, warns: true};
  const whole = path.length[path.length.length - 1];
  const neighbours =
    path.averageNeighbours && path.averageNeighbours > 5
      ? ` Its graph has ${path.averageNeighbours} neighbours on average: with fewer, cryoDRGN's 5 among them, it does not lead from A to B.`
      : "";
  const more = `${neighbours}${leastWords(path)}`;
  if (path.off.length === 0)
    return {words: `stays with the data over its length of ${whole.toFixed(2)}.${more}`, warns: false};
  const stretches = path.off.map(({from, to}) => range(from, to)).join(", ");
  let off = 0;
  for (let i = 1; i < path.length.length; ++i)
    if (path.off.some(({first, last}) => i - 1 >= first && i <= last))
      off += path.length[i] - path.length[i - 1];
  return {
    words: `leaves the data ${stretches}: there it is further from the encodings than 99 of 100 of them are from each other. That is ${((100 * off) / whole).toFixed(0)}% of its length of ${whole.toFixed(2)}.${more}`, // prettier-ignore
    warns: true
  };
}

/** Of the path of least free energy: how high it goes, ends included, and what relaxing it did. */
function leastWords({least}: LatentPath): string {
  if (!least) return "";
  const {graph, relaxed, isRelaxed, encodings} = least;
  const highest = (isRelaxed ? relaxed : graph).toFixed(1);
  const way = isRelaxed
    ? "relaxed as a string by the score, which lowered its integral of exp(F)"
    : "left on the graph: relaxing it by the score did not lower it";
  return ` Its highest free energy, A and B included, is ${highest} nats above the lowest of ${encodings.toLocaleString("en")} encodings; it was found over these and ${way}.`;
}
