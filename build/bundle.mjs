// A page of the built notebook is hundreds of small modules, and each of its background threads loads most of them again.
// Here they become a few files for a page and for a thread, so that both are there sooner.
import {readFileSync, readdirSync, rmSync, statSync, writeFileSync} from "node:fs";
import {basename, dirname, join, relative, resolve, sep} from "node:path";
import {build} from "esbuild";

const imported = /\bimport\("(\.[^"]*\/_(?:import|node)\/[^"]*\.js)"\)/g;
/** Modules whose text a page shows: a bundler would give their variables other names. */
const shown = /\/components\/diffusion\/algorithm[12]\.[0-9a-f]+\.js$/;
/** Bytes from which a module that imports no other one stays a file of its own, which all pages share: three.js, TensorFlow.js. */
const LARGE = 100_000;
const preload = /<link rel="modulepreload" href="[^"]*\/_(?:import|node)\/[^"]*">\n?/g;

/**
 * Bundles what the pages of a built site, and the threads that they start, import. The modules that went into a bundle are removed.
 * @param dist the folder of the site
 * @throws if a module that is imported is not there
 */
export async function bundlePages(dist) {
  const used = new Set();
  const threads = new Set();
  const bundle = async (entries, name) => {
    const {inputs, ...bundled} = await bundleModules(dist, entries, name, (entry) => {
      threads.add(entry);
      return join(dist, "_import/threads", basename(entry));
    });
    for (const input of inputs) used.add(input);
    return bundled;
  };

  for (const page of readdirSync(dist, {recursive: true}).map(String)) {
    if (!page.endsWith(".html")) continue;
    const file = join(dist, page);
    const html = readFileSync(file, "utf8");
    const module = (path) => join(dirname(file), path);
    const entries = new Set([...html.matchAll(imported)].map(([, path]) => module(path)));
    if (entries.size === 0) continue;
    const {files, needed} = await bundle([...entries], `pages/${page.replace(/\.html$/, "")}`);
    const address = (to) => web(relative(dirname(file), to)).replace(/^(?!\.)/, "./");
    const links = needed.map((to) => `<link rel="modulepreload" href="${address(to)}">\n`).join("");
    const patched = html
      .replace(imported, (_, path) => `import("${address(files.get(module(path)))}")`)
      .replace(preload, "")
      .replace("</head>", () => `${links}</head>`);
    writeFileSync(file, patched);
  }
  for (const entry of threads) await bundle([entry], "threads"); // grows while it is gone through
  for (const file of used) rmSync(file, {force: true});
}

/**
 * Bundles modules into a folder of dist/_import.
 * @param entries their files
 * @param thread given the file of a module that is loaded by its address, says where its bundle will be
 * @returns the file of each entry; those that are needed before any of them runs; what went into them
 */
async function bundleModules(dist, entries, name, thread) {
  const outdir = join(dist, "_import", name);
  const {metafile} = await build({
    entryPoints: entries,
    outdir,
    entryNames: "[name]",
    chunkNames: "[name].[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    target: "esnext", // nothing is minified: the code is there to be read
    metafile: true,
    absWorkingDir: dist,
    logLevel: "silent",
    plugins: [{name: "addresses", setup: ({onLoad, onResolve}) => keepAddresses(onLoad, onResolve, outdir, thread)}] // prettier-ignore
  });
  const files = new Map();
  for (const [file, {entryPoint}] of Object.entries(metafile.outputs))
    if (entryPoint) files.set(resolve(dist, entryPoint), resolve(dist, file));
  const needed = new Set(entries.map((entry) => relative(dist, files.get(entry))));
  for (const file of needed)
    for (const {path, kind, external} of metafile.outputs[web(file)].imports)
      if (kind === "import-statement" && !external) needed.add(path);
  return {
    files,
    needed: [...needed].map((file) => resolve(dist, file)),
    inputs: Object.keys(metafile.inputs).map((input) => resolve(dist, input))
  };
}

/** Addresses that a module makes from its own stay what they were, wherever the bundle lies. Framework's own modules stay outside, those that are shown, and large ones. */
function keepAddresses(onLoad, onResolve, outdir, thread) {
  const from = (file) => web(relative(outdir, file));
  onResolve({filter: /^\.{1,2}\/.*\.js$/}, ({path, kind, resolveDir}) => {
    const file = resolve(resolveDir, path);
    const outside =
      kind !== "entry-point" &&
      (/\/_observablehq\//.test(path) || shown.test(web(file)) || standsAlone(file));
    return outside ? {path: from(file), external: true} : undefined;
  });
  onLoad({filter: /\.js$/}, ({path}) => ({
    // Of an attached file, and of a thread's module.
    contents: readFileSync(path, "utf8").replace(
      /(?<=\}, )import\.meta\.url(?=\))|\bimport\.meta\.resolve\("([^"]*)"\)/g,
      (_, to) =>
        `new URL(${JSON.stringify(from(to ? thread(resolve(dirname(path), to)) : path))}, import.meta.url).href`
    )
  }));
}

const standsAlone = (file) =>
  (statSync(file, {throwIfNoEntry: false})?.size ?? 0) > LARGE &&
  !/\b(?:from|import)\s*\(?\s*["']\./.test(readFileSync(file, "utf8"));

const web = (path) => path.split(sep).join("/");
