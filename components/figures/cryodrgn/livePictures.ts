/** What is seen of a VAE in training: its latents in their own first two principal components, and the map at their mean. */
import {pca, projectPca} from "../../analysis/pca.js";
import type {Motion} from "../../cryoem/motion.js";
import {cssColor, h} from "../dom.js";
import {stateColor, stateKey} from "../interpolation/stateBins.js";
import {mapViewer} from "../mapViewer.js";
import {scatter, type Scatter} from "../scatter.js";
import {extent} from "../scatterDraw.js";
import type {LiveEvaluation} from "./livePlan.js";

/** How much latents may outgrow the axes, or fall short of them, before these are drawn anew. */
const SLACK = 1.25;

export interface LivePictures {
  element: HTMLElement;
  show(evaluation: LiveEvaluation, states?: Int32Array): void;
  /** The latents as drawn [n, 2]. */
  plane(): Float32Array | undefined;
  plot(): Scatter | undefined;
  map: {png(): Promise<Blob>};
  dispose(): void;
}

export function livePictures(motion: Motion): LivePictures {
  const holder = h("div", {class: "live-latents"});
  const viewer = mapViewer({height: 300, level: 2.5, description: "The map at the mean of all latents", compact: true}); // prettier-ignore
  const caption = h("p", {class: "note-small"}, "\u00a0");
  let plot: Scatter | undefined;
  let plane: Float32Array | undefined;
  let reach = 0;
  const element = h(
    "div",
    {class: "side-by-side"},
    h("div", {}, holder, stateKey(motion)),
    h("div", {}, viewer.element, caption)
  );
  element.hidden = true; // there is nothing to see before the first epoch is done
  return {
    element,
    show({mu, zdim, map, box, voxelSize, epoch}, states) {
      element.hidden = false;
      const next = Float32Array.from(projectPca(pca(mu, zdim), mu, 2));
      if (plane?.length === next.length) keepSides(next, plane);
      plane = next;
      const {x0, x1, y0, y1} = extent([next]);
      const now = Math.max(x1 - x0, y1 - y0);
      if (plot && now < SLACK * reach && now > reach / SLACK / SLACK) plot.update(0, next);
      else {
        plot?.dispose();
        reach = now;
        plot = scatter({
          width: 340,
          height: 300,
          compact: true,
          description:
            "Latents of the images in their first two principal components, coloured by their true state",
          xLabel: "PC 1",
          yLabel: "PC 2",
          radius: 1.6,
          sets: [
            {
              name: "images",
              points: next,
              color: "--series-live",
              colors: states && Array.from(states, (s) => cssColor(stateColor(motion, s)))
            }
          ]
        });
        holder.replaceChildren(plot.element);
      }
      viewer.show([{label: "map", map, D: box, voxelSize, color: "--series-live"}]);
      viewer.refit();
      caption.textContent = `After epoch ${epoch}: box ${box}, ${voxelSize.toFixed(1)} Å a voxel.`;
    },
    plane: () => plane,
    plot: () => plot,
    map: viewer,
    dispose() {
      plot?.dispose();
      viewer.dispose();
    }
  };
}

/** Turns an axis round where that brings the points nearer to where they were: the sign of a component means nothing. */
function keepSides(next: Float32Array, before: Float32Array): void {
  for (let c = 0; c < 2; ++c) {
    let dot = 0;
    for (let i = c; i < next.length; i += 2) dot += next[i] * before[i];
    if (dot < 0) for (let i = c; i < next.length; i += 2) next[i] = -next[i];
  }
}
