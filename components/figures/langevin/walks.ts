/** Computes the walks of all sets in background threads, anew at every change of the settings. */
import {effect, untracked} from "@preact/signals-core";
import {projectPca} from "../../analysis/pca.js";
import type {WalkPart} from "../../jobs/latentWalk.js";
import {FOLLOW} from "../worker.js";
import type {ShownEncodings} from "../encodings.js";
import type {LangevinState, WalkSet} from "./state.js";
import type {SetWalk, WalkSettings} from "./walk.js";

/** Milliseconds that settings must stand before new walks are begun: a slider gives many on its way. */
const REST = 120;

/** Keeps the walks those of the settings, until the returned function is called. */
export function keepWalks(state: LangevinState): () => void {
  let controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let begun = false;
  const stop = effect(() => {
    const settings = state.settings.value;
    clearTimeout(timer);
    const begin = () => {
      controller.abort();
      const {signal} = (controller = new AbortController());
      const first = state.chosen.peek();
      const order = [...state.sets].sort((a, b) => Number(b.name === first) - Number(a.name === first));
      for (const set of order) void follow(state, set, settings, signal);
    };
    untracked(() => {
      if (begun) timer = setTimeout(begin, REST);
      else begin();
      begun = true;
    });
  });
  return () => {
    stop();
    clearTimeout(timer);
    controller.abort();
  };
}

async function follow(
  {workers, chosen}: LangevinState,
  set: WalkSet,
  settings: WalkSettings,
  signal: AbortSignal
): Promise<void> {
  set.busy.value = true;
  try {
    const data = await set.data();
    const prior = await set.prior();
    if (signal.aborted) return;
    const {z: latents, d, states} = data;
    const empty = emptyWalk(data, settings);
    let now = empty;
    await workers.run(
      "latentWalk",
      {prior, ...settings, latents, d, states},
      {
        priority: set.name === chosen.value ? FOLLOW : 0,
        affinity: `${set.name}, walk`,
        signal,
        onPartial(part) {
          if (!signal.aborted) set.walk.value = now = longer(now, part, data);
        }
      }
    );
    set.trouble.value = "";
  } catch (error) {
    if (signal.aborted) return;
    set.walk.value = undefined;
    set.trouble.value = (error as Error).message;
  }
  set.busy.value = false;
}

function emptyWalk({d, states}: ShownEncodings, settings: WalkSettings): SetWalk {
  const n = settings.steps + 1;
  return {
    settings,
    d,
    places: 0,
    encoding: new Float64Array(n * d),
    z: new Float64Array(n * d),
    plane: new Float32Array(2 * n),
    states: states && new Int32Array(n),
    quantile: new Float64Array(n)
  };
}

/** A walk with more places; the arrays are the same, as far as they were written nothing changes in them. */
function longer(
  walk: SetWalk,
  {first, encoding, z, states, quantile}: WalkPart,
  {axes, d}: ShownEncodings
): SetWalk {
  walk.encoding.set(encoding, first * d);
  walk.z.set(z, first * d);
  walk.plane.set(projectPca(axes, z, 2), 2 * first);
  walk.quantile.set(quantile, first);
  if (states) walk.states?.set(states, first);
  return {...walk, places: first + z.length / d};
}
