/** F2-map: the decoded map of the particle, or of an encoding that was clicked, beside the true map of its state. */
import {effect} from "@preact/signals-core";
import {figure} from "../figure.js";
import {mapPair} from "../mapPair.js";
import {setNames} from "../runs.js";
import {urlState} from "../urlState.js";
import type {CryodrgnState} from "./state.js";

export async function mapsFigure(state: CryodrgnState): Promise<{element: HTMLElement; dispose(): void}> {
  const {run, particle, row, trouble} = state;
  const [latents, source, pair] = await Promise.all([
    state.latents(),
    run.source(),
    mapPair(state, {
      level: urlState.number("level", 2, 0.5, 8),
      onLevel: (level) => urlState.set({level: level === 2 ? undefined : level})
    })
  ]);
  const stop = effect(() => {
    const {d, n, z, states} = latents;
    const chosen = row.value;
    if (chosen !== undefined && chosen >= n) return pair.say(`There is no encoding ${chosen}.`);
    if (chosen !== undefined) {
      const own = Array.from(z.subarray(chosen * d, (chosen + 1) * d));
      void pair.decode(own, `Decoded: encoding ${chosen}`, "--series-encodings", states?.[chosen]);
      return;
    }
    const found = particle.value;
    if (found)
      void pair.decode(Array.from(found.mu), `Decoded: image ${found.image}`, "--series-live", found.state); // prettier-ignore
    else if (trouble.value) pair.say("Click an encoding below to decode it.");
  });
  return {
    element: figure(pair.elements, {
      id: "F2-map",
      title: "The decoded map beside the true one",
      set: run.name,
      sets: setNames,
      caption:
        "Both maps are smoothed by a Gaussian of 0.8 voxel before they are drawn and compared. The first correlation is over the voxels that the states do not share. Drag to turn.",
      provenance: [{kind: "live", detail: "decoded and compared now"}, source],
      files: pair.files
    }),
    dispose() {
      stop();
      pair.dispose();
    }
  };
}
