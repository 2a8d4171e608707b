import {h, onTheme} from "./dom.js";
import {pngBlob} from "./download.js";
import {grayImage} from "./image.js";
import {mapScene} from "./mapScene.js";
import {mapStatistics, projection, type MapStatistics} from "./mapStatistics.js";

/** A map to look at. Its contour level is given in standard deviations above its own mean. */
export interface ViewedMap {
  label: string;
  /** [D, D, D], x fastest. */
  map: Float32Array;
  D: number;
  /** Å; maps side by side must agree in D * voxelSize to be seen at one scale. */
  voxelSize: number;
  /** CSS variable with the surface's colour, such as `--series-prior`. */
  color: string;
}

export interface MapViewerOptions {
  /** Maps side by side, 1 or 2; they turn together. Default 1. */
  columns?: number;
  /** Height in CSS pixels; the width follows the page. Default 280. */
  height?: number;
  /** First contour level, standard deviations above the mean. Default 3. */
  level?: number;
  /** What the figure shows, for readers who can't see it. */
  description?: string;
  /** First seen along z, y upwards, instead of from a corner. */
  front?: boolean;
  /** Without captions, for a small place. */
  compact?: boolean;
  onLevel?(level: number): void;
}

export interface MapViewer {
  element: HTMLElement;
  /** One entry a column; null leaves it empty, a text says why. */
  show(maps: (ViewedMap | string | null)[]): void;
  /** Sets the contour level, without telling `onLevel`. */
  setLevel(level: number): void;
  /** Turns the camera back to the first view. */
  reset(): void;
  /** Moves the camera away where what is shown now reaches further than what was shown first, as a map in training does. */
  refit(): void;
  /** The canvas with what is shown, drawn just now: to be read before anything else happens. */
  picture(): HTMLCanvasElement;
  /** What is shown, as PNG. */
  png(): Promise<Blob>;
  dispose(): void;
}

const help = "Drag to turn, or arrow keys; + and - or the wheel with Ctrl to zoom; Home for the first view.";

/** Isosurfaces of one or two maps with a common camera and a common contour level. */
export function mapViewer(options: MapViewerOptions = {}): MapViewer {
  const {
    columns = 1,
    height = 280,
    level: firstLevel = 3,
    description = "Isosurface of a map",
    front,
    compact,
    onLevel
  } = options;
  const captions = Array.from({length: columns}, () => h("figcaption", {}));
  const canvas = h("canvas", {
    tabindex: "0",
    role: "img",
    "aria-label": `${description}. ${help}`,
    title: help
  });
  const stage = h("div", {class: "map-stage", style: `height:${height}px`}, canvas);
  const slider = h("input", {type: "range", min: "0.5", max: "8", step: "0.1", value: String(firstLevel)});
  const output = h("output", {}, firstLevel.toFixed(1));
  const element = h(
    "div",
    {class: "map-viewer"},
    stage,
    !compact && h("div", {class: "map-captions", style: `--columns:${columns}`}, ...captions),
    h(
      "label",
      {class: "control"},
      h("span", {}, "Contour level"),
      slider,
      output,
      h("span", {class: "unit"}, compact ? "σ" : "σ above mean")
    )
  );
  let shown: (ViewedMap | string | null)[] = [];
  let statistics: (MapStatistics | null)[] = [];

  const scene3d = mapScene(canvas, columns, {front});
  if (!scene3d) {
    canvas.remove();
    stage.prepend(
      h("p", {class: "note-small"}, "This browser has no WebGL: the maps are shown as projections instead.")
    );
  }

  const draw = () => {
    shown.forEach((item, i) => {
      const map = item !== null && typeof item !== "string" ? item : null;
      captions[i].textContent = typeof item === "string" ? item : (map?.label ?? "");
      if (scene3d) {
        const s = statistics[i];
        scene3d.set(i, map && s ? map : null, s ? s.mean + Number(slider.value) * s.deviation : 0);
      }
    });
    if (scene3d) scene3d.render();
    else {
      stage.querySelectorAll(".gray-image").forEach((image) => image.remove());
      for (const item of shown) {
        if (!item || typeof item === "string") continue;
        stage.append(grayImage(projection(item.map, item.D), item.D, {size: height - 50, label: item.label}));
      }
    }
  };
  slider.addEventListener("input", () => {
    output.textContent = Number(slider.value).toFixed(1);
    draw();
    onLevel?.(Number(slider.value));
  });
  function picture(): HTMLCanvasElement {
    const source = scene3d ? canvas : stage.querySelector("canvas");
    if (!source) throw new Error("nothing is shown yet");
    scene3d?.renderNow();
    return source;
  }
  const stopTheme = onTheme(() => scene3d?.recolor());
  return {
    element,
    show(maps) {
      shown = maps.slice(0, columns).map((item) => {
        if (item === null || typeof item === "string") return item;
        return mapStatistics(item.map).finite
          ? item
          : `${item.label}: the map holds values that are not numbers`;
      });
      statistics = shown.map((item) => (item && typeof item !== "string" ? mapStatistics(item.map) : null));
      draw();
    },
    setLevel(level) {
      if (Number(slider.value) === level) return;
      slider.value = String(level);
      output.textContent = level.toFixed(1);
      draw();
    },
    reset: () => scene3d?.reset(),
    refit: () => scene3d?.refit(),
    picture,
    png: async () => pngBlob(picture()),
    dispose() {
      stopTheme();
      scene3d?.dispose();
    }
  };
}
