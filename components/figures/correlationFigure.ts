import {h, roomFor} from "./dom.js";
import {csvBlob, svgBlob} from "./download.js";
import {figure} from "./figure.js";
import {evaluated} from "./evaluated.js";
import {kindColor, kindName, kinds, type PriorState} from "./priorState.js";
import {provenanceLabel, type Provenance} from "./provenance.js";
import {runControl} from "./runControl.js";
import {setNames} from "./runs.js";
import {median, stripPlot, type Strip} from "./stripPlot.js";

/** Live samples that are decoded at the reader's request. */
const LIVE = 40;

/** How well decoded maps of each set correlate with their nearest true map, over the voxels that differ. */
export async function correlationFigure({run, workers, latents, live}: PriorState): Promise<HTMLElement> {
  const [{maps, made, seed}, all, recipe] = await Promise.all([
    evaluated(run, "maps"),
    latents(),
    run.recipe()
  ]);
  let now: Strip | undefined;
  const strips = (): Strip[] => [
    ...kinds.map((kind) => ({name: kindName[kind], values: maps[kind].moving, color: kindColor[kind]})),
    ...(now ? [now] : [])
  ];
  const holder = h("div", {class: "table-scroll"});
  const caption = h("div", {class: "figure-caption"});
  const labels = h("div", {});
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
  return figure([holder, caption, labels, control], {
    id: "T2-maps",
    title: "Maps of samples beside the true maps",
    set: run.name,
    sets: setNames,
    provenance: [],
    files: [
      {label: "SVG", name: "correlations.svg", make: () => svgBlob(plot)},
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
