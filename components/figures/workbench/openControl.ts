import type {Pool} from "../../compute/pool.js";
import type {NotebookJobs} from "../../jobs/jobs.js";
import type {OpenedRun} from "../../jobs/run/assemble.js";
import type {RunMember} from "../../jobs/runAbout.js";
import {h} from "../dom.js";
import {dropZone} from "../dropZone.js";
import {provenanceLabel} from "../provenance.js";
import {numberControl, selectControl} from "../runControl.js";
import {filesOf, runOf, setNames, type SetName} from "../runs.js";
import {CLICK} from "../worker.js";

type Named = {name: string; blob: Blob};

/** What of a set that ships is opened as if it were a reader's. */
const shippedFiles: RunMember[] = ["z.pkl", "vae.safetensors", "prior.safetensors", "state.npy"];

const ACCEPTED = ".pkl,.npy,.csv,.txt,.yaml,.yml,.safetensors,.mrcs,.mrc";

/**
 * Where a reader's run is dropped or chosen, as an input for Framework's `view`: its value is what was opened, null before. Files that come
 * later are added to those that are there; one of the same name takes its place.
 */
export function openControl(
  workers: Pool<NotebookJobs>
): HTMLElement & {value: OpenedRun | null; dispose(): void} {
  let files: Named[] = [];
  let epoch: number | undefined;
  let pixelSize: number | undefined;
  let current = new AbortController();
  const status = h("p", {class: "scatter-status", role: "status", "data-state": "idle"});
  const lists = h("div", {});
  const label = provenanceLabel({
    kind: "yours",
    detail: "files are read in this browser; nothing is uploaded"
  });
  const zone = dropZone({
    label: "Drop a cryoDRGN run's folder or files anywhere on this page, or choose files: z.N.pkl, weights.N.pkl and config.yaml; latents alone will do (.pkl, .npy, .csv)", // prettier-ignore
    accept: ACCEPTED,
    folder: "or a whole folder",
    open: (chosen) => void open(chosen.map(({name, file}) => ({name, blob: file}))),
    trouble: (message) => (status.textContent = message)
  });
  let set: SetName = "linear1d";
  const sample = h(
    "div",
    {class: "run"},
    selectControl("None at hand?", {value: set, options: setNames.map((name) => [name, name] as const), change: (now: SetName) => (set = now)}), // prettier-ignore
    h("button", {type: "button", class: "action", onclick: () => void openShipped()}, "Open this one")
  );
  const element = Object.assign(
    h("div", {class: "figure open-run"}, zone.element, sample, status, lists, label),
    {
      value: null as OpenedRun | null,
      dispose: () => (zone.dispose(), current.abort())
    }
  );
  const give = (run: OpenedRun | null) => {
    element.value = run;
    element.dispatchEvent(new Event("input", {bubbles: true}));
  };

  async function openShipped() {
    const name = set;
    status.textContent = `Loading ${name} …`;
    status.dataset.state = "busy";
    try {
      const {has, name: called} = await runOf(name).about();
      const blobs = shippedFiles
        .filter((file) => has.includes(file))
        .map(async (file) => ({
          name: `${called}/${file}`,
          blob: new Blob([await filesOf(name)[file].arrayBuffer()])
        }));
      close();
      await open(await Promise.all(blobs));
    } catch (error) {
      status.textContent = (error as Error).message;
      status.dataset.state = "failed";
    }
  }

  async function open(more: readonly Named[]): Promise<void> {
    if (more.length === 0 && files.length === 0) return;
    const names = new Set(more.map(({name}) => name));
    files = [...files.filter(({name}) => !names.has(name)), ...more];
    current.abort();
    const {signal} = (current = new AbortController());
    const size = files.reduce((sum, {blob}) => sum + blob.size, 0);
    status.textContent = `Reading ${files.length} ${files.length === 1 ? "file" : "files"}, ${sizeText(size)} …`;
    status.dataset.state = "busy";
    const start = performance.now();
    try {
      const run = await workers.run("openRun", {files, epoch, pixelSize}, {priority: CLICK, signal});
      list(run);
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      status.textContent = run.latents
        ? `${run.latents.n.toLocaleString("en")} latents are ready, after ${seconds} s. Nothing has left this machine.`
        : `There are no latents among these files yet.${run.vae ? " The decoder is ready: a latent can be typed below." : ""}`;
      status.dataset.state = "done";
      give(run.latents || run.vae ? run : null);
    } catch (error) {
      if (signal.aborted) return;
      status.textContent = (error as Error).message;
      status.dataset.state = "failed";
    }
  }

  function close() {
    current.abort();
    files = [];
    epoch = pixelSize = undefined;
    lists.replaceChildren();
    status.textContent = "";
    status.dataset.state = "idle";
    give(null);
  }

  function list({lines, missing, epochs, epoch: taken, vae}: OpenedRun) {
    const controls: HTMLElement[] = [];
    if (epochs.length > 1)
      controls.push(
        selectControl("Epoch", {
          value: String(taken),
          options: epochs.map((e) => [String(e), String(e)] as const),
          change(chosen) {
            epoch = Number(chosen);
            void open([]);
          }
        })
      );
    if (vae && !vae.name.endsWith(".safetensors"))
      controls.push(
        numberControl("Å a pixel", {
          value: Number(vae.pixelSize.toPrecision(6)),
          min: 0,
          max: 100,
          step: 0.001,
          change(value) {
            pixelSize = value > 0 ? value : undefined;
            void open([]);
          }
        })
      );
    lists.replaceChildren(
      h(
        "ul",
        {class: "own-lines"},
        ...lines.map(({name, found, problem}) =>
          h(
            "li",
            {class: problem ? "problem" : "found"},
            problem ?? h("span", {}, h("b", {}, name), `: ${found}`)
          )
        ),
        ...missing.map((text) => h("li", {class: "missing"}, text))
      ),
      h("div", {class: "run"}, ...controls, h("button", {type: "button", class: "quiet", onclick: close}, "Close this run")) // prettier-ignore
    );
  }
  return element;
}

const sizeText = (bytes: number): string =>
  bytes < 1e6
    ? `${Math.ceil(bytes / 1e3)} kB`
    : bytes < 1e9
      ? `${(bytes / 1e6).toFixed(0)} MB`
      : `${(bytes / 1e9).toFixed(1)} GB`;
