import type {Comparison} from "../../analysis/compare.js";

/** A picture of a report. */
export interface ReportFigure {
  title: string;
  caption: string;
  /** SVG markup, or a `data:` address of a picture. */
  picture: string;
}

/** What a report on a prior holds: plain data, so that the page and the command line can write the same one. */
export interface RunReport {
  /** What the prior is of. */
  title: string;
  /** A file a line: its name, and what was found in it or what is wrong with it. */
  files: {name: string; found?: string; problem?: string}[];
  /** Settings of latents, training and sampling, each with its value. */
  settings: [name: string, value: string][];
  figures: ReportFigure[];
  /** Samples against encodings that training held out, and N(0, I) against the same. */
  comparison?: {prior: Comparison; gaussian: Comparison};
  /** Small pictures of maps of samples. */
  maps: {title: string; picture: string}[];
  /** Å; of the maps. */
  voxelSize?: number;
  /** Files that were written beside the report, and what each is for. */
  written: [name: string, what: string][];
  /** Date, machine, fingerprints. */
  provenance: [name: string, value: string][];
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const style = `
body{font:15px/1.45 system-ui,sans-serif;color:#1b1e23;max-width:46rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;margin:0 0 .3rem}h2{font-size:1.15rem;margin:1.8rem 0 .4rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.25rem .6rem .25rem 0;border-bottom:1px solid #ddd;vertical-align:top}
figure{margin:1rem 0;break-inside:avoid}figure svg,figure img{max-width:100%;height:auto}
figcaption,small,.note{color:#555;font-size:.87rem}
.maps{display:grid;grid-template-columns:repeat(auto-fill,minmax(8rem,1fr));gap:.6rem}
.maps figure{margin:0}.maps img{width:100%;image-rendering:auto;background:#000}
code,pre{font:.85rem/1.4 ui-monospace,monospace;background:#f4f4f2}pre{padding:.6rem;overflow-x:auto}
.problem{color:#a3380b}
@media print{body{margin:0;max-width:none}}
@page{size:A4;margin:18mm}`;

/**
 * A report on a prior as one HTML page: light, to read and to print, without scripts and without a request to anywhere. Texts that come
 * from files are written as text.
 */
export function runReport(report: RunReport): string {
  const {title, files, settings, figures, comparison, maps, voxelSize, written, provenance} = report;
  const pairs = (rows: readonly [string, string][]) =>
    `<table>${rows.map(([name, value]) => `<tr><th scope="row">${escaped(name)}</th><td>${escaped(value)}</td></tr>`).join("")}</table>`;
  const parts = [
    `<h1>A diffusion prior of ${escaped(title)}</h1>`,
    `<p class="note">A prior learned from the latents of a cryoDRGN run: a diffusion model whose samples are distributed as these latents are, where the autoencoder's own Gaussian prior is not.</p>`,
    `<h2>Files</h2><ul>${files.map(({name, found, problem}) => (problem === undefined ? `<li><b>${escaped(name)}</b>: ${escaped(found ?? "")}</li>` : `<li class="problem">${escaped(problem)}</li>`)).join("")}</ul>`,
    `<h2>Settings</h2>${pairs(settings)}`,
    ...figures.map(({title, caption, picture}) => `<figure><h2>${escaped(title)}</h2>${shown(picture, title)}<figcaption>${escaped(caption)}</figcaption></figure>`),
    comparison ? comparisonTable(comparison) : "",
    maps.length > 0
      ? `<h2>Maps of samples</h2><div class="maps">${maps.map(({title, picture}) => `<figure>${shown(picture, title)}<figcaption>${escaped(title)}</figcaption></figure>`).join("")}</div><p class="note">Projections along z, for a first look; each has a grey scale of its own.${voxelSize === undefined ? "" : ` ${voxelSize.toFixed(2)} Å a pixel.`}</p>`
      : "",
    written.length > 0 ? `<h2>Files written</h2>${pairs(written)}` : "",
    `<h2>In cryoDRGN</h2><pre>cryodrgn eval_vol weights.pkl -c config.yaml --zfile z_values.txt -o volumes</pre>`,
    `<h2>Method</h2><p>Latents are standardised; a denoiser D(x; σ) is trained on them with noise of all levels (Karras et al. 2022, <i>Elucidating the design space of diffusion-based generative models</i>). Samples solve the probability-flow ODE from noise by an adaptive Runge–Kutta method, each with steps of its own. The idea of such a prior of cryoDRGN's latents (Zhong et al. 2021, <i>CryoDRGN</i>) is that of Kreis, Dockhorn, Li and Zhong 2022, <i>Latent space diffusion models of cryo-EM structures</i>, arXiv:2211.14169.</p>`,
    `<h2>Where this comes from</h2>${pairs(provenance)}`
  ];
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>A diffusion prior of ${escaped(title)}</title><style>${style}</style></head><body>\n${parts.filter(Boolean).join("\n")}\n</body></html>\n`;
} // prettier-ignore

/** @throws RangeError for what is neither SVG nor a `data:` address: a report asks for nothing */
function shown(picture: string, title: string): string {
  if (picture.startsWith("<svg")) return picture;
  if (!picture.startsWith("data:image/")) throw new RangeError(`picture: found ${picture.slice(0, 20)}; expected SVG or a data: address`); // prettier-ignore
  return `<img src="${escaped(picture)}" alt="${escaped(title)}">`;
}

function comparisonTable({prior, gaussian}: NonNullable<RunReport["comparison"]>): string {
  const row = (name: string, of: Comparison) =>
    `<tr><th scope="row">${name}</th><td>${of.mmd.toPrecision(3)} (${(of.mmd / of.mmdFloor).toFixed(2)} × floor)</td><td>${of.slicedW2.toPrecision(3)} (${(of.slicedW2 / of.slicedW2Floor).toFixed(2)} × floor)</td><td>${(100 * of.accuracy).toFixed(1)}%</td></tr>`;
  return `<h2>How good it is</h2><table><thead><tr><th>Samples of</th><th>MMD</th><th>Sliced W₂</th><th>Classifier accuracy</th></tr></thead><tbody>${row("Diffusion prior", prior)}${row("Standard Gaussian N(0, I)", gaussian)}<tr><th scope="row">Floor: two parts of the encodings</th><td>${prior.mmdFloor.toPrecision(3)}</td><td>${prior.slicedW2Floor.toPrecision(3)}</td><td>${(100 * prior.accuracyFloor).toFixed(1)}%</td></tr></tbody></table><p class="note">Against encodings that training held out, ${prior.n} against ${prior.n}, means over ${prior.draws} draws. Only samples without end would come to 0, or 50% ± ${(100 * prior.accuracyError).toFixed(1)}%: a good prior comes out near the floor.</p>`;
} // prettier-ignore
