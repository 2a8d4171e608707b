import {describeState, groupNames, stateCount, type Motion} from "../cryoem/motion.js";
import {totalVariation, totalVariationNoise} from "../analysis/totalVariation.js";
import {h, roomFor} from "./dom.js";
import {csvBlob, svgBlob} from "./download.js";
import {evaluated} from "./evaluated.js";
import {figure} from "./figure.js";
import {kindColor, kindName, kinds, type PriorState} from "./priorState.js";
import {setNames} from "./runs.js";
import {stateShares, type ShareSet} from "./stateShares.js";

/** Which states samples are in, against how many images are: the law of the state, and how far each set's is from it. */
export async function stateFigure({run}: PriorState): Promise<HTMLElement> {
  const [evaluation, recipe] = await Promise.all([evaluated(run, "states"), run.recipe()]);
  const {states, maps, made, seed} = evaluation;
  const {motion} = recipe.json as {motion: Motion};
  const K = stateCount(motion);
  const labels = Array.from({length: K}, (_, k) => describeState(motion, k));
  const sets: ShareSet[] = (["prior", "gaussian"] as const).map((kind) => ({
    name: kindName[kind],
    shares: states[kind].shares,
    color: kindColor[kind]
  }));
  const plot = stateShares(sets, states.law, {labels, label: groupNames(motion).length === K ? "" : "state →", width: roomFor(680)}); // prettier-ignore
  const {prior, gaussian} = states;
  const three = (v: number) => v.toFixed(3);
  // Of decoded maps there are fewer, so that states are put in bins of neighbours before they are compared.
  const bins = Math.min(K, 10);
  const binned = (found: number[]) => {
    const counts = new Float64Array(bins);
    for (const state of found) ++counts[Math.floor((state * bins) / K)];
    return counts;
  };
  let byMap = "";
  if (maps) {
    const [encodings, prior, gaussian] = kinds.map((kind) => binned(maps[kind].state));
    const decoded = maps.prior.state.length;
    const chance = totalVariationNoise(encodings, {n: decoded, other: decoded, seed});
    byMap = ` Told by the nearest true map of ${decoded} decoded ones${bins < K ? `, in ${bins} bins` : ""}: ${three(totalVariation(prior, encodings))} from encodings to the prior, ${three(totalVariation(gaussian, encodings))} to N(0, I); chance alone makes ${three(chance.mean)}.`;
  }
  return figure([h("div", {class: "table-scroll"}, plot)], {
    id: "T2-states",
    title: "States of samples beside those of images",
    caption: `Bars: the part of ${prior.samples.toLocaleString("en")} samples of the prior and ${gaussian.samples.toLocaleString("en")} of N(0, I) in each state, told by the nearest encoding. Black: the part of the images. Total variation distance from the images: ${three(prior.distance)} for the prior (chance alone makes ${three(prior.noise.mean)}), ${three(gaussian.distance)} for N(0, I) (${three(gaussian.noise.mean)}).${byMap}`,
    set: run.name,
    sets: setNames,
    provenance: [{kind: "shipped", detail: `npm run evaluate, seed ${seed}, ${made.machine}, ${made.date}`}],
    files: [
      {label: "SVG", name: "states.svg", make: () => svgBlob(plot)},
      {
        label: "CSV",
        name: "states.csv",
        make: () =>
          csvBlob(
            [
              "state",
              "what",
              "images",
              ...(["prior", "gaussian"] as const),
              ...(maps ? kinds.map((k) => `${k}, of decoded maps`) : [])
            ],
            labels.map((label, k) => [
              k,
              label,
              states.law[k],
              prior.shares[k],
              gaussian.shares[k],
              ...(maps
                ? kinds.map(
                    (kind) => maps[kind].state.filter((s) => s === k).length / maps[kind].state.length
                  )
                : [])
            ])
          )
      }
    ]
  });
}
