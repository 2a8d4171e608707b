/** F7: the encodings in their plane, A and B among them, and the paths that join them. */
import {effect, signal} from "@preact/signals-core";
import {pathLabels} from "../../analysis/interpolation.js";
import {PATH_TOLERANCE} from "../../analysis/pathDensity.js";
import {projectPca} from "../../analysis/pca.js";
import {describeState} from "../../cryoem/motion.js";
import {h, onTheme, roomFor} from "../dom.js";
import {pngBlob, svgBlob} from "../download.js";
import {figure} from "../figure.js";
import {plane, type Layer} from "../lab/plane.js";
import {nearest, nearestTowards} from "../nearestPoint.js";
import {setNames} from "../runs.js";
import {extent} from "../scatterDraw.js";
import {vectorOf} from "../vectorForm.js";
import {latentAt} from "./along.js";
import {pathControls} from "./controls.js";
import {pathFiles} from "./files.js";
import {stateColor, stateKey} from "./stateBins.js";
import {isPath, pathColors, pathKinds, type InterpolationState} from "./state.js";
import {energyCount, SEED} from "./work.js";
import {warningOf} from "./words.js";

const help = "Click an encoding to make it A or B. With keys: arrows go to the next encoding in that direction, Enter takes it, A and B say which end is set."; // prettier-ignore

/** Around the plane, as lab/plane draws it. */
const MARGIN = {across: 60, down: 56};

export async function planeFigure(
  state: InterpolationState
): Promise<{element: HTMLElement; dispose(): void}> {
  const {run, ends, kind, y, hidden, paths, busy, trouble, energiesSoFar} = state;
  const data = await state.data();
  const {source} = data;
  const {d, plane: points, axes, states, motion} = data;
  const width = roomFor(680);
  const height = Math.round(Math.max(320, 0.72 * width));
  const picture = plane({width, height});
  const {canvas} = picture;
  canvas.tabIndex = 0;
  const total = axes.variances.reduce((a, b) => a + b, 0);
  const percent = (k: number) => `${Math.round((100 * axes.variances[k]) / total)}%`;
  const frame = squared(extent([points]), width - MARGIN.across, height - MARGIN.down);
  const label = `Encodings in their first two principal components, and paths from A to B among them. ${help}`;

  const clouds = new Map<string, number[]>();
  for (let i = 0; i < data.n; ++i) {
    const color = states && motion ? stateColor(motion, states[i]) : "--series-encodings";
    const cloud = clouds.get(color) ?? [];
    if (cloud.length === 0) clouds.set(color, cloud);
    cloud.push(points[2 * i], points[2 * i + 1]);
  }
  const ground: Layer[] = [...clouds].map(([color, xy]) => ({kind: "points", xy: Float32Array.from(xy), color, radius: 1.2, opacity: 0.38})); // prettier-ignore

  const hovered = signal<number | undefined>(undefined);
  const next = signal<"a" | "b">("a");
  const row = (i: number) => points.slice(2 * i, 2 * i + 2);
  const flat = (z: ArrayLike<number>) => Float32Array.from(projectPca(axes, z, 2));
  // what changes with the slider alone is put in the plane once
  let lines: {of: unknown; layers: Layer[]} = {of: undefined, layers: []};

  let queued = 0;
  const draw = () => {
    queued = 0;
    const [now, chosen, at] = [paths.peek(), kind.peek(), y.peek()];
    const shown = pathKinds.filter((k) => !hidden.peek().has(k)).reverse();
    const key = [now, chosen, hidden.peek()];
    if (!Array.isArray(lines.of) || key.some((part, i) => part !== (lines.of as unknown[])[i])) {
      const layers = shown.flatMap((k): Layer[] => {
        const path = now[k];
        return isPath(path) ? [{kind: "curve", xy: flat(path.z), color: pathColors[k], width: k === chosen ? 3 : 1.8}] : []; // prettier-ignore
      });
      lines = {of: key, layers};
    }
    const layers = [...ground, ...lines.layers];
    for (const k of shown) {
      const path = now[k];
      if (!isPath(path)) continue;
      const xy = flat(latentAt(path, at));
      layers.push({kind: "points", xy, color: "--theme-background-a", radius: 6});
      layers.push({kind: "points", xy, color: pathColors[k], radius: k === chosen ? 5 : 4});
    }
    const pair = ends.peek();
    for (const [name, i] of pair ? [["A", pair.a] as const, ["B", pair.b] as const] : []) {
      const xy = row(i);
      layers.push({kind: "points", xy, color: "--theme-background-a", radius: 7});
      layers.push({kind: "points", xy, color: "--theme-foreground", radius: 5});
      layers.push({kind: "text", x: xy[0] + 9 * frame.unit, y: xy[1] + 7 * frame.unit, words: name, color: "--theme-foreground"}); // prettier-ignore
    }
    if (hovered.peek() !== undefined)
      layers.push({kind: "points", xy: row(hovered.peek()!), color: "--theme-foreground-focus", radius: 4});
    picture.draw({
      x: {domain: frame.x, label: `PC 1 (${percent(0)} of the variance)`},
      y: {domain: frame.y, label: `PC 2 (${percent(1)})`},
      layers,
      label
    });
    element.dataset.draws = String(Number(element.dataset.draws ?? 0) + 1);
  };

  const set = [{points}];
  const under = (event: MouseEvent) => {
    const at = picture.invert(event);
    return at && nearest(set, at[0], at[1], 14 * frame.unit)?.index;
  };
  const take = (index: number | undefined) => {
    const pair = ends.value;
    if (index === undefined || !pair) return;
    const end = next.value;
    if (index === pair[end === "a" ? "b" : "a"]) return; // the other end is there already
    next.value = end === "a" ? "b" : "a";
    ends.value = {...pair, [end]: index};
  };
  canvas.addEventListener("mousemove", (event) => {
    hovered.value = under(event);
    canvas.style.cursor = hovered.value === undefined ? "default" : "pointer";
  });
  canvas.addEventListener("mouseleave", () => (hovered.value = undefined));
  canvas.addEventListener("click", (event) => take(under(event)));
  canvas.addEventListener("keydown", (event) => {
    const towards = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]}[event.key];
    const end = event.key.toLowerCase();
    if (towards) {
      const from = {set: 0, index: hovered.value ?? ends.value?.[next.value] ?? 0};
      hovered.value = nearestTowards(set, from, towards[0], towards[1])?.index ?? from.index;
    } else if (event.key === "Enter" || event.key === " ") take(hovered.value);
    else if ((end === "a" || end === "b") && !event.ctrlKey && !event.metaKey) next.value = end;
    else return;
    event.preventDefault();
  });

  const status = h("p", {class: "scatter-status", "aria-live": "polite"});
  const progress = h("p", {class: "scatter-status", role: "status"});
  const warnings = h("ul", {class: "path-warnings"});
  const controls = pathControls(state, data, next);
  const element = figure([controls.element, canvas, stateKey(motion), status, progress, warnings], {
    id: "F7",
    title: "Paths between two latents",
    set: run.name,
    sets: setNames,
    trouble: () => trouble.peek().paths ?? "",
    caption: `${source.kind === "yours" ? "Encodings" : "Encodings that the prior never saw"}, coloured by their state where it is known, and paths from A to B. Dots are at y on each path. A straight line of these two dimensions may be far from the encodings in the other ${d - 2}.`, // prettier-ignore
    provenance: [
      source,
      {
        kind: "live",
        detail: "paths: encoded and decoded now, by the probability-flow ODE at a tolerance of 1e-5"
      },
      {
        kind: "live",
        detail: `least free energy: over ${energyCount()} encodings at most, seed ${SEED}, log p at a tolerance of ${PATH_TOLERANCE}`
      }
    ],
    files: [
      {label: "SVG", name: "paths.svg", make: () => svgBlob(vectorOf(canvas)!, {legend: element})},
      {label: "PNG", name: "paths.png", make: () => pngBlob(canvas, {legend: element})},
      ...pathFiles(state, data)
    ]
  });
  element.classList.add("paths");

  const say = (i: number) => {
    const [p, q] = row(i);
    const what = states && motion ? `, ${describeState(motion, states[i])}` : "";
    return `encoding ${i}${what} (PC 1 ${p.toFixed(2)}, PC 2 ${q.toFixed(2)})`;
  };
  const stops = [
    effect(() => {
      void [paths.value, kind.value, y.value, hidden.value, ends.value, hovered.value];
      queued ||= requestAnimationFrame(draw);
    }),
    effect(() => {
      const pair = ends.value;
      const over = hovered.value;
      status.textContent = over !== undefined ? `Here: ${say(over)}` : pair ? `A: ${say(pair.a)}. B: ${say(pair.b)}.` : "\u00a0"; // prettier-ignore
    }),
    effect(() => {
      const now = busy.value;
      progress.dataset.state = now === "paths" || now === "energies" ? "busy" : "done";
      progress.textContent =
        now === "paths"
          ? "Computing the paths …"
          : now === "energies"
            ? `The path of least free energy: ${energiesSoFar.value} …`
            : (trouble.value.paths ?? data.problems["prior.safetensors"] ?? trouble.value.energies ?? "");
      progress.hidden = progress.textContent === "";
    }),
    effect(() => {
      const shown = pathKinds.filter((k) => paths.value[k] && !hidden.value.has(k));
      warnings.replaceChildren(
        ...shown.map((k) => {
          const {words, warns} = warningOf(paths.value[k]!);
          const swatch = h("span", {class: "path-dot", style: `background:var(${pathColors[k]})`});
          return h("li", {class: warns ? "warns" : ""}, swatch, h("span", {}, h("strong", {}, pathLabels[k]), ` ${words}`)); // prettier-ignore
        })
      );
    }),
    onTheme(() => {
      queued ||= requestAnimationFrame(draw);
    })
  ];
  return {
    element,
    dispose() {
      for (const stop of stops) stop();
      controls.dispose();
      cancelAnimationFrame(queued);
    }
  };
}

/** Domains of both axes with one unit a pixel, around an extent. */
function squared({x0, x1, y0, y1}: ReturnType<typeof extent>, width: number, height: number) {
  const unit = Math.max((x1 - x0) / width, (y1 - y0) / height);
  const around = (low: number, high: number, pixels: number): [number, number] => {
    const middle = (low + high) / 2;
    return [middle - (unit * pixels) / 2, middle + (unit * pixels) / 2];
  };
  return {x: around(x0, x1, width), y: around(y0, y1, height), unit};
}
