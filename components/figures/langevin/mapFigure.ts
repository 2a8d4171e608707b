/** F6-map: the map at the head of the chosen set's walk, beside the true map that it resembles most. */
import {computed, effect, signal} from "@preact/signals-core";
import {describeState} from "../../cryoem/motion.js";
import {InputError} from "../../formats/error.js";
import {writeMrc} from "../../formats/mrc.js";
import {writeNpy} from "../../formats/npy.js";
import type {NamedBytes} from "../../jobs/files.js";
import type {LatentMap} from "../../jobs/latentMap.js";
import {h} from "../dom.js";
import {bytesBlob} from "../download.js";
import {figure} from "../figure.js";
import {follow} from "../follow.js";
import {mapViewer} from "../mapViewer.js";
import {setNames, type SetName} from "../runs.js";
import {urlState} from "../urlState.js";
import {visible} from "../visible.js";
import {CLICK, FOLLOW} from "../worker.js";
import {headControls} from "./controls.js";
import {letters, setOf, type LangevinState} from "./state.js";
import {placeOf, type SetWalk} from "./walk.js";
import {headText, madeText} from "./words.js";

/** Boxes a map is decoded at: a coarse one to follow the walk, then, where it stands still, the model's own. */
const [COARSE, FINE] = [32, 64];

interface Question {
  z: number[];
  at: number;
  walk: SetWalk;
  vae: NamedBytes;
}

export async function mapFigure(state: LangevinState, setName: SetName) {
  const {workers, head, playing} = state;
  const set = setOf(state, setName);
  const {run} = set;
  const [data, {has}] = await Promise.all([set.data(), run.about()]);
  if (!has.includes("vae.safetensors"))
    throw new InputError(run.name, "vae.safetensors", "nothing", "the autoencoder, which decodes maps");
  const {motion, recipe, source} = data;
  const level = urlState.number("level", 2, 0.5, 8);
  const viewer = mapViewer({
    columns: 2,
    height: 300,
    level,
    description: "Isosurfaces: on the left the map at the walk's head, on the right the nearest true map",
    onLevel: (value) => urlState.set({level: value === 2 ? undefined : value})
  });
  const player = headControls(state);
  const where = h("p", {class: "walk-where"}, "\u00a0");
  const status = h("p", {class: "scatter-status", role: "status", "data-state": "idle"}, "\u00a0");
  // The autoencoder is the largest of the files: it is loaded when somebody comes to see its maps.
  const vae = signal<NamedBytes | undefined>(undefined);
  const failed = signal("");
  let asked = false;
  const load = () => {
    if (asked) return;
    asked = true;
    run.vae().then(
      (file) => (vae.value = file),
      (error: unknown) => (failed.value = (error as Error).message)
    );
  };
  let last: Question | undefined;
  const question = computed<Question | undefined>(() => {
    const walk = set.walk.value;
    if (!walk || !vae.value) return undefined;
    const at = placeOf(walk, head.value);
    if (last?.at === at && last.walk.z === walk.z) return last; // more of the walk has come, that is all
    last = {z: Array.from(walk.z.subarray(at * walk.d, (at + 1) * walk.d)), at, walk, vae: vae.value};
    return last;
  });
  const decode =
    (box: number, priority: number, known: () => LatentMap | undefined) =>
    async (question: Question, signal: AbortSignal) => {
      const {vae, z} = question;
      const nearest = known()?.nearest;
      const affinity = `${run.name}, ${box === COARSE ? "coarse" : "fine"}`;
      const map = await workers.run("latentMap", {vae, recipe, z, boxes: [box], nearest}, {priority, affinity, signal}); // prettier-ignore
      return {map, question};
    };
  const coarse = follow(question, decode(COARSE, CLICK, () => undefined)); // prettier-ignore
  const standing = computed(() => (playing.value || coarse.busy.value || coarse.stale.value ? undefined : question.value)); // prettier-ignore
  const fine = follow(
    standing,
    decode(FINE, FOLLOW, () => coarse.value.peek()?.map),
    {rest: 250}
  );
  let shown: {map: LatentMap; question: Question} | undefined;

  const walkNow = () => {
    const walk = set.walk.value;
    if (!walk) throw new Error("there is no walk yet");
    return walk;
  };
  const npy = (of: "encoding" | "z") => () => {
    const walk = walkNow();
    const data = Float32Array.from(walk[of].subarray(0, walk.places * walk.d));
    return bytesBlob(writeNpy({shape: [walk.places, walk.d], data}));
  };
  const title = computed(() => `(${letters[set.name]}) ${set.title.value}`);
  const name = h("h3", {class: "walk-title"});
  const element = figure([name, player.element, viewer.element, where, status], {
    id: "F6-map",
    title: "The map at the walk's head beside the nearest true one",
    set: run.name,
    sets: setNames,
    caption:
      "Scrub the slider back and forth, or play: while the walk moves, maps are decoded coarsely; where it stands still, finely. Both maps are smoothed by a Gaussian of 0.8 voxel. The state in words is that of the nearest encoding; that of the true map was found in the maps themselves, so that the two may differ a little.",
    provenance: [{kind: "live", detail: "decoded now, with the VAE"}, source],
    prepare() {
      load();
      return new Promise<void>((ready) => {
        const stop = effect(() => {
          if (fine.value.value || failed.value || fine.error.value || coarse.error.value) queueMicrotask(() => (stop(), ready())); // prettier-ignore
        });
      });
    },
    trouble: () => failed.peek() || coarse.error.peek() || fine.error.peek(),
    files: [
      {
        label: "Map, .mrc",
        name: "walk-head.mrc",
        make() {
          if (!shown) throw new Error("no map yet");
          const {map: data, box, voxelSize} = shown.map;
          return bytesBlob(writeMrc({nx: box, ny: box, nz: box, pixelSize: voxelSize, data, isStack: false}));
        }
      },
      {label: "PNG", name: "walk-map.png", make: () => viewer.png()},
      {label: "Latents of the walk, .npy", name: "walk-latents.npy", make: npy("z")},
      {label: "Its encodings, .npy", name: "walk-encodings.npy", make: npy("encoding")}
    ]
  });
  const seen = visible(element);
  const stops = [
    effect(() => {
      if (seen.shown.value) load();
    }),
    effect(() => {
      name.textContent = title.value;
    }),
    effect(() => {
      const walk = set.walk.value;
      where.textContent = walk ? `${headText(walk, head.value, data)}.` : "\u00a0";
      where.title = walk ? madeText(walk) : "";
    }),
    effect(() => {
      const wrong = failed.value || coarse.error.value || fine.error.value;
      if (wrong) {
        viewer.show([`This place can't be decoded: ${wrong}`, null]);
        status.dataset.state = "failed";
        return;
      }
      const now = [fine.value.value, coarse.value.value].find((found) => found && found.question === question.value) ?? coarse.value.value; // prettier-ignore
      if (!now) return;
      shown = now;
      const {map, question: of} = now;
      const common = {D: map.box, voxelSize: map.voxelSize};
      viewer.show([
        {...common, label: `Decoded, step ${of.at}`, map: map.smooth, color: "--series-prior"},
        map.nearest && map.trueMap && recipe
          ? {...common, label: `True: state ${map.nearest.state}${motion ? `, ${describeState(motion, map.nearest.state)}` : ""}`, map: map.trueMap, color: "--map-true"} // prettier-ignore
          : "No true map is known."
      ]);
      const size = `Box ${map.box}, ${map.voxelSize.toFixed(1)} Å a voxel.`;
      status.textContent = map.nearest
        ? `Correlation with the nearest true map: ${map.nearest.moving.toFixed(4)} where the states differ, ${map.nearest.whole.toFixed(4)} over the whole map. ${size}`
        : size;
    }),
    effect(() => {
      const waits = asked && !failed.value && (coarse.busy.value || fine.busy.value || !vae.value);
      const [left, right] = [coarse.value.value, fine.value.value];
      const done = left !== undefined && right?.question === question.value;
      status.dataset.state = failed.value ? "failed" : waits ? "busy" : done ? "done" : "idle";
    })
  ];
  return {
    element,
    dispose() {
      for (const stop of stops) stop();
      seen.dispose();
      coarse.dispose();
      fine.dispose();
      player.dispose();
      viewer.dispose();
    }
  };
}
