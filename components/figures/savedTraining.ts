import type {PriorLoss} from "../diffusion/priorState.js";
import type {LossPoint} from "./lossPlot.js";

/** A training that was interrupted: its last checkpoint, and what the figure showed then. */
export interface SavedTraining<L = PriorLoss> {
  step: number;
  /** As the training's job wrote it. */
  bytes: Uint8Array;
  points: LossPoint[];
  losses: L[];
}

/** Checkpoints of trainings in this browser, by name. None of these throws: without a disk, the last one is kept in memory. */
export interface SavedTrainings<L = PriorLoss> {
  load(name: string): Promise<SavedTraining<L> | undefined>;
  save(name: string, training: SavedTraining<L>): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Trainings kept at most; a checkpoint of preset `paper` is 4 MB. */
const KEPT = 6;

const [DATABASE, STORE] = ["cryo-latent-diffusion", "trainings"];

/**
 * @param onTrouble told once, in a line, when the browser keeps nothing (a private window, a full disk)
 */
export function savedTrainings<L = PriorLoss>(onTrouble: (message: string) => void): SavedTrainings<L> {
  let database: Promise<IDBDatabase> | undefined;
  let last: {name: string; training: SavedTraining<L>} | undefined;
  let told = false;

  /** Runs requests in one transaction; transactions happen in the order in which they were asked for. */
  async function inStore<T>(
    mode: IDBTransactionMode,
    ask: (store: IDBObjectStore) => IDBRequest<T>
  ): Promise<T | undefined> {
    try {
      const transaction = (await (database ??= open())).transaction(STORE, mode);
      const request = ask(transaction.objectStore(STORE));
      return await new Promise<T>((resolve, reject) => {
        transaction.oncomplete = () => resolve(request.result);
        transaction.onabort = () => reject(transaction.error ?? new Error("the browser stopped it"));
      });
    } catch (error) {
      if (!told)
        onTrouble(
          `This browser can't keep checkpoints (${(error as Error).message}); closing the page ends the training for good.`
        );
      told = true;
      return undefined;
    }
  }

  return {
    async load(name) {
      if (last?.name === name) return last.training;
      const found = await inStore<unknown>("readonly", (store) => store.get(name));
      if (!isStored<L>(found)) return undefined;
      return {...found, bytes: new Uint8Array(await found.bytes.arrayBuffer())};
    },
    async save(name, training) {
      last = {name, training};
      await inStore("readwrite", (store) => {
        // As a Blob: an array of this size would be compressed on the page's own thread, for tens of milliseconds.
        const bytes = new Blob([training.bytes as Uint8Array<ArrayBuffer>]);
        const request = store.put({...training, bytes, date: Date.now()} satisfies Stored<L>, name);
        dropOldest(store);
        return request;
      });
    },
    async remove(name) {
      if (last?.name === name) last = undefined;
      await inStore("readwrite", (store) => store.delete(name));
    }
  };
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE).createIndex("date", "date");
    request.onsuccess = () => {
      // Another tab with a newer notebook must not wait for this one.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error ?? new Error("no reason given"));
  });
}

function dropOldest(store: IDBObjectStore): void {
  let seen = 0;
  const request = store.index("date").openKeyCursor(null, "prev");
  request.onsuccess = () => {
    const cursor = request.result;
    if (!cursor) return;
    if (++seen > KEPT) store.delete(cursor.primaryKey);
    cursor.continue();
  };
}

/** A training as it stands in the store. */
type Stored<L> = Omit<SavedTraining<L>, "bytes"> & {bytes: Blob; date: number};

/** Whether what the disk gave back is what was saved: another version of the notebook may have written it. */
function isStored<L>(found: unknown): found is Stored<L> {
  const {step, bytes, points, losses} = (found ?? {}) as Partial<Stored<L>>;
  return Number.isInteger(step) && bytes instanceof Blob && Array.isArray(points) && Array.isArray(losses);
}
