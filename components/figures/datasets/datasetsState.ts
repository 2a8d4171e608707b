import {stateCount} from "../../cryoem/motion.js";
import type {Pool} from "../../compute/pool.js";
import type {Recipe} from "../../cryoem/recipe.js";
import type {ImageTable} from "../../jobs/imageTable.js";
import type {NotebookJobs} from "../../jobs/jobs.js";
import {store, type Store} from "../store.js";
import {urlState} from "../urlState.js";
import {CLICK} from "../worker.js";
import {imageSelector, parseRange, rangeText, type ImageFilter, type ImageOrder, type Range, type Selection} from "./imageFilter.js"; // prettier-ignore
import type {SetFiles} from "./sets.js";
import {readSmallSet, type SmallSet} from "./smallSetFiles.js";

/** A set that is open: its first images, and the table of all as soon as it is there. */
export interface OpenSet {
  small: SmallSet;
  /** Row i is image i: of the first images, or of all. */
  table: ImageTable;
  /** The table is that of all images. */
  whole: boolean;
}

/** What the figures of page `datasets` share. */
export interface DatasetsState {
  sets: SetFiles[];
  workers: Pool<NotebookJobs>;
  /** Name of the set that is looked at. */
  name: Store<string>;
  /** That set, once its files are there; an Error where they can't be read. */
  open: Store<OpenSet | Error | undefined>;
  filter: Store<ImageFilter>;
  order: Store<ImageOrder>;
  /** The images that pass the filter, in the order. */
  selection: Store<Selection | undefined>;
  /** Number of the image shown close up. */
  chosen: Store<number>;
  /** A set's first images and truth, read once. */
  small(name: string): Promise<SmallSet>;
  dispose(): void;
}

/** Limits of what can be filtered by, in the table's units. */
export const limitsOf = (recipe: Recipe): Record<keyof ImageFilter, Range> => {
  const {defocusMean, defocusSpread} = recipe.optics;
  return {
    state: [0, stateCount(recipe.motion) - 1],
    defocus: [Math.max(0, defocusMean - 4 * defocusSpread), defocusMean + 4 * defocusSpread],
    rot: [-180, 180],
    tilt: [0, 180]
  };
};

const columns: readonly (keyof ImageTable)[] = ["image", "state", "hinge", "defocusU", "defocusV", "rot", "tilt", "psi", "shiftX", "shiftY"]; // prettier-ignore
const µm = 1e4;
const widest: Record<keyof ImageFilter, Range> = {
  state: [0, 1e6],
  defocus: [0, 1e6],
  rot: [-180, 180],
  tilt: [0, 180]
};

function fromAddress(): {filter: ImageFilter; order: ImageOrder} {
  const range = (key: keyof ImageFilter) =>
    parseRange(urlState.text(key, ""), widest[key], {wraps: key === "rot"});
  const defocus = range("defocus");
  const [column, direction] = urlState.text("sort", "image").split("-");
  return {
    filter: {
      state: range("state"),
      defocus: defocus && [defocus[0] * µm, defocus[1] * µm],
      rot: range("rot"),
      tilt: range("tilt")
    },
    order: {
      column: columns.find((c) => c === column) ?? "image",
      descending: direction === "down"
    }
  };
}

function toAddress({state, defocus, rot, tilt}: ImageFilter, {column, descending}: ImageOrder) {
  const sort = `${column}${descending ? "-down" : ""}`;
  urlState.set({
    state: rangeText(state),
    defocus: rangeText(defocus && [defocus[0] / µm, defocus[1] / µm]),
    rot: rangeText(rot),
    tilt: rangeText(tilt),
    sort: sort === "image" ? undefined : sort
  });
}

/** Opens the set that the address names, and keeps the selection in step with set, filter and order. */
export function datasetsState(sets: SetFiles[], workers: Pool<NotebookJobs>): DatasetsState {
  const names = sets.map(({name}) => name);
  const first = fromAddress();
  const asked = urlState.text("set", names[0]);
  const name = store((sets.find((set) => set.name === asked || set.talk === asked) ?? sets[0]).name);
  const state: DatasetsState = {
    sets,
    workers,
    name,
    open: store<OpenSet | Error | undefined>(undefined),
    filter: store(first.filter),
    order: store(first.order),
    selection: store<Selection | undefined>(undefined),
    chosen: store(urlState.number("image", 0, 0, 1e9)),
    small,
    dispose() {
      before.abort();
      workers.close();
    }
  };
  const loaded = new Map<string, Promise<SmallSet>>();
  function small(wanted: string): Promise<SmallSet> {
    const {files} = sets.find((set) => set.name === wanted)!;
    const found =
      loaded.get(wanted) ??
      readSmallSet(wanted, async (file) => new Uint8Array(await files[file].arrayBuffer()));
    loaded.set(wanted, found);
    found.catch(() => loaded.delete(wanted)); // tried anew when it is asked for again
    return found;
  }

  let select: ReturnType<typeof imageSelector> | undefined;
  const update = () => {
    if (select) state.selection.set(select(state.filter.value, state.order.value));
  };
  let before = new AbortController();
  async function open(wanted: string) {
    before.abort();
    const {signal} = (before = new AbortController());
    select = undefined;
    state.open.set(undefined);
    try {
      const set = await small(wanted);
      if (signal.aborted) return;
      const show = (table: ImageTable, whole: boolean) => {
        select = imageSelector(table);
        state.open.set({small: set, table, whole});
        update();
      };
      show(set.table, false);
      const options = {priority: CLICK, affinity: set.named.name, signal};
      show(await workers.run("imageTable", {recipe: set.named}, options), true);
    } catch (error) {
      if (!signal.aborted) state.open.set(error as Error);
    }
  }

  name.subscribe((now) => void open(now));
  state.filter.subscribe(update);
  state.order.subscribe(update);
  const remember = () => toAddress(state.filter.value, state.order.value);
  state.filter.subscribe(() => state.filter.value !== first.filter && remember());
  state.order.subscribe(() => state.order.value !== first.order && remember());
  const [set, image] = [name.value, state.chosen.value];
  name.subscribe((now) => {
    if (now !== set || urlState.text("set", "")) urlState.set({set: now === names[0] ? undefined : now});
  });
  state.chosen.subscribe((now) => {
    if (now !== image || urlState.text("image", "")) urlState.set({image: now || undefined});
  });
  return state;
}
