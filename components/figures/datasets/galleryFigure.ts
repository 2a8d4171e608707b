import {describeState} from "../../cryoem/motion.js";
import type {View} from "../../jobs/particleViews.js";
import {h} from "../dom.js";
import {pngBlob} from "../download.js";
import {figure} from "../figure.js";
import {grayImage} from "../image.js";
import {provenanceLabel, type Provenance} from "../provenance.js";
import {selectControl} from "../runControl.js";
import {urlState} from "../urlState.js";
import {FOLLOW} from "../worker.js";
import type {DatasetsState, OpenSet} from "./datasetsState.js";
import {spreadOverStates, type Selection} from "./imageFilter.js";
import {RESOLUTION, TileImages} from "./tileImages.js";

const shownViews = {
  particle: "as it is, in noise",
  lowPass: `low-pass filtered, ${RESOLUTION} Å`,
  clean: "without the noise",
  projection: "projection, before the microscope"
} satisfies Partial<Record<View, string>>;
type ShownView = keyof typeof shownViews;

const arrangements = {table: "in the table's order", states: "spread over the states"};
type Arrangement = keyof typeof arrangements;

/** Milliseconds that filters rest before their images are shown. */
const REST = 120;

interface Tile {
  image: number;
  button: HTMLElement;
  place: HTMLElement;
}

/** Particles of the selection with their true states; one that is chosen is shown close up. */
export function galleryFigure(state: DatasetsState): {element: HTMLElement; dispose(): void} {
  const images = new TileImages(state.workers);
  const usual = innerWidth < 600 ? 10 : 20;
  let view = urlState.text("view", "particle", Object.keys(shownViews)) as ShownView;
  let arrangement = urlState.text("by", "states", Object.keys(arrangements)) as Arrangement;
  let count = urlState.number("tiles", usual, 10, 40);
  let page = 0;
  let before = new AbortController();
  let tiles: Tile[] = [];
  let shown = "";
  let drawing = false;
  const holder = h("div", {class: "tiles"});
  const status = h("span", {role: "status"}, "Reading …");
  const sources = h("div", {});

  /** Numbers of the images to show; the page wraps round behind the last. */
  function wanted(selection: Selection): number[] {
    const {columns, rows} = selection;
    const pick = () =>
      arrangement === "states"
        ? spreadOverStates(selection, count, page)
        : Array.from(rows.subarray(page * count, (page + 1) * count));
    let picked = pick();
    if (picked.length === 0 && page > 0) {
      page = 0;
      picked = pick();
    }
    return picked.map((row) => columns.image[row]);
  }

  function makeTile(image: number, {small, table}: OpenSet): Tile {
    const place = h("span", {class: "tile-image"});
    const what = describeState(small.recipe.motion, table.state[image]).replace(/-(?=\d)/, "−");
    const label = `state ${table.state[image]}, ${what}, defocus ${(table.defocus[image] / 1e4).toFixed(2)} µm`;
    const button = h(
      "button",
      {type: "button", class: "tile", "aria-label": `Image ${image}: ${label}`, title: `Image ${image}: show it close up`, "data-image": image, onclick: () => state.chosen.set(image)}, // prettier-ignore
      place,
      h("span", {class: "tile-state"}, `state ${table.state[image]} · ${what.replace("hinge at ", "")}`), // prettier-ignore
      h("span", {class: "tile-more"}, `${(table.defocus[image] / 1e4).toFixed(2)} µm · no. ${image}`)
    );
    return {image, button, place};
  }

  async function draw() {
    const open = state.open.value;
    const selection = state.selection.value;
    if (open instanceof Error) return void (status.textContent = open.message);
    if (!open || !selection) return;
    const {small} = open;
    const numbers = wanted(selection);
    const key = `${small.name} ${view} ${numbers.join()}`;
    if (key === shown) return void (holder.dataset.state = drawing ? "busy" : "done");
    shown = key;
    before.abort();
    const {signal} = (before = new AbortController());
    tiles = numbers.map((image) => makeTile(image, open));
    mark();
    holder.replaceChildren(...tiles.map(({button}) => button));
    const fill = (image: number, pixels: Float32Array) => {
      const tile = tiles.find((t) => t.image === image);
      tile?.place.replaceChildren(grayImage(pixels, small.D, {size: small.D}));
    };
    const missing: number[] = [];
    for (const {image} of tiles) {
      const pixels = images.peek(small, image, view);
      if (pixels) fill(image, pixels);
      else missing.push(image);
    }
    const told = {shipped: view === "particle" && numbers.some((i) => i < small.n), live: missing.length > 0 || numbers.some((i) => i >= small.n) || view !== "particle"}; // prettier-ignore
    sources.replaceChildren(provenanceLabel(...provenance(small.recipe.name, small.n, told)));
    const text = numbers.length ? "" : "No image passes the filters.";
    status.textContent = text;
    drawing = false;
    if (missing.length === 0) return void (holder.dataset.state = "done");
    holder.dataset.state = "busy";
    drawing = true;
    try {
      const start = performance.now();
      await images.make(small, missing, view, {priority: FOLLOW, signal, show: fill});
      status.textContent = `${missing.length} images simulated in ${(performance.now() - start).toFixed(0)} ms.`;
      holder.dataset.state = "done";
      drawing = false;
    } catch (error) {
      if (signal.aborted) return;
      drawing = false;
      status.textContent = `The images can't be made: ${(error as Error).message}`;
      holder.dataset.state = "failed";
      shown = "";
    }
  }
  const mark = () => {
    for (const {image, button} of tiles)
      button.setAttribute("aria-pressed", String(image === state.chosen.value));
  };
  const again = (values: Record<string, string | number | undefined>) => {
    page = 0;
    urlState.set(values);
    void draw();
  };
  const controls = [
    selectControl<ShownView>("Show", {
      value: view,
      options: Object.entries(shownViews) as [ShownView, string][],
      change(next) {
        view = next;
        urlState.set({view: next === "particle" ? undefined : next});
        void draw();
      }
    }),
    selectControl<Arrangement>("Arranged", {
      value: arrangement,
      options: Object.entries(arrangements) as [Arrangement, string][],
      change(next) {
        arrangement = next;
        again({by: next === "states" ? undefined : next});
      }
    }),
    selectControl("Images", {
      value: String(count),
      options: ["10", "20", "40"].map((n) => [n, n] as const),
      change(next) {
        count = Number(next);
        nameIt();
        again({tiles: count === usual ? undefined : count});
      }
    })
  ];
  const another = h("button", {type: "button", class: "action"}, "Others");
  const nameIt = () => (another.textContent = `Another ${count}`);
  nameIt();
  another.addEventListener("click", () => {
    ++page;
    void draw();
  });
  const element = figure([h("div", {class: "run"}, ...controls, another, status), holder, sources], {
    caption:
      "Each with the true state of its structure, its defocus and its number in the set. The limits of the grey scale are each image's own. Press one to see it close up.",
    provenance: [],
    files: [{label: "PNG", name: "particles.png", make: () => tilesPng(tiles)}]
  });

  let resting: ReturnType<typeof setTimeout> | undefined;
  state.selection.subscribe(() => {
    page = 0;
    if (shown === "") return void draw();
    // Filters go first: pictures follow when the reader's hand rests.
    holder.dataset.state = "busy";
    clearTimeout(resting);
    resting = setTimeout(() => void draw(), REST);
  });
  state.open.subscribe((open) => {
    if (open instanceof Error) void draw();
  });
  state.chosen.subscribe(mark);
  return {
    element,
    dispose() {
      clearTimeout(resting);
      before.abort();
    }
  };
}

function provenance(recipe: string, n: number, told: {shipped: boolean; live: boolean}): Provenance[] {
  const sources: Provenance[] = [];
  if (told.shipped)
    sources.push({kind: "shipped", detail: `the first ${n} images of recipe ${recipe}, made as the notebook was built`}); // prettier-ignore
  if (told.live)
    sources.push({kind: "live", detail: `recipe ${recipe}, image by image, at the whole set's noise level`});
  return sources;
}

/** The tiles as one picture, with their captions. */
function tilesPng(tiles: Tile[]): Promise<Blob> {
  const columns = Math.min(8, Math.max(1, tiles.length));
  const [side, line] = [128, 34];
  const canvas = h("canvas", {
    width: columns * (side + 8),
    height: Math.ceil(tiles.length / columns) * (side + line + 8)
  });
  const context = canvas.getContext("2d")!;
  context.font = "11px system-ui, sans-serif";
  context.fillStyle = getComputedStyle(document.body).color;
  context.textBaseline = "top";
  tiles.forEach(({place, button}, i) => {
    const [x, y] = [(i % columns) * (side + 8), Math.floor(i / columns) * (side + line + 8)];
    const image = place.querySelector("canvas");
    if (image) context.drawImage(image, x, y, side, side);
    button.querySelectorAll(".tile-state, .tile-more").forEach((text, k) => {
      context.fillText(text.textContent ?? "", x, y + side + 3 + 15 * k);
    });
  });
  return pngBlob(canvas);
}
