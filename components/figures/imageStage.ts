import type {Particle} from "../jobs/particle.js";
import {h} from "./dom.js";
import {failure} from "./guard.js";
import {grayImage} from "./image.js";
import type {PipelineState} from "./pipelinePage.js";
import {provenanceLabel} from "./provenance.js";
import {CLICK} from "./worker.js";

/** One image of the structure, and the steps it is made in; its encoding goes on to the next box. */
export async function imageStage({run, workers, structure, encoding}: PipelineState): Promise<HTMLElement> {
  const recipe = await run.recipe();
  const vae = await run.vae().catch(() => undefined); // without it, there still is an image
  const holder = h("div", {class: "images"});
  const status = h("p", {class: "scatter-status", "data-state": "busy"}, "\u00a0");
  const panel = (image: HTMLCanvasElement, caption: string, kind = "") =>
    h("figure", {class: kind}, image, h("figcaption", {}, caption));
  const show = (p: Particle) => {
    const size = 160;
    const draw = (values: Float32Array, label: string) => grayImage(values, p.D, {size, label});
    holder.replaceChildren(
      panel(draw(p.noisy, "the image: projection, CTF and noise"), "image X", "main"),
      panel(draw(p.projection, "projection of the structure"), "projection P V"),
      panel(grayImage(p.ctf, p.D, {size, label: "contrast transfer function", range: [-1, 1]}), "CTF"),
      panel(draw(p.clean, "projection through the CTF"), "CTF ∗ P V")
    );
    status.textContent = `Defocus ${(p.defocus / 1e4).toFixed(2)} µm; ${p.D} × ${p.D} pixels of ${p.pixelSize} Å`;
    encoding.set(p.z);
  };
  let busy = false;
  let wanted = structure.value;
  // One image at a time: while the slider moves, only its last place is worth an image.
  const update = async () => {
    if (busy) return;
    busy = true;
    for (let now; now !== wanted;) {
      now = wanted;
      try {
        const options = {priority: CLICK, affinity: recipe.name};
        show(await workers.run("particle", {recipe, ...now, vae}, options));
        status.dataset.state = "done";
      } catch (error) {
        holder.replaceChildren(failure("The image", error));
        status.dataset.state = "failed";
      }
    }
    busy = false;
  };
  structure.subscribe((now) => {
    wanted = now;
    void update();
  });
  const button = h("button", {type: "button", class: "action"}, "New particle");
  button.addEventListener("click", () =>
    structure.set({...structure.value, image: structure.value.image + 1})
  );
  const {snr} = recipe.json as {snr: number};
  return h(
    "div",
    {},
    holder,
    h("div", {class: "control"}, button),
    status,
    provenanceLabel({kind: "live", detail: `SNR ${snr}`})
  );
}
