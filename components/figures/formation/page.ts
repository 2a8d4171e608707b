/**
 * F1: every factor of X_i = CTF_i * (P_i V) + N_i as a panel of its own. The panels share one graph of values (graph.ts): a
 * control changes what depends on it, and nothing else is computed or drawn.
 */
import {batch, computed, effect, signal} from "@preact/signals-core";
import {h} from "../dom.js";
import {figure} from "../figure.js";
import {failure} from "../guard.js";
import {provenanceLabel} from "../provenance.js";
import {selectControl} from "../runControl.js";
import type {Attachment} from "../shippedRun.js";
import {until} from "../until.js";
import {urlState} from "../urlState.js";
import {CLICK} from "../worker.js";
import {averagePanel} from "./averagePanel.js";
import {ctfPanel} from "./ctfPanel.js";
import {dropZone} from "../dropZone.js";
import {formationFiles} from "./files.js";
import {openFormation, type Specimen} from "./graph.js";
import {cleanPanel, flippedPanel, noisePanel, particlePanel} from "./imagePanels.js";
import {ACCEPTED, ownFiles} from "./ownFiles.js";
import {panelElement, type Panel, type Workers} from "./panel.js";
import {addressOf, BOXES, openSettings, parameters, resetSettings} from "./parameters.js";
import {projectionPanel} from "./projectionPanel.js";
import {slicePanel} from "./slicePanel.js";
import {stackBrowser} from "./stackBrowser.js";
import {thonFigure} from "./thonFigure.js";
import {volumePanel} from "./volumePanel.js";

/** Å; what the recipes' proteins are drawn at. The images, at 6 Å a pixel, show less. */
const RESOLUTION = 12;

/** Milliseconds after a control's last move that the address is written: browsers refuse to write it at every frame. */
const ADDRESS = 250;

const OWN = "own";

export function formationPage(recipes: Record<string, Attachment>, workers: Workers) {
  const settings = openSettings();
  const own = ownFiles(workers);
  const chosen = signal(urlState.text("protein", Object.keys(recipes)[0], Object.keys(recipes)));
  const made = signal<{name: string; specimen: Specimen} | undefined>(undefined);
  const trouble = signal<unknown>(undefined);
  const specimen = computed(() => {
    if (chosen.value === OWN) return own.specimen.value;
    return made.value?.name === chosen.value ? made.value.specimen : undefined;
  });
  const stack = computed(() => (chosen.value === OWN ? own.stack.value : undefined));
  const browser = stackBrowser(stack, settings);
  const formation = openFormation({settings, specimen, loaded: browser.particle});

  async function openRecipe(name: string): Promise<void> {
    try {
      const json = await recipes[name].json();
      const {recipe, structure} = await workers.run(
        "recipeScene",
        {name: `${name}.json`, json},
        {priority: CLICK, affinity: name}
      );
      made.value = {
        name,
        specimen: {
          kind: "structure",
          name,
          structure,
          motion: recipe.motion,
          field: parameters.field.value,
          resolution: RESOLUTION
        }
      };
      trouble.value = undefined;
    } catch (error) {
      trouble.value = error;
    }
  }

  const zone = dropZone({
    label:
      "Drop your own files anywhere on this page, or choose them: a map (.mrc), an atomic model (.pdb, .cif), particles (.mrcs) with their .star, .cs, poses.pkl and ctf.pkl",
    accept: ACCEPTED,
    open: (files) =>
      void own.open(files.map(({file}) => file)).then(() => {
        if (own.loaded.value.length) chosen.value = OWN;
      })
  });
  const volume = volumePanel(formation, workers);
  const ctf = ctfPanel(formation);
  const particle = particlePanel(formation);
  const panels: [title: string, text: string, panel: Panel, columns?: number][] = [
    ["V, the volume", "The protein's density, seen along the beam. Drag it.", volume],
    [
      "P V, its projection",
      "Everything along a line of sight adds up in one pixel.",
      projectionPanel(formation, volume.turn)
    ],
    [
      "The central slice",
      "The projection's transform is a slice of the volume's.",
      slicePanel(formation, workers)
    ],
    [
      "CTF",
      "The microscope passes some frequencies, turns others over, and loses those at its zeros.",
      ctf,
      2
    ],
    ["CTF ∗ P V", "What the microscope makes of the projection.", cleanPanel(formation)],
    ["N, the noise", "Few electrons make white noise, stronger than the signal.", noisePanel(formation)],
    ["X, the particle", "What is recorded: CTF ∗ P V + N.", particle],
    ["Phase-flipped", "Each frequency of X times the sign of its CTF.", flippedPanel(formation)],
    [
      "Averaged",
      "N particles alike, flipped and averaged: their noise cancels.",
      averagePanel(formation, workers),
      3
    ]
  ];
  const grid = h(
    "div",
    {class: "panels"},
    ...panels.map(([title, text, panel, columns]) => panelElement({title, text, columns}, panel))
  );
  const sourceLabel = h("div", {});
  const failed = h("div", {});
  let shown: Specimen | undefined;
  const stops = [
    effect(() => {
      // Another structure fits into another box; the first one's may stand in the address.
      const now = specimen.value;
      if (now?.kind === "structure" && shown && shown !== now) settings.field.value = now.field;
      shown = now ?? shown;
    }),
    effect(() => {
      if (chosen.value !== OWN) void openRecipe(chosen.value);
    }),
    effect(() => {
      const what =
        chosen.value === OWN ? own.loaded.value.join("; ") || "no file yet" : `recipe ${chosen.value}`;
      sourceLabel.replaceChildren(
        provenanceLabel({kind: "live", detail: `${what}; noise seed ${settings.seed.value}`})
      );
    }),
    effect(() => {
      failed.replaceChildren(...(trouble.value ? [failure("The protein", trouble.value)] : []));
    }),
    writeAddress()
  ];

  function writeAddress() {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let first = true;
    return effect(() => {
      const address = {
        ...addressOf(settings),
        protein: chosen.value === Object.keys(recipes)[0] || chosen.value === OWN ? undefined : chosen.value
      };
      if (first) return void (first = false);
      clearTimeout(timer);
      timer = setTimeout(() => urlState.set(address), ADDRESS);
    });
  }

  const thon: {dispose(): void}[] = [];
  return {
    /** What is looked at: a protein of a recipe, or the reader's own files. */
    source: () => sourceFigure(),
    panels: () => {
      const element = figure([failed, grid, sourceLabel], {
        id: "F1",
        title: "How an image is made, factor by factor",
        caption:
          "The volume V, turned by the pose and added up along the beam (P), through the microscope's contrast transfer function (CTF), in noise N, is the particle X. A projection's transform is a central slice of the volume's; phases that the CTF has turned over can be turned back, and copies averaged.",
        provenance: [],
        prepare: () =>
          until(() => ![...grid.querySelectorAll<HTMLElement>(".panel-empty")].some((e) => !e.hidden)),
        files: formationFiles(formation, grid, ctf.plot)
      });
      element.classList.add("formation");
      return element;
    },
    thon: () => {
      const made = thonFigure(workers, {stack, particle: browser.particle});
      thon.push(made);
      return made.element;
    },
    dispose() {
      for (const stop of stops) stop();
      for (const [, , panel] of panels) panel.dispose();
      for (const each of thon) each.dispose();
      browser.dispose();
      zone.dispose();
      workers.close();
    }
  };

  function sourceFigure(): HTMLElement {
    const choice = selectControl("Protein", {
      value: chosen.value,
      options: [
        ...Object.keys(recipes).map((name) => [name, name] as const),
        [OWN, "your own files"] as const
      ],
      change: (name) => (chosen.value = name)
    });
    const select = choice.querySelector("select")!;
    const box = selectControl("Box D", {
      value: String(settings.box.value),
      options: BOXES.map((D) => [String(D), `${D} × ${D} pixels`] as const),
      change: (D) => (settings.box.value = Number(D))
    });
    const boxSelect = box.querySelector("select")!;
    const reset = h("button", {type: "button", class: "quiet"}, "Reset");
    reset.addEventListener("click", () =>
      batch(() => {
        resetSettings(settings);
        chosen.value = Object.keys(recipes)[0];
      })
    );
    const lines = h("ul", {class: "own-lines"});
    const status = h("p", {class: "note-small", role: "status"});
    const forget = h("button", {type: "button", class: "quiet"}, "Close these files");
    forget.addEventListener("click", () =>
      batch(() => {
        own.clear();
        chosen.value = Object.keys(recipes)[0];
      })
    );
    stops.push(
      effect(() => {
        select.value = chosen.value;
        boxSelect.value = String(settings.box.value);
        boxSelect.disabled = formation.loaded.value !== undefined || specimen.value?.kind === "map";
      }),
      effect(() => {
        lines.replaceChildren(
          ...own.loaded.value.map((text) => h("li", {}, text)),
          ...own.problems.value.map((text) => h("li", {class: "problem", role: "alert"}, text))
        );
        forget.hidden = own.loaded.value.length === 0;
        status.textContent = own.busy.value;
        status.dataset.state = own.busy.value ? "busy" : "done";
      })
    );
    return h(
      "div",
      {class: "formation-source"},
      h("div", {class: "run"}, choice, box, reset),
      zone.element,
      status,
      lines,
      forget,
      browser.element
    );
  }
}
