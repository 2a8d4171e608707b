import {h} from "../dom.js";
import {figure} from "../figure.js";
import {mapPair, type PairOfMaps} from "../mapPair.js";
import {setNames} from "../runs.js";
import {CLICK} from "../worker.js";
import {cellSentence} from "./cellText.js";
import type {Cell} from "./rows.js";
import type {VolumesState} from "./volumesState.js";

/** Voxels a side of a true map that is shown large. */
const BOX = 64;

/** The chosen map of the grid, large, beside the true map nearest to it, and its latent. */
export async function cellFigure(state: VolumesState): Promise<{element: HTMLElement; dispose(): void}> {
  const {run, workers, level, rows, chosen, ready} = state;
  const [{recipe, motion}, source, pair] = await Promise.all([
    state.files(),
    run.source(),
    mapPair(state, {level: level.value, onLevel: (value) => level.set(value)})
  ]);
  const latent = h("p", {class: "volumes-latent"});

  async function truth(cell: Cell): Promise<PairOfMaps> {
    const found: Omit<PairOfMaps, "status">["maps"] = [];
    await workers.run(
      "stateMaps",
      {recipe: recipe!, states: [cell.state!], box: BOX, compare: false},
      {
        priority: CLICK,
        affinity: `${run.name}, fine`,
        onPartial: ({smooth, box, voxelSize}) =>
          found.push({
            label: cellSentence(cell, motion),
            map: smooth,
            D: box,
            voxelSize,
            color: cell.row.color
          })
      }
    );
    return {
      maps: [...found, "A true map: there is no latent that it was decoded from."],
      status: `Box ${BOX}.`
    };
  }
  let shown: Cell | undefined;
  const show = () => {
    const {letter, index} = chosen.value;
    const row = ready.value ? rows.value.find((one) => one.letter === letter) : undefined;
    if (!row) return;
    const cell = row.cells.at(index);
    if (cell && cell === shown) return;
    shown = cell;
    latent.replaceChildren(...(cell?.z ? words(cell, cell.z) : []));
    if (!cell) pair.say(row.trouble || `Row ${letter} has no map ${index}.`);
    else if (cell.z)
      void pair.decode(Array.from(cell.z), `${letter}: ${row.title}, number ${index}`, row.color);
    else void pair.show(truth(cell));
  };
  /** The latent, and where page `prior` has it. */
  function words({row: {onPrior}, index}: Cell, z: Float32Array): Node[] {
    const numbers = Array.from(z, (v) => v.toFixed(3).replace("-", "−")).join(", ");
    const text = h("span", {}, `z = (${numbers})`);
    if (!onPrior) return [text];
    const query = new URLSearchParams({set: run.name, point: `${onPrior.kind}-${index}`});
    if (onPrior.seed !== undefined) query.set("seed", String(onPrior.seed));
    const link = h("a", {href: `./prior?${query.toString()}`}, "See where it lies among the encodings");
    const how = onPrior.seed === undefined ? "." : `, once “Sample the prior” was pressed there.`;
    return [text, h("br"), link, document.createTextNode(how)];
  }
  const ends = [
    chosen.subscribe(show),
    rows.subscribe(show),
    ready.subscribe(show),
    level.subscribe((value) => pair.setLevel(value))
  ];
  const element = figure([...pair.elements, latent], {
    id: "F5-map",
    title: "One of the maps beside the true one nearest to it",
    set: run.name,
    sets: setNames,
    caption: `The map chosen above, decoded at ${BOX} voxels a side${motion ? ", and the true map nearest to it" : ""}. The download of the decoded map is not smoothed.`,
    provenance: [{kind: "live", detail: "decoded and compared now, with the VAE"}, source],
    files: pair.files
  });
  return {
    element,
    dispose() {
      for (const end of ends) end();
      pair.dispose();
    }
  };
}
