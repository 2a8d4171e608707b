import type {LatentMap} from "../jobs/latentMap.js";
import {h} from "./dom.js";
import {mapViewer} from "./mapViewer.js";
import type {PipelineState} from "./pipelinePage.js";
import {provenanceLabel} from "./provenance.js";
import {CLICK} from "./worker.js";

const sources = {sample: "the prior's sample", encoding: "the image's z"};

/** The map decoded from the prior's sample, or from the image's own encoding. */
export async function mapStage({run, workers, sample, encoding}: PipelineState): Promise<HTMLElement> {
  const [vae, {has}] = await Promise.all([run.vae(), run.about()]);
  const recipe = has.includes("recipe.json") ? await run.recipe() : undefined;
  const viewer = mapViewer({height: 250, level: 3, description: "The decoded map", compact: true});
  const status = h("p", {class: "scatter-status", role: "status", "data-state": "busy"}, "\u00a0");
  let source: keyof typeof sources = "sample";
  let before = new AbortController();
  const decode = async () => {
    const z = source === "sample" ? sample.value : encoding.value;
    if (!z) return;
    status.dataset.state = "busy";
    before.abort();
    const {signal} = (before = new AbortController());
    const show = ({map, smooth, box, voxelSize, nearest}: LatentMap) => {
      const color = source === "sample" ? "--series-prior" : "--series-encodings";
      viewer.show([{label: "", map: smooth.length ? smooth : map, D: box, voxelSize, color}]);
      status.textContent = nearest
        ? `Nearest true map: state ${nearest.state}, correlation ${nearest.whole.toFixed(4)}`
        : `Box ${box}, ${voxelSize.toFixed(1)} Å a voxel`;
    };
    try {
      const input = {vae, recipe, z: Array.from(z), boxes: [32, 64]};
      const options = {priority: CLICK, affinity: run.name, signal, onPartial: show};
      show(await workers.run("latentMap", input, options));
      status.dataset.state = "done";
    } catch (error) {
      if (signal.aborted) return;
      status.textContent = `This latent can't be decoded: ${(error as Error).message}`;
      status.dataset.state = "failed";
    }
  };
  sample.subscribe(() => {
    if (source === "sample") void decode();
  });
  encoding.subscribe(() => {
    if (source === "encoding") void decode();
  });
  const choice = h("fieldset", {class: "choice", "aria-label": "What to decode"}, h("span", {}, "Decode"));
  for (const key of Object.keys(sources) as (keyof typeof sources)[]) {
    const radio = h("input", {type: "radio", name: "decode", value: key, checked: key === source});
    radio.addEventListener("change", () => {
      source = key;
      void decode();
    });
    choice.append(h("label", {}, radio, ` ${sources[key]}`));
  }
  return h("div", {}, viewer.element, choice, status, provenanceLabel({kind: "live", detail: "decoded now"}));
}
