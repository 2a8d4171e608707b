/** F2-curve: how the training of the run that is shown went; of a run that did not keep its curve, where it ended. */
import {z} from "zod";
import {checked} from "../../formats/checked.js";
import {h, roomFor} from "../dom.js";
import {csvBlob, svgBlob, type Download} from "../download.js";
import {figure} from "../figure.js";
import {durationText} from "../pace.js";
import type {Provenance} from "../provenance.js";
import {setNames} from "../runs.js";
import {curvePlot} from "./curvePlot.js";
import type {CryodrgnState} from "./state.js";

const number = z.number();
const schema = z.object({
  preset: z.string().optional(),
  images: number,
  steps: number,
  epochs: number,
  seconds: number.optional(),
  gen: number,
  kld: number,
  machine: z.string().optional(),
  date: z.string().optional(),
  config: z.object({zdim: number}),
  training: z.object({batchSize: number, pixelsPerImage: number, seed: number}),
  /** What the training took whose weights this one began from. */
  loaded: z.object({epochs: number, steps: number, seconds: number}).optional(),
  curve: z.array(z.object({step: number, epoch: number, gen: number, kld: number, loss: number})).optional()
});

export async function curveFigure({run}: CryodrgnState): Promise<{element: HTMLElement}> {
  const name = `${run.name}/provenance.json`;
  const json = (await run.provenance()) as {vae?: unknown};
  const vae = checked(schema, json.vae, name, "vae");
  const {curve = [], training, loaded} = vae;
  const source: Provenance = {
    kind: "shipped",
    detail: [vae.preset && `preset ${vae.preset}`, `seed ${training.seed}`, vae.machine, vae.date].filter(Boolean).join(", ") // prettier-ignore
  };
  const rows: [string, string][] = [
    ["Images", vae.images.toLocaleString("en")],
    ["Epochs", Number(vae.epochs.toFixed(2)).toLocaleString("en")],
    ["Steps", `${vae.steps.toLocaleString("en")} of ${training.batchSize} images, ${training.pixelsPerImage.toLocaleString("en")} pixels of each`], // prettier-ignore
    ["Time", vae.seconds === undefined ? "" : durationText(vae.seconds)],
    ["Before", loaded ? `its weights had ${Number(loaded.epochs.toFixed(2))} epochs and ${loaded.steps.toLocaleString("en")} steps behind them, in ${durationText(loaded.seconds)}, which the curve does not show` : ""], // prettier-ignore
    ["Mean squared error in the end", vae.gen.toFixed(4)],
    ["KL from N(0, I) in the end", `${vae.kld.toFixed(1)} nats`]
  ];
  const table = h(
    "table",
    {class: "numbers curve-numbers"},
    h(
      "tbody",
      {},
      ...rows
        .filter(([, v]) => v)
        .map(([what, v]) => h("tr", {}, h("th", {scope: "row"}, what), h("td", {}, v)))
    )
  );
  const content: Node[] = [];
  const files: Download[] = [];
  if (curve.length > 0) {
    const width = roomFor(680);
    const plot = curvePlot({width, height: 330});
    plot.draw(curve, vae.epochs);
    content.push(plot.element);
    files.push({label: "SVG", name: "vae-curve.svg", make: () => svgBlob(plot.element)});
  } else {
    content.push(
      h("p", {class: "note-small"}, "The curve of this training was not kept, only where it ended.")
    );
  }
  content.push(table);
  files.push({
    label: "CSV",
    name: "vae-curve.csv",
    make: () =>
      csvBlob(
        ["step", "epoch", "mean squared error", "KL", "loss"],
        curve.length > 0
          ? curve.map(({step, epoch, gen, kld, loss}) => [step, epoch, gen, kld, loss])
          : [[vae.steps, vae.epochs, vae.gen, vae.kld, ""]]
      )
  });
  return {
    element: figure(content, {
      id: "F2-curve",
      title: "The training of the VAE that ships",
      set: run.name,
      sets: setNames,
      caption:
        "The error is that of images in units of their standard deviation over the masked pixels: most of it is noise, which nothing can predict, so that it levels off far above zero.",
      provenance: [source],
      files
    })
  };
}
