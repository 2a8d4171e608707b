/** F7-maps: the map at y beside its nearest true map, and a row of maps along the path. */
import {computed, effect} from "@preact/signals-core";
import {pathLabels} from "../../analysis/interpolation.js";
import {describeState} from "../../cryoem/motion.js";
import {InputError} from "../../formats/error.js";
import {writeMrc} from "../../formats/mrc.js";
import type {LatentMap} from "../../jobs/latentMap.js";
import {h, roomFor} from "../dom.js";
import {bytesBlob} from "../download.js";
import {figure} from "../figure.js";
import {follow} from "../follow.js";
import {mapViewer} from "../mapViewer.js";
import {movieBlock, type MoviePath} from "../movie/movieBlock.js";
import {setNames} from "../runs.js";
import {urlState} from "../urlState.js";
import {CLICK, FOLLOW} from "../worker.js";
import {latentAt, partToY} from "./along.js";
import {EVEN} from "./mapPoints.js";
import {isPath, pathColors, type InterpolationState, type SeenMap} from "./state.js";

/** Boxes a map is decoded at: a coarse one to see at once, then the model's own. */
const [COARSE, FINE] = [32, 64];

interface Question {
  z: number[];
  y: number;
  kind: keyof typeof pathLabels;
}

export async function viewFigure(
  state: InterpolationState
): Promise<{element: HTMLElement; dispose(): void}> {
  const {run, workers, paths, kind, y, against, maps, busy} = state;
  const {vae, recipe, motion, problems, source, d} = await state.data();
  if (problems["vae.safetensors"]) throw new Error(problems["vae.safetensors"]);
  if (!vae) throw new InputError(run.name, "vae.safetensors", "nothing", "the autoencoder");
  const level = urlState.number("level", 2, 0.5, 8);
  const viewer = mapViewer({columns: recipe ? 2 : 1, height: 290, level, description: `The map at y on the chosen path${recipe ? " on the left, the true map nearest to it on the right" : ""}`, onLevel: (value) => urlState.set({level: value})}); // prettier-ignore
  // all that are decoded at even y, or every other one
  const columns = roomFor(900) >= 600 ? EVEN : (EVEN + 1) / 2;
  const strip = mapViewer({columns, height: 120, level, description: "Maps along the path, from A on the left to B on the right"}); // prettier-ignore
  strip.element.classList.add("path-strip");
  const status = h("p", {class: "scatter-status", role: "status", "data-state": "busy"}, "\u00a0");
  const of = (state: number) => (motion ? describeState(motion, state) : "");

  const question = computed<Question | undefined>(() => {
    const path = paths.value[kind.value];
    return isPath(path) ? {z: Array.from(latentAt(path, y.value)), y: y.value, kind: kind.value} : undefined;
  });
  const decode = (box: number, priority: number) => (asked: Question, signal: AbortSignal) =>
    workers
      .run(
        "latentMap",
        {vae, recipe, z: asked.z, boxes: [box]},
        {priority, affinity: `${run.name}, ${box === COARSE ? "coarse" : "fine"}`, signal}
      ) // prettier-ignore
      .then((map) => ({map, asked}));
  const coarse = follow(question, decode(COARSE, CLICK));
  // the fine one is for a slider that rests
  const fine = follow(computed(() => (coarse.busy.value || coarse.stale.value ? undefined : question.value)), decode(FINE, FOLLOW), {rest: 300}); // prettier-ignore
  let shown: LatentMap | undefined;

  /** As many maps as the strip has columns, evenly spaced in y or along the path. */
  const row = (): (SeenMap | undefined)[] => {
    const path = paths.value[kind.value];
    const found = maps.value[kind.value] ?? [];
    return Array.from({length: columns}, (_, i) => {
      if (!isPath(path)) return undefined;
      const part = i / (columns - 1);
      const at = against.value === "length" ? partToY(path, part) : part;
      const best = found.reduce<SeenMap | undefined>((near, map) => (near && Math.abs(near.y - at) <= Math.abs(map.y - at) ? near : map), undefined); // prettier-ignore
      return best && (busy.value !== "maps" || Math.abs(best.y - at) < 0.06) ? best : undefined;
    });
  };

  const path = computed<MoviePath | undefined>(() => {
    const [chosen, ends] = [paths.value[kind.value], state.ends.value];
    if (!isPath(chosen) || !ends) return undefined;
    const what = `${pathLabels[kind.value]}, from encoding ${ends.a} to ${ends.b}`;
    return {y: chosen.y, z: chosen.z, d, what, color: pathColors[kind.value]};
  });
  const movie = movieBlock({run: run.name, workers, vae, path});

  const element = figure([viewer.element, status, strip.element, movie.element], {
    id: "F7-maps",
    title: "Maps along the path",
    set: run.name,
    sets: setNames,
    caption: `Above: the map at y${recipe ? ", beside the true map that it resembles most" : ""}. Below: maps from A to B, evenly spaced in what the slider goes by. All are smoothed by a Gaussian of 0.8 voxel. Drag to turn them.`, // prettier-ignore
    provenance: [{kind: "live", detail: "decoded and compared now, with the VAE"}, source],
    files: [
      {label: "PNG of the row", name: "maps-along-path.png", make: () => strip.png()},
      {label: "PNG of the map", name: "map-at-y.png", make: () => viewer.png()},
      {
        label: "Map at y, .mrc",
        name: "map-at-y.mrc",
        make() {
          if (!shown) throw new Error("no map yet");
          const {map: data, box, voxelSize} = shown;
          return bytesBlob(writeMrc({nx: box, ny: box, nz: box, pixelSize: voxelSize, data, isStack: false}));
        }
      }
    ]
  });
  let before = "";
  const stops = [
    effect(() => {
      const now = [fine.value.value, coarse.value.value].find((found) => found?.asked === question.value) ?? coarse.value.value; // prettier-ignore
      const wrong = coarse.error.value || fine.error.value;
      const missing = paths.value[kind.value];
      if (missing && !isPath(missing)) return viewer.show([missing.why, null]);
      if (wrong) return viewer.show([`This point can't be decoded: ${wrong}`, null]);
      if (!now) return;
      const {map, asked} = now;
      shown = map;
      const common = {D: map.box, voxelSize: map.voxelSize};
      viewer.show([
        {...common, label: `${pathLabels[asked.kind]}, y = ${asked.y.toFixed(4)}`, map: map.smooth, color: pathColors[asked.kind]}, // prettier-ignore
        map.nearest && map.trueMap
          ? {...common, label: `True: state ${map.nearest.state}, ${of(map.nearest.state)}`, map: map.trueMap, color: "--map-true"} // prettier-ignore
          : "No true map is known."
      ]);
      status.textContent = map.nearest
        ? `Correlation with the nearest true map: ${map.nearest.moving.toFixed(4)} where the states differ, ${map.nearest.whole.toFixed(4)} over the whole map. Box ${map.box}.`
        : `Box ${map.box}.`;
    }),
    effect(() => {
      const stage = busy.value;
      const coming = stage === "energies" && kind.value === "leastEnergy";
      const settled =
        !coarse.busy.value && !fine.busy.value && stage !== "paths" && stage !== "maps" && !coming;
      status.dataset.state = settled ? "done" : "busy";
    }),
    effect(() => {
      const now = row();
      const stamp = now.map((map) => (map ? `${kind.value} ${map.y}` : "")).join();
      if (stamp === before && stamp.replaceAll(",", "") !== "") return;
      before = stamp;
      strip.show(
        now.map((map) =>
          map
            ? {D: map.box, voxelSize: map.voxelSize, map: map.smooth, color: pathColors[kind.value], label: `${Number(map.y.toFixed(map.y > 0.999 || map.y === 0 ? 2 : 3))}${map.nearest ? `: ${shortState(map.nearest.state)}` : ""}`} // prettier-ignore
            : "…"
        )
      );
    })
  ];
  function shortState(state: number): string {
    return motion?.type === "assembly" ? of(state) : `state ${state}`;
  }
  return {
    element,
    dispose() {
      for (const stop of stops) stop();
      coarse.dispose();
      fine.dispose();
      movie.dispose();
      viewer.dispose();
      strip.dispose();
    }
  };
}
