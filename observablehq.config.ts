import {formulas, type MarkdownIt} from "./build/katex.js";

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="11" cy="20" r="8" fill="%232f6f8f"/><circle cx="22" cy="11" r="6" fill="%23d9822b"/></svg>`;

// What the build writes into the files afterwards, a preview can only do in the browser.
const inPreview = `<script>document.documentElement.lang = "en"; document.querySelector("meta[name=viewport]").content = "width=device-width, initial-scale=1"</script>`;

export default {
  root: "src",
  title: "Latent diffusion of cryo-EM structures",
  home: "Overview",
  pages: [
    {name: "How an image is made", path: "/image-formation"},
    {name: "Data sets", path: "/datasets"},
    {name: "The autoencoder", path: "/cryodrgn"},
    {name: "DDPM, step by step", path: "/ddpm"},
    {name: "From steps to an SDE", path: "/score-sde"},
    {name: "The denoiser", path: "/denoiser"},
    {name: "Samplers", path: "/samplers"},
    {name: "The diffusion prior", path: "/prior"},
    {name: "Volumes", path: "/volumes"},
    {name: "A walk among structures", path: "/langevin"},
    {name: "Between two conformations", path: "/interpolation"},
    {name: "Your own run", path: "/workbench"},
    {name: "How fast", path: "/bench"}
  ],
  style: "components/figures/style.css",
  globalStylesheets: [],
  pager: true,
  toc: {show: true, label: "On this page"},
  interpreters: {".ts": ["node", "--import", "tsx"]},
  head: ({path}: {path: string}) => {
    const up = "../".repeat(path.split("/").length - 2) || "./";
    // rel=external keeps Framework from taking these for files of its own
    return `<link rel="icon external" href='data:image/svg+xml,${icon}'>
<link rel="stylesheet external" href="${up}_node/katex/katex.min.css">
<meta name="description" content="A notebook that teaches and reproduces latent space diffusion models of cryo-EM structures">${
      process.env.NOTEBOOK_PREVIEW ? inPreview : ""
    }`;
  },
  footer: `Everything on these pages is computed by the code in this repository, here or before it shipped; each figure says which. After Kreis, Dockhorn, Li and Zhong, <a href="https://arxiv.org/abs/2211.14169">arXiv:2211.14169</a>.`,
  markdownIt: (md: MarkdownIt) => formulas(md)
};
