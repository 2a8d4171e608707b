/** F2: the VAE of the run, with the sizes of its layers as its file has them. */
import type {Recipe} from "../../cryoem/recipe.js";
import {vaeLayers} from "../../vae/layers.js";
import {h, roomFor} from "../dom.js";
import {csvBlob, svgBlob} from "../download.js";
import {figure} from "../figure.js";
import {setNames} from "../runs.js";
import {architecturePicture} from "./architecturePicture.js";
import type {CryodrgnState} from "./state.js";

export async function architectureFigure({run}: CryodrgnState): Promise<{element: HTMLElement}> {
  const [vae, recipe, source] = await Promise.all([
    run.vae(),
    run.recipe().then(({json}) => json as Recipe, () => undefined), // prettier-ignore
    run.source()
  ]);
  const layers = vaeLayers(vae.bytes, vae.name);
  const {config, encoder, decoder, drawnFrequencies} = layers;
  const width = roomFor(760);
  const picture = architecturePicture(layers, width, recipe?.boxSize);
  const sum = (of: typeof encoder) => of.reduce((n, {parameters}) => n + parameters, 0);
  const [e, d] = [sum(encoder), sum(decoder)];
  const words = `Encoder ${e.toLocaleString("en")} and decoder ${d.toLocaleString("en")} weights, ${(e + d).toLocaleString("en")} in all${drawnFrequencies ? `; ${drawnFrequencies} random frequencies of the positional encoding, drawn once and not trained` : ""}.`; // prettier-ignore
  picture.setAttribute("aria-label", `The variational autoencoder: image, Hartley transform, encoder, posterior, latent; pose, positional encoding, decoder, slice, CTF and shift, loss. ${words}`); // prettier-ignore
  const rows = (of: typeof encoder, name: string) =>
    of.map(({inputs, outputs, residual, parameters}, l) => [name, l, inputs, outputs, residual ? "yes" : "no", parameters]); // prettier-ignore
  return {
    element: figure([picture, h("p", {class: "figure-numbers"}, words)], {
      id: "F2",
      title: "The autoencoder, with its sizes",
      set: run.name,
      sets: setNames,
      caption: `Read off the tensors of vae.safetensors: domain ${config.domain}, positional encoding ${config.encoding}, activation ReLU. Bars are as high as the logarithm of a layer's size. Dashed frames are what is known of each image before training: its pose, its CTF, its shift. Dashed arrows are what the loss compares.`, // prettier-ignore
      provenance: [source],
      files: [
        {label: "SVG", name: "architecture.svg", make: () => svgBlob(picture)},
        {
          label: "CSV",
          name: "architecture.csv",
          make: () =>
            csvBlob(
              ["network", "layer", "inputs", "outputs", "residual", "parameters"],
              [...rows(encoder, "encoder"), ...rows(decoder, "decoder")]
            )
        }
      ]
    })
  };
}
