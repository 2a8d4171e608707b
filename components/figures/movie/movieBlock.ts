/** A path as a movie: its maps are decoded, looked at, and taken along as files and as a film. */
import {effect, signal, type ReadonlySignal} from "@preact/signals-core";
import {frameSpacings, pathFrames, type FrameSpacing} from "../../analysis/pathFrames.js";
import type {Pool} from "../../compute/pool.js";
import type {NamedBytes} from "../../jobs/files.js";
import type {NotebookJobs} from "../../jobs/jobs.js";
import type {PlainDecoder} from "../../jobs/wholeMap.js";
import {boxesOf, openDecoderOf, secondsFor} from "../decodeMap.js";
import {h} from "../dom.js";
import {downloads, save} from "../download.js";
import {numberControl, runControl, selectControl} from "../runControl.js";
import {bytesOfFrames, decodeFrames, gigabytes, MANY, MOST, type MovieFrame} from "./frames.js";
import {movieZip, type MovieAbout} from "./movieFiles.js";
import {moviePlayer, type MoviePlayer} from "./moviePlayer.js";

/** A path of latents to make a movie of. */
export interface MoviePath {
  /** y of each point, rising [m]. */
  y: Float64Array;
  /** [m, d]. */
  z: Float64Array;
  d: number;
  /** What path it is, from where to where, in a few words. */
  what: string;
  /** CSS variable. */
  color: string;
}

export interface MovieBlockOptions {
  run: string;
  workers: Pool<NotebookJobs>;
  vae: NamedBytes;
  /** The path that is chosen now; what was decoded of another one stays until its turn. */
  path: ReadonlySignal<MoviePath | undefined>;
}

const SPACINGS: Record<FrameSpacing, string> = {length: "length along the path", y: "y"};

export function movieBlock({run, workers, vae, path}: MovieBlockOptions): {
  element: HTMLElement;
  dispose(): void;
} {
  const life = new AbortController();
  let decoder: Promise<PlainDecoder> | undefined;
  let stopEstimate = () => {};
  const [count, box] = [signal(30), signal(64)];
  let spacing: FrameSpacing = "length";
  let player: MoviePlayer | undefined;
  const place = h("div", {class: "movie-place"});
  const estimate = h("p", {class: "note-small movie-estimate", "aria-live": "polite"});
  const controls = h("div", {class: "controls"});

  const decoding = runControl({
    label: "Decode the frames",
    async run({signal: mine, progress}) {
      const signal = AbortSignal.any([mine, life.signal]);
      const chosen = path.value;
      if (!chosen) throw new Error("the path is not there yet");
      const [opened, n, side, even] = [await open(), count.value, box.value, spacing];
      const {y, z} = pathFrames(chosen, chosen.d, n, even);
      const frames: MovieFrame[] = [];
      await decodeFrames(workers, opened, {z, count: n, box: side}, {
        signal,
        progress: (done) => progress(done, 1, `${Math.floor(100 * done)}% of ${n} frames`),
        onFrame: (i, frame) => (frames[i] = frame)
      }); // prettier-ignore
      show(frames, {run, path: chosen.what, z, y, d: chosen.d, spacing: even, box: side, voxelSize: frames[0].voxelSize}, chosen.color); // prettier-ignore
      return `${n} frames at box ${side}.`;
    }
  });

  function show(frames: MovieFrame[], about: MovieAbout, color: string) {
    player?.dispose();
    const made = (player = moviePlayer(frames, about, color));
    const recording = runControl({
      label: "Record the film",
      async run({signal, progress}) {
        const film = await made.record({signal, progress});
        save(film, "movie.webm");
        return `movie.webm, ${gigabytes(Math.max(5e5, film.size))}.`;
      }
    });
    place.replaceChildren(
      made.element,
      recording,
      downloads({label: "Frames, .zip", name: "frames.zip", make: () => movieZip(frames, about)})
    );
  }

  /** The decoder and what it can do, once a reader asks for a movie. */
  const open = () =>
    (decoder ??= openDecoderOf(workers, vae, life.signal).then((opened) => {
      const boxes = boxesOf(opened);
      box.value = Math.min(64, boxes[boxes.length - 1]);
      controls.append(
        numberControl("Frames", {
          value: count.value,
          min: 2,
          max: 300,
          change: (value) => (count.value = value)
        }),
        selectControl("Box", {
          value: String(box.value),
          options: boxes.map((b) => [String(b), String(b)] as const),
          change: (value) => (box.value = Number(value))
        }),
        selectControl("Even in", {
          value: spacing,
          options: frameSpacings.map((s) => [s, SPACINGS[s]] as const),
          change: (value) => (spacing = value)
        })
      );
      stopEstimate = effect(() => {
        estimate.textContent = estimateOf(opened, box.value, count.value);
      });
      return opened;
    }));
  const element = h("details", {class: "movie"}, h("summary", {}, "A movie of this path"), controls, estimate, decoding, place); // prettier-ignore
  element.addEventListener("toggle", () => {
    open().catch((error: unknown) => {
      if (!life.signal.aborted) estimate.textContent = `No movie can be made: ${(error as Error).message}`;
    });
  });
  return {
    element,
    dispose() {
      life.abort();
      stopEstimate();
      player?.dispose();
    }
  };
}

/** What the frames cost, before they are decoded. */
function estimateOf(decoder: PlainDecoder, box: number, count: number): string {
  const bytes = bytesOfFrames(box, count);
  if (bytes > MOST)
    return `${count} frames at box ${box} would take ${gigabytes(bytes)} of memory, more than the ${gigabytes(MOST)} that a page keeps: choose fewer frames or a smaller box.`;
  const seconds = count * secondsFor(decoder, box);
  const time =
    seconds < 100 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} minutes`;
  const room = bytes > MANY ? ` They take ${gigabytes(bytes)} of memory.` : "";
  return `${count} frames at box ${box} are some ${time} of work.${room}`;
}
