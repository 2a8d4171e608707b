import {h, roomFor} from "./dom.js";
import {csvBlob, svgBlob} from "./download.js";
import {figure} from "./figure.js";
import {kindColor, kindName, kinds, type PriorState} from "./priorState.js";
import {provenanceLabel, type Provenance} from "./provenance.js";
import {runControl} from "./runControl.js";
import {median, stateHistogram, stripPlot, type Strip} from "./stripPlot.js";

/** Live samples that are decoded at the reader's request. */
const LIVE = 40;

/** How well decoded maps of each set correlate with their nearest true map, over the voxels that move. */
export async function correlationFigure({run, workers, latents, live}: PriorState): Promise<HTMLElement> {
  const [evaluation, all, recipe] = await Promise.all([run.evaluation(), latents(), run.recipe()]);
  await run.checkEvaluation();
  const {maps, made, seed} = evaluation;
  let now: Strip | undefined;
  const strips = (): Strip[] => [
    ...kinds.map((kind) => ({name: kindName[kind], values: maps[kind].moving, color: kindColor[kind]})),
    ...(now ? [now] : [])
  ];
  const holder = h("div", {class: "table-scroll"});
  const caption = h("div", {class: "figure-caption"});
  let plot: SVGSVGElement;
  const draw = () => {
    plot = stripPlot(strips(), {
      label: "correlation with the nearest true map, where the states differ →",
      width: roomFor(680)
    });
    const medians = strips().map(
      ({name, values}) => `${name} ${median(values).toFixed(4)} (n = ${values.length})`
    );
    const sources: Provenance[] = [
      {
        kind: "shipped",
        detail: `npm run evaluate, box ${maps.box}, seed ${seed}, ${made.machine}, ${made.date}`
      }
    ];
    if (now && live.value)
      sources.push({kind: "live", detail: `${now.values.length} samples, ${live.value.name}`});
    holder.replaceChildren(plot);
    caption.textContent = `Each tick is one decoded map; boxes hold the middle half. Medians: ${medians.join(", ")}.`;
    labels.replaceChildren(provenanceLabel(...sources));
  };
  const {motion} = recipe.json as {motion: {states: number}};
  const histogram = stateHistogram(
    kinds.map((kind) => ({name: kindName[kind], states: maps[kind].state, color: kindColor[kind]})),
    {states: motion.states, width: roomFor(680)}
  );
  const labels = h("div", {});
  draw();
  const control = runControl({
    label: `Decode ${LIVE} live samples`,
    async run({signal, progress}) {
      const vae = await run.vae();
      const samples = live.value;
      if (!samples) return "Sample the prior or train one first (above): there are no live samples yet.";
      const z = Float32Array.from(samples.z.subarray(0, LIVE * all.d));
      const found = await workers.run(
        "mapCorrelations",
        {vae, recipe, z, box: maps.box},
        {affinity: `${run.name}, correlations`, signal, onProgress: progress}
      );
      now = {name: "Prior, live", values: found.moving, color: "--series-live"};
      draw();
      return `Median ${median(found.moving).toFixed(4)}.`;
    }
  });
  return figure([holder, h("div", {class: "table-scroll"}, histogram), caption, labels, control], {
    provenance: [],
    files: [
      {label: "SVG", name: "correlations.svg", make: () => svgBlob(plot)},
      {label: "States, SVG", name: "states.svg", make: () => svgBlob(histogram)},
      {
        label: "CSV",
        name: "correlations.csv",
        make: () =>
          csvBlob(
            ["set", "moving", "whole", "state"],
            kinds.flatMap((k) =>
              maps[k].moving.map((r, i) => [kindName[k], r, maps[k].whole[i], maps[k].state[i]])
            )
          )
      }
    ]
  });
}
