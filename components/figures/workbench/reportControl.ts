import {readPrior} from "../../diffusion/priorFile.js";
import {fingerprint} from "../../jobs/files.js";
import type {OpenedRun} from "../../jobs/run/assemble.js";
import {priorReport} from "../../jobs/run/priorReport.js";
import {runReport} from "../../jobs/run/report.js";
import {mapStatistics, projection} from "../mapStatistics.js";
import {figure} from "../figure.js";
import {h} from "../dom.js";
import {latentsPkl, latentsText} from "../latentFiles.js";
import {bytesBlob} from "../download.js";
import type {PriorState} from "../priorState.js";
import type {Compared} from "./comparison.js";

/** Samples whose maps are in the report, and their box. */
const [MAPS, BOX] = [8, 32];

/** The prior, its samples and a report on both as files: the report is that of `npm run prior`, to read and to print. */
export function reportControl(state: PriorState, opened: OpenedRun, compared: () => Compared | undefined): HTMLElement {
  const {run, workers, live} = state;
  const samples = () => {
    if (!live.value) throw new Error("there are no samples yet: train a prior, or press “Sample the prior”");
    return live.value;
  };
  const d = () => opened.latents!.d;
  async function report(): Promise<Blob> {
    const {name: drawn, z} = samples();
    const {latents, lines, vae} = opened;
    const file = await run.prior();
    const {metadata, config} = readPrior(file.bytes, file.name);
    const maps: {title: string; image: Float32Array; box: number; voxelSize: number}[] = [];
    if (vae)
      await workers.run(
        "pathMaps",
        {vae: await run.vae(), z: Array.from(z.subarray(0, MAPS * d())), box: BOX},
        {
          onPartial({index, smooth, box, voxelSize}) {
            if (mapStatistics(smooth).finite) maps.push({title: `Sample ${index}`, image: projection(smooth, box), box, voxelSize}); // prettier-ignore
          }
        }
      );
    const html = runReport(
      priorReport({
        latents: latents!,
        lines,
        metadata,
        config,
        heldOut: (await run.heldOut()).z,
        samples: z,
        sampling: `${z.length / d()} samples: ${drawn}`,
        comparison: compared(),
        maps,
        provenance: [
          ["Made", `in a browser with ${navigator.hardwareConcurrency} threads, ${new Date().toISOString().slice(0, 10)}`],
          ["Latents", run.name],
          ["Prior", `fingerprint ${fingerprint(file.bytes)}`],
          ["Settings of the page", location.search || "as they come"]
        ]
      })
    );
    return new Blob([html], {type: "text/html"});
  }
  return figure([h("p", {class: "note-small"}, "The report is one page of HTML with the files, settings, seeds, losses, samples, numbers and where they come from, to read and to print.")], {
    provenance: [],
    files: [
      {label: "Report, HTML", name: "report.html", make: report},
      {label: "Prior, .safetensors", name: "prior.safetensors", make: async () => bytesBlob((await run.prior()).bytes)},
      {label: "Samples, .pkl", name: "samples.pkl", make: () => latentsPkl(samples().z, d())},
      {label: "Samples, z_values.txt", name: "samples.txt", make: () => latentsText(samples().z, d())}
    ]
  });
} // prettier-ignore
