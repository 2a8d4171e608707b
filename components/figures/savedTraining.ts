import type {PriorLoss} from "../diffusion/priorState.js";
import type {LossPoint} from "./lossPlot.js";

/** A training that was interrupted: its last checkpoint, and what the figure showed then. */
export interface SavedTraining {
  step: number;
  /** As `trainLive` wrote it. */
  bytes: Uint8Array;
  points: LossPoint[];
  losses: PriorLoss[];
}

/** Checkpoints of trainings in this browser, by name. None of these throws: without a disk, the last one is kept in memory. */
export interface SavedTrainings {
  load(name: string): Promise<SavedTraining | undefined>;
  save(name: string, training: SavedTraining): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Trainings kept at most; a checkpoint of preset `paper` is 4 MB. */
const KEPT = 6;

const [DATABASE, STORE] = ["cryo-latent-diffusion", "trainings"];

/**
 * @param onTrouble told once, in a line, when the browser keeps nothing (a private window, a full disk)
 */
export function savedTrainings(onTrouble: (message: string) => void): SavedTrainings {
  let database: Promise<IDBDatabase> | undefined;
  let last: {name: string; training: SavedTraining} | undefined;
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
      return isTraining(found) ? found : undefined;
    },
    async save(name, training) {
      last = {name, training};
      await inStore("readwrite", (store) => {
        const request = store.put({...training, date: Date.now()}, name);
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

/** Whether what the disk gave back is what was saved: another version of the notebook may have written it. */
function isTraining(found: unknown): found is SavedTraining {
  const {step, bytes, points, losses} = (found ?? {}) as Partial<SavedTraining>;
  return (
    Number.isInteger(step) && bytes instanceof Uint8Array && Array.isArray(points) && Array.isArray(losses)
  );
}
