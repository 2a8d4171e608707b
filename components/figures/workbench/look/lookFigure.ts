import {h, roomFor} from "../../dom.js";
import {figure} from "../../figure.js";
import {numberControl, selectControl} from "../../runControl.js";
import {umapRun} from "../../umapRun.js";
import {urlState} from "../../urlState.js";
import {random} from "../../../compute/random.js";
import {takeRows} from "../../../diffusion/heldOut.js";
import {colourControl} from "./colourControl.js";
import {lookTables} from "./lookTables.js";
import {planeView, type PlaneView} from "./planeView.js";
import {selectionPanel} from "./selectionPanel.js";
import {LIMIT, showRow, tools, type Look, type Tool} from "./state.js";
import type {Rest} from "./lookAxes.js";

const toolNames: Record<Tool, string> = {
  pick: "pick and move",
  anywhere: "any place",
  box: "box",
  lasso: "lasso"
};

/** What the axes of the two planes are called in the address. */
const addressOf = {x: "x1", y: "y1", u: "x2", v: "y2"};

/** All latents of a reader's run in two planes of any axes that follow each other, with what is selected in tables and as files. */
export function lookFigure(look: Look): {element: HTMLElement; dispose(): void} {
  const {latents, workers} = look;
  const {n, d, z} = latents;
  let drawing = urlState.text("draw", "auto", ["auto", "points", "hexagons"]) as
    "auto" | "points" | "hexagons";
  let rest = urlState.text("rest", "near", ["near", "mean"]) as Rest;
  const room = roomFor(1200);
  const width = room > 640 ? Math.floor((room - 20) / 2) : room;
  const size = {width, height: Math.round(Math.max(300, Math.min(480, 0.82 * width)))};
  const options = {...size, drawing: () => drawing, rest: () => rest};
  const usual = {x: "PC1", y: d > 1 ? "PC2" : "PC1", u: d > 2 ? "PC3" : "PC1", v: d > 3 ? "PC4" : d > 1 ? "PC2" : "PC1"}; // prettier-ignore
  const chosen = Object.fromEntries(Object.entries(usual).map(([key, name]) => [key, urlState.text(addressOf[key as keyof typeof usual], name, look.axes.names())])) as typeof usual; // prettier-ignore
  const planes = [planeView(look, {...options, axes: [chosen.x, chosen.y]}), planeView(look, {...options, axes: [chosen.u, chosen.v]})]; // prettier-ignore
  const redraw = () => planes.forEach((plane) => plane.draw());

  /** The choice of both axes of a plane. */
  function axesControl(plane: PlaneView, keys: ["x", "y"] | ["u", "v"]) {
    const holder = h("div", {class: "run"});
    const show = () => {
      const names = look.axes.names().map((name) => [name, name] as const);
      holder.replaceChildren(
        ...keys.map((key, i) =>
          selectControl(i === 0 ? "Right" : "Up", {
            value: chosen[key],
            options: names,
            change(name) {
              chosen[key] = name;
              urlState.set({
                [addressOf[key]]: name === usual[key] || name.startsWith("UMAP") ? undefined : name
              });
              plane.setAxes(chosen[keys[0]], chosen[keys[1]]);
            }
          })
        )
      );
    };
    show();
    return {holder, show};
  }
  const controls = [axesControl(planes[0], ["x", "y"]), axesControl(planes[1], ["u", "v"])];
  const colour = colourControl(look);
  const panel = selectionPanel(look);
  const tables = lookTables(look);

  const toolChoice = h("fieldset", {class: "choice", "aria-label": "What a press or a drag does"});
  for (const tool of tools) {
    const radio = h("input", {
      type: "radio",
      name: "look-tool",
      value: tool,
      checked: look.tool.value === tool
    });
    radio.addEventListener("change", () => {
      look.tool.set(tool);
      urlState.set({tool: tool === "pick" ? undefined : tool});
    });
    toolChoice.append(h("label", {}, radio, ` ${toolNames[tool]}`));
  }
  const row = numberControl("Latent number", {
    value: 0,
    min: 0,
    max: n - 1,
    change: (value) => showRow(look, value)
  });
  const stopRow = look.row.subscribe((value) => value !== undefined && row.set(value));
  const more = h(
    "div",
    {class: "run"},
    selectControl("Draw", {
      value: drawing,
      options: [
        ["auto", "what suits the number"],
        ["points", "points"],
        ["hexagons", "hexagons"]
      ],
      change(value: typeof drawing) {
        drawing = value;
        urlState.set({draw: value === "auto" ? undefined : value});
        redraw();
      }
    }),
    selectControl("Dimensions across the plane", {
      value: rest,
      options: [
        ["near", "as those around the place"],
        ["mean", "at the mean"]
      ],
      change(value: Rest) {
        rest = value;
        urlState.set({rest: value === "near" ? undefined : value});
      }
    }),
    row
  );
  const outliers = h(
    "div",
    {class: "run"},
    numberControl("Outliers are farther from others than", {
      value: look.limit.value,
      min: 0.5,
      max: 100,
      step: 0.1,
      change(value) {
        look.limit.set(value);
        urlState.set({limit: value === LIMIT ? undefined : value});
      }
    }),
    h("span", {class: "unit"}, "times the 99% quantile of the distance to the 5th neighbour")
  );
  const found = h("p", {class: "note-small", role: "status"}, "Measuring how far each is from the others …");
  const count = () => {
    const {far, limit} = look;
    if (far.value.length === 0) return;
    const many = far.value.reduce((sum, v) => sum + Number(v > limit.value), 0);
    const farthest = far.value.reduce((a, b) => Math.max(a, b), 0);
    found.textContent = `${many.toLocaleString("en")} of ${n.toLocaleString("en")} are outliers, marked by crosses; the farthest is ${farthest.toFixed(1)} times that quantile away. Section “Give it a prior” can leave them out.`;
  };
  const stops = [look.far.subscribe(count), look.limit.subscribe(count), stopRow];
  const aborter = new AbortController();
  workers
    .run(
      "isolation",
      {x: z, d},
      {
        signal: aborter.signal,
        onProgress: (done, all) =>
          (found.textContent = `Measuring how far each is from the others: ${Math.round((100 * done) / all)}%`)
      }
    )
    .then((far) => look.far.set(far))
    .catch((error: unknown) => {
      if (!aborter.signal.aborted) found.textContent = `Outliers are not known: ${(error as Error).message}`;
    });

  let laid: Int32Array;
  const umap = umapRun({
    workers,
    label: "Points",
    usual: Math.min(n, 3000),
    points(wanted) {
      laid = random(1).shuffle(Int32Array.from({length: n}, (_, i) => i)).slice(0, Math.min(n, wanted)).sort(); // prettier-ignore
      return {x: takeRows(z, d, laid), d, what: `${laid.length} latents drawn with seed 1`};
    },
    show(picture, anew) {
      if (anew) layOut(picture);
    },
    done: (_, detail) =>
      (umapSaid.textContent = `In the second plane: ${detail}. The others have no place there.`)
  });
  const umapSaid = h("p", {class: "note-small"});
  function layOut(picture: Float32Array) {
    look.axes.layOut(laid, picture);
    [chosen.u, chosen.v] = ["UMAP1", "UMAP2"];
    for (const {show} of controls) show();
    planes[1].setAxes("UMAP1", "UMAP2");
  }

  const element = figure(
    [
      h("div", {class: "look-bar"}, toolChoice, colour.element),
      colour.legend,
      h(
        "div",
        {class: "look-planes"},
        ...planes.map((plane, i) => h("div", {}, controls[i].holder, plane.element))
      ),
      panel.element,
      more,
      outliers,
      found,
      h("details", {}, h("summary", {}, "Lay them out by UMAP"), umap, umapSaid),
      tables.element
    ],
    {
      provenance: [{kind: "yours", detail: `${latents.name}: ${n.toLocaleString("en")} latents, |z| = ${d}`}],
      files: planes.map((plane, i) => ({label: `PNG, ${i === 0 ? "left" : "right"}`, name: `latents-${i + 1}.png`, make: () => plane.png(colour.legend)})) // prettier-ignore
    }
  );
  return {
    element,
    dispose() {
      aborter.abort();
      for (const stop of stops) stop();
      for (const part of [colour, panel, tables, ...planes]) part.dispose();
    }
  };
}
