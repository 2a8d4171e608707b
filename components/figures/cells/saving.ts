import {urlState} from "../urlState.js";
import {keepCells} from "./keep.js";
import {encodeCells, LINK_LIMIT} from "./link.js";

/** Milliseconds after the last key that cells are written: browsers refuse an address that changes at every key. */
const REST = 300;

/** Writes cells into this browser and the address, soon after they change, and at once when the page is left. */
export interface Saving {
  /** Cells changed. */
  later(): void;
  now(): void;
  dispose(): void;
}

/**
 * @param page what the cells are kept under
 * @param sources the cells of now
 * @param own whether they are the reader's, to keep; those of a link stay in the address alone
 * @param tell told what can't be kept, or ""
 */
export function saving(
  page: string,
  sources: () => string[],
  own: () => boolean,
  tell: (text: string) => void
): Saving {
  let timer: ReturnType<typeof setTimeout> | undefined;
  function now() {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    const cells = sources().filter((source) => source.trim());
    const faults: string[] = [];
    const refused = own() && keepCells(page, cells);
    if (refused) faults.push(refused);
    const link = encodeCells(cells);
    if (link.length > LINK_LIMIT)
      faults.push(
        `The cells are too long for the address (${link.length} of ${LINK_LIMIT} characters): a link to this page comes without them; download them to hand them on.`
      );
    urlState.set({cells: link && link.length <= LINK_LIMIT ? link : undefined});
    tell(faults.join(" "));
  }
  const hidden = () => document.visibilityState === "hidden" && now();
  addEventListener("pagehide", now);
  document.addEventListener("visibilitychange", hidden);
  return {
    later() {
      clearTimeout(timer);
      timer = setTimeout(now, REST);
    },
    now,
    dispose() {
      now();
      removeEventListener("pagehide", now);
      document.removeEventListener("visibilitychange", hidden);
    }
  };
}
