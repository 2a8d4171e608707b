import type {JobContext} from "../../compute/job.js";
import {h} from "../dom.js";
import {numberControl, runControl} from "../runControl.js";
import {urlState} from "../urlState.js";
import {COUNT} from "./rows.js";

const MOST_SEED = 2 ** 31 - 1;

/**
 * The seed and the button that draw samples anew, with progress and a way to cancel. The first time, what ships is shown, unless the
 * address names a seed.
 * @param load fills the figure with samples of a seed, or with those that ship; returns how many maps there are
 */
export function sampleControl({
  load
}: {
  load(seed: number | undefined, context: Pick<JobContext, "signal" | "progress">): Promise<number>;
}) {
  const inAddress = urlState.number("seed", -1, 0, MOST_SEED);
  const given = Number.isInteger(inAddress) && inAddress >= 0 ? inAddress : undefined;
  let turn = 0;
  let seed = given ?? 2;
  let take = (): number | undefined => given;
  const input = numberControl("Seed", {
    value: seed,
    min: 0,
    max: MOST_SEED,
    change(value) {
      seed = value;
    }
  });
  const element = runControl({
    label: "Sample again",
    controls: [input],
    async run({signal, progress}) {
      const used = take();
      take = () => seed;
      const mine = ++turn;
      element.dataset.state = "busy";
      const start = performance.now();
      urlState.set({seed: used});
      back.hidden = used === undefined;
      if (used !== undefined) input.set((seed = Math.min(used + 1, MOST_SEED)));
      try {
        const maps = await load(used, {signal, progress});
        const seconds = ((performance.now() - start) / 1000).toFixed(1);
        const which = used === undefined ? `The first ${COUNT} samples that ship` : `Samples of seed ${used}`;
        return `${which}: ${maps} maps in ${seconds} s.`;
      } finally {
        if (mine === turn) element.dataset.state = "done";
      }
    }
  });
  const back = h(
    "button",
    {
      type: "button",
      class: "quiet",
      onclick() {
        take = () => undefined;
        void element.start();
      }
    },
    "Back to the shipped samples"
  );
  element.append(back);
  return {element, start: () => element.start()};
}
