/** Page `workbench`: a reader's run is opened, looked at, given a prior, which is used. A figure that fails becomes its message and leaves the others alone. */
import type {Pool} from "../../compute/pool.js";
import {pca} from "../../analysis/pca.js";
import {random} from "../../compute/random.js";
import {takeRows} from "../../diffusion/heldOut.js";
import {gaussianLatents} from "../../jobs/gaussianLatents.js";
import type {NamedBytes} from "../../jobs/files.js";
import type {NotebookJobs} from "../../jobs/jobs.js";
import type {OpenedRun} from "../../jobs/run/assemble.js";
import {readVae} from "../../vae/file.js";
import {h} from "../dom.js";
import {failure, guard} from "../guard.js";
import {interpolationPage} from "../interpolation/page.js";
import {latentFigure} from "../latentFigure.js";
import {kindColor, kindName, type Chosen, type Latents, type Live, type PriorState} from "../priorState.js";
import {resampleControl} from "../resampleControl.js";
import type {TrainedRun} from "../shippedRun.js";
import {store} from "../store.js";
import {trainingFigure} from "../trainingFigure.js";
import {umapFigure} from "../umapFigure.js";
import {urlState} from "../urlState.js";
import {comparison} from "./comparison.js";
import {keptRun, type Kept} from "./keptRun.js";
import {leaveOut} from "./leaveOut.js";
import {lookFigure} from "./look/lookFigure.js";
import {lookState, showRow, type Look} from "./look/state.js";
import {openControl} from "./openControl.js";
import {priorGate} from "./priorGate.js";
import {reportControl} from "./reportControl.js";
import {readerRun, type ReaderRun} from "./readerRun.js";
import type {ShownPoint} from "./shownPoint.js";
import {typedLatent} from "./typedLatent.js";

/** Points of each kind that are drawn at most beside samples. */
const SHOWN = 20_000;

interface Made {
  element: HTMLElement;
  dispose(): void;
}

export function workbenchPage(workers: Pool<NotebookJobs>) {
  const control = openControl(workers);
  return {
    open: control,
    look: (opened: OpenedRun | null) => looking(opened, workers),
    dispose() {
      control.dispose();
      workers.close();
    }
  };
}

const nothing = (what: string) => h("p", {class: "note-small"}, what);
const unopened = () => nothing("Open a run above: this needs its latents.");
const without = <T>(element: HTMLElement): HTMLElement & {value: T | null} =>
  Object.assign(element, {value: null});

/** What is made in a page, and ended with it; also what comes when the page is gone already. */
function maker() {
  const ends: (() => void)[] = [];
  let closed = false;
  const keep = <T extends Made>({element, dispose}: T) => {
    if (closed) dispose();
    else ends.push(dispose);
    return element;
  };
  return {
    keep,
    made: (what: string, make: () => Made | Promise<Made>) => guard(what, async () => keep(await make())),
    dispose() {
      closed = true;
      for (const end of ends) end();
    }
  };
}

/** All latents of a run: the planes, the map of what is chosen in them, and which of them a prior is trained on. */
function looking(opened: OpenedRun | null, workers: Pool<NotebookJobs>) {
  if (!opened?.latents)
    return {
      planes: unopened,
      map: () => (opened?.vae ? decoderAlone(opened.vae, workers) : unopened()),
      keep: () => without<Kept>(unopened()),
      of: () => training(undefined, undefined, workers),
      dispose() {}
    };
  const look = lookState(opened, opened.latents, workers);
  const {made, keep, dispose} = maker();
  return {
    planes: () => made("The planes", () => lookFigure(look)),
    map() {
      if (!opened.vae)
        return nothing(
          "There is no decoder among these files (weights.N.pkl with config.yaml), so that no map can be made."
        );
      return made("The map", async () => {
        const {readerMapFigure} = await import("./mapFigure.js"); // three.js comes after the first picture
        const {point} = look;
        if (!point.value) showRow(look, 0);
        const {element, dispose} = await readerMapFigure({run: readerRun(opened), workers, point});
        const typed = typedLatent(look.latents.d, point);
        typed.addEventListener("submit", () => look.row.set(undefined));
        return {element: h("div", {}, typed, element), dispose};
      });
    },
    keep() {
      const control = leaveOut(look);
      keep({element: control, dispose: control.dispose});
      return control;
    },
    of: (kept: Kept | null) => training(look, kept ?? undefined, workers),
    dispose
  };
}

/** The map of a latent that is typed, of a decoder that was opened without latents. */
function decoderAlone(vae: NonNullable<OpenedRun["vae"]>, workers: Pool<NotebookJobs>): Promise<HTMLElement> {
  return guard("The map", async () => {
    const {config} = readVae(vae.bytes, vae.name);
    const point = store<ShownPoint | undefined>({z: new Float64Array(config.zdim), what: "z = 0, the middle of N(0, I)", color: "--series-live"}); // prettier-ignore
    const {readerMapFigure} = await import("./mapFigure.js");
    const run = readerRun({lines: [], epochs: [], labels: [], missing: [], vae, latents: {name: vae.name, z: new Float32Array(config.zdim), n: 1, d: config.zdim, axes: pca(new Float32Array(config.zdim), config.zdim)}}); // prettier-ignore
    const {element} = await readerMapFigure({run, workers, point});
    return h("div", {}, typedLatent(config.zdim, point), element);
  });
}

/** A prior of the latents that were kept: its training, its samples, how good they are. */
function training(look: Look | undefined, kept: Kept | undefined, workers: Pool<NotebookJobs>) {
  const absent = {
    latent: unopened,
    umap: unopened,
    train: unopened,
    resample: unopened,
    comparison: unopened,
    report: unopened,
    prior: () => without<NamedBytes>(unopened()),
    use: () => using(undefined, undefined),
    dispose() {}
  };
  if (!look) return absent;
  let run: ReaderRun;
  const opened = kept ? keptRun(look.opened, kept) : look.opened;
  try {
    run = readerRun(opened);
  } catch (error) {
    return {...absent, train: () => failure("A prior", error)};
  }
  const gate = priorGate(opened.prior);
  let latents: Promise<Latents> | undefined;
  const state: PriorState = {
    run,
    workers,
    seed: store(urlState.number("seed", 2, 0, 2 ** 31)),
    chosen: store<Chosen>({kind: "encodings", index: 0}),
    live: store<Live | undefined>(undefined),
    latents: () => (latents ??= load(run)),
    trained(prior) {
      run.take(prior);
      gate.take(prior);
    }
  };
  const {made, keep, dispose} = maker();
  const compared = comparison(state);
  return {
    latent: () =>
      made("The scatter plot", async () => {
        const element = await latentFigure(state);
        const all = await state.latents();
        let first = true;
        const stop = state.chosen.subscribe(({kind, index}) => {
          if (first) return void (first = false); // what the planes above show first stays
          const set = kind === "prior" && state.live.value ? state.live.value.z : all[kind];
          const z = Float64Array.from(set.subarray(index * all.d, (index + 1) * all.d));
          if (z.length < all.d) return;
          look.row.set(undefined);
          look.point.set({z, what: `${kindName[kind]}, number ${index}`, color: kindColor[kind]});
        });
        return {element, dispose: stop};
      }),
    umap: () => umapFigure(state),
    train: () => keep(trainingFigure(state, {preset: "fast"})),
    resample: () => resampleControl(state),
    comparison: () => keep(compared),
    /** The prior, its samples and a report as files. */
    report: () => reportControl(state, opened, compared.compared),
    /** The prior, as it is trained or was opened. */
    prior: () => gate.element,
    /** What can be done with it. */
    use: (prior: NamedBytes | null) => using(prior ? state : undefined, look),
    dispose
  };
}

/** Paths and free energies, once there is a prior. */
function using(state: PriorState | undefined, look: Look | undefined) {
  const absent = () =>
    nothing("This needs a prior: train one above, or open a prior.safetensors with the run.");
  if (!state || !look)
    return {plane: absent, view: absent, density: absent, energy: absent, walk: absent, dispose() {}};
  const {made, dispose} = maker();
  // The page's threads outlive what is made of one prior.
  const paths = interpolationPage(amongAll(state.run), {...state.workers, close() {}});
  return {
    plane: paths.plane,
    view: look.opened.vae
      ? paths.view
      : () =>
          nothing(
            "Without a decoder there are no maps along these paths; their latents can be taken along above."
          ),
    density: paths.density,
    energy: () =>
      made("The free energy", async () => {
        const {freeEnergyFigure} = await import("./freeEnergyFigure.js");
        return freeEnergyFigure(state);
      }),
    walk: () =>
      made("The walk", async () => {
        const {walkFigure} = await import("./walkFigure.js");
        return walkFigure(state, look);
      }),
    dispose() {
      paths.dispose();
      dispose();
    }
  };
}

/** Encodings that paths are among, at most. */
const AMONG = 10_000;

/** A run whose paths are among all of its encodings, as cryoDRGN's graph is, not only among those that a prior held out; of many, a draw with seed 1. */
function amongAll(run: TrainedRun): TrainedRun {
  return {
    ...run,
    async heldOut() {
      const {z, n, d} = await run.encodings();
      if (n <= AMONG) return {z, m: n, d};
      const order = random(1).shuffle(Int32Array.from({length: n}, (_, i) => i));
      return {z: takeRows(z, d, order.subarray(0, AMONG).sort()), m: AMONG, d};
    }
  };
}

async function load(run: ReaderRun): Promise<Latents> {
  const [axes, heldOut] = await Promise.all([run.axes(), run.heldOut()]);
  const {d} = heldOut;
  return {
    d,
    heldOut,
    axes,
    encodings: heldOut.z.subarray(0, SHOWN * d),
    prior: new Float32Array(0),
    gaussian: Float32Array.from(gaussianLatents(Math.min(SHOWN, heldOut.m), d, 1)),
    gaussianSeed: 1
  };
}
