import {figure} from "./figure.js";
import {mapPair} from "./mapPair.js";
import {kindColor, kindName, type Chosen, type PriorState} from "./priorState.js";
import {setNames} from "./runs.js";
import {urlState} from "./urlState.js";

/** The map of the chosen point, and the true map nearest to it, turning together. */
export async function mapFigure(state: PriorState): Promise<HTMLElement> {
  const {run, latents, chosen, live} = state;
  const level = urlState.number("level", 2, 0.5, 8);
  const [all, source, pair] = await Promise.all([
    latents(),
    run.source(),
    mapPair(state, {level, onLevel: (value) => urlState.set({level: value})})
  ]);
  async function decode({kind, index}: Chosen) {
    const set = kind === "prior" && live.value ? live.value.z : all[kind];
    const z = Array.from(set.slice(index * all.d, (index + 1) * all.d));
    if (z.length !== all.d) return pair.say(`There is no point ${index} in this set.`);
    await pair.decode(z, `Decoded: ${kindName[kind]}, number ${index}`, kindColor[kind]);
  }
  chosen.subscribe((point) => void decode(point));
  return figure(pair.elements, {
    id: "F4-map",
    title: "The map of a latent beside the nearest true one",
    set: run.name,
    sets: setNames,
    caption:
      "Both maps are smoothed by a Gaussian of 0.8 voxel before they are drawn and compared: a decoded map ends sharply at its highest frequency and a true one does not. The download of the decoded map is not smoothed.",
    provenance: [{kind: "live", detail: "decoded and compared now, with the VAE"}, source],
    files: pair.files
  });
}
