/**
 * F3, the model overview, as a live picture: structure, image, latent; then prior and map. Each box has a control, and what
 * it makes goes on to the next.
 */
import {announce} from "./announce.js";
import type {Pca} from "../analysis/pca.js";
import type {Pool} from "../compute/pool.js";
import type {NotebookJobs} from "../jobs/jobs.js";
import {failure} from "./guard.js";
import {h} from "./dom.js";
import {imageStage} from "./imageStage.js";
import {latentStage} from "./latentStage.js";
import {mapStage} from "./mapStage.js";
import {priorStage} from "./priorStage.js";
import type {TrainedRun} from "./shippedRun.js";
import {store, type Store} from "./store.js";
import {structureStage} from "./structureStage.js";
import {urlState} from "./urlState.js";

export interface PipelineState {
  run: TrainedRun;
  workers: Pool<NotebookJobs>;
  /** State of the structure, 0 .. states - 1, and number of the image. */
  structure: Store<{state: number; image: number}>;
  /** The image's encoding [d], once it is known. */
  encoding: Store<Float32Array | undefined>;
  /** A latent drawn from the prior [d], once it is known. */
  sample: Store<Float32Array | undefined>;
  /** The encodings' first principal components, for both planes. */
  plane(): Promise<{axes: Pca; z: Float32Array; state?: Int32Array; d: number}>;
}

export function pipelinePage(run: TrainedRun, workers: Pool<NotebookJobs>) {
  let plane: ReturnType<PipelineState["plane"]> | undefined;
  const state: PipelineState = {
    run,
    workers,
    structure: store({
      state: urlState.number("state", 10, 0, 1e6),
      image: urlState.number("image", 0, 0, 1e9)
    }),
    encoding: store<Float32Array | undefined>(undefined),
    sample: store<Float32Array | undefined>(undefined),
    plane: () =>
      (plane ??= Promise.all([run.axes(), run.heldOut()]).then(([axes, {z, m, d, state}]) => {
        const shown = Math.min(3000, m);
        return {axes, z: z.subarray(0, shown * d), state: state?.subarray(0, shown), d};
      }))
  };
  const first = state.structure.value;
  state.structure.subscribe((now) => {
    if (now !== first) urlState.set({state: now.state, image: now.image});
  });
  const element = announce(
    h(
      "div",
      {class: "pipeline", id: "F3"},
      stage(
        "1. A moving structure",
        "A protein complex whose arm turns about a hinge.",
        "",
        structureStage(state)
      ),
      stage(
        "2. An image of it",
        "Seen from a random direction, through the microscope, in noise.",
        "",
        imageStage(state)
      ),
      stage(
        "3. Its latent z",
        "The encoder, trained first and then frozen, sums up each image in 8 numbers.",
        "turn",
        latentStage(state)
      ),
      stage(
        "4. The diffusion prior",
        "Trained on the latents: it carries noise to new latents.",
        "of-prior",
        priorStage(state)
      ),
      stage("5. A map", "The decoder turns a latent into a 3-D map.", "of-prior last", mapStage(state))
    ),
    {
      id: "F3",
      title: "From a moving structure to a generated map",
      caption: `Data set ${run.name}: an image of a structure, in noise; its latent z; samples that the diffusion prior has carried from noise to latents; and the map that the decoder, frozen since its training, makes of the marked one.`,
      photograph: true
    }
  );
  return {
    element,
    dispose: () => workers.close()
  };
}

/** A box of the picture; what can't be made leaves a message in its box. */
function stage(title: string, text: string, kind: string, content: Promise<HTMLElement>): HTMLElement {
  const holder = h("div", {class: "stage-content", "data-state": "loading"});
  content
    .catch((error: unknown) => failure(title.replace(/^\d\. /, ""), error))
    .then((element) => {
      holder.replaceChildren(element);
      holder.dataset.state = element.classList.contains("failure") ? "failed" : "ready";
    })
    .catch(() => undefined);
  return h("section", {class: `stage ${kind}`}, h("h3", {}, title), h("p", {}, text), holder);
}
