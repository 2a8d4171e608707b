import {bytesBlob, csvBlob} from "./download.js";
import {figure} from "./figure.js";
import {writeNpy} from "../formats/npy.js";
import {inPlane, kindColor, kindName, kinds, type PriorState} from "./priorState.js";
import {h, roomFor} from "./dom.js";
import {provenanceLabel, type Provenance} from "./provenance.js";
import {setNames} from "./runs.js";
import {scatter} from "./scatter.js";

/** F4: encodings, samples of the prior and N(0, I) in the plane of the encodings' first two principal components. */
export async function latentFigure({run, latents, chosen, live}: PriorState): Promise<HTMLElement> {
  const all = await latents();
  const source = await run.source();
  const {d, axes} = all;
  const total = axes.variances.reduce((a, b) => a + b, 0);
  const percent = (k: number) => `${Math.round((100 * axes.variances[k]) / total)}%`;
  const width = roomFor(680);
  const plot = scatter({
    width,
    height: Math.round(Math.max(320, 0.7 * width)),
    description: `Latents in the first two principal components of the encodings: ${kinds.map((k) => kindName[k]).join(", ")}`,
    xLabel: `PC 1 (${percent(0)} of the variance)`,
    yLabel: `PC 2 (${percent(1)})`,
    sets: kinds.map((kind) => ({
      name: kindName[kind],
      points: inPlane(axes, all[kind]),
      color: kindColor[kind]
    })),
    onPick: (set, index) => chosen.set({kind: kinds[set], index})
  });
  const {kind, index} = chosen.value;
  plot.mark({set: kinds.indexOf(kind), index});

  const labels = h("div", {});
  live.subscribe((now) => {
    const samples = now ? Float32Array.from(now.z) : all.prior;
    plot.update(kinds.indexOf("prior"), inPlane(axes, samples));
    if (now && chosen.value.kind === "prior") plot.mark(undefined);
    const drawn: Provenance | undefined = now
      ? {kind: "live", detail: `prior samples: ${now.name}, ${now.z.length / d} samples`}
      : all.priorSource;
    const gaussian: Provenance = {kind: "live", detail: `N(0, I): seed ${all.gaussianSeed}`};
    labels.replaceChildren(provenanceLabel(source, ...(drawn ? [drawn] : []), gaussian));
  });
  return figure([plot.element, labels], {
    id: "F4",
    title: "Encodings, samples of the diffusion prior and of N(0, I)",
    set: run.name,
    sets: setNames,
    caption: `The axes are those of all encodings; shown are ${all.priorSource ? "encodings that the prior never saw in training" : "those of a tenth that is set aside, by the prior that was opened or by seed 1"}. Distances here leave out ${d - 2} of ${d} dimensions.`,
    provenance: [],
    files: [
      {label: "PNG", name: "latents.png", make: () => plot.png()},
      {label: "SVG", name: "latents.svg", make: () => plot.svg()},
      {
        label: "CSV",
        name: "latents.csv",
        make: () =>
          csvBlob(["set", "index", "PC1", "PC2", ...Array.from({length: d}, (_, k) => `z${k}`)], rows())
      },
      {
        label: "Samples, .npy",
        name: "samples.npy",
        make() {
          const data = live.value ? Float32Array.from(live.value.z) : all.prior;
          return bytesBlob(writeNpy({shape: [data.length / d, d], data}));
        }
      }
    ]
  });

  function* rows(): Generator<(string | number)[]> {
    for (const kind of kinds) {
      const z = kind === "prior" && live.value ? live.value.z : all[kind];
      const plane = inPlane(axes, z);
      for (let i = 0; i < z.length / d; ++i)
        yield [kindName[kind], i, plane[2 * i], plane[2 * i + 1], ...Array.from(z.slice(i * d, (i + 1) * d))];
    }
  }
}
