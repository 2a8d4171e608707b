/** F8: the state along each path, and its derivative, which shows where the transition is and how sharp. */
import {pathLabels} from "../../analysis/interpolation.js";
import {transitionAlong} from "../../analysis/coordinateAlong.js";
import {largestStep} from "../../analysis/pathVerdict.js";
import {stateCoordinate} from "../../analysis/stateCoordinate.js";
import {unwrap} from "../../analysis/transition.js";
import {describeState} from "../../cryoem/motion.js";
import type {LatentPath} from "../../jobs/latentPaths.js";
import {h} from "../dom.js";
import {csvBlob} from "../download.js";
import {lengthParts, valueAt} from "./along.js";
import {curvesFigure, placesOf, shownPaths} from "./curvesFigure.js";
import type {Curve, Panel} from "./panels.js";
import {stateColor} from "./stateBins.js";
import {pathColors, type InterpolationState} from "./state.js";

export async function stateFigure(state: InterpolationState) {
  const {ends, kind, maps, against} = state;
  const data = await state.data();
  const {source} = data;
  const {motion, states} = data;
  const coordinateTo = () => (motion && states && ends.value ? stateCoordinate(motion, states[ends.value.b]) : undefined); // prettier-ignore

  /** Place of each point on the axis, and the derivative of the state by it. */
  const seen = (path: LatentPath) => {
    if (against.value === "y") return {x: path.y, against: path.coordinate.against};
    const x = lengthParts(path);
    return {x, against: transitionAlong(path.coordinate.values, x)};
  };

  /** The states of the maps nearest to the chosen path's, in the coordinate of its curve. */
  const mapDots = (path: LatentPath): Curve[] => {
    const coordinate = coordinateTo();
    const found = (maps.value[kind.value] ?? []).filter((map) => map.nearest);
    if (!coordinate || found.length === 0) return [];
    const values = found.map(({y, nearest}) => {
      const value = coordinate.read(coordinate.of(nearest!.state));
      const {period} = coordinate;
      if (period === undefined) return value;
      return unwrap([valueAt(path.y, path.coordinate.values, y), value], period)[1];
    });
    const color = pathColors[kind.value];
    return [{x: placesOf(state, path, found.map(({y}) => y)), y: values, color, dots: "only"}]; // prettier-ignore
  };

  const parts = (): Panel[] | undefined => {
    const shown = shownPaths(state);
    if (shown.length === 0) return undefined;
    const coordinate = coordinateTo();
    const unit = coordinate?.unit ? `, ${coordinate.unit}` : "";
    const curves = shown.map(({kind: k, path}): Curve => ({x: seen(path).x, y: path.coordinate.values, color: pathColors[k], width: k === kind.value ? 2.6 : 1.6})); // prettier-ignore
    const chosen = shown.find((one) => one.kind === kind.value);
    const slopes = shown.map(({kind: k, path}): Curve => {
      const {x, against} = seen(path);
      // on the logarithmic axis what stands still lies at its foot
      return {x, y: against.derivative.map((v) => Math.max(1e-9, Math.abs(v))), color: pathColors[k], width: k === kind.value ? 2.4 : 1.4}; // prettier-ignore
    });
    const top = Math.max(10, ...slopes.map(({y}) => Math.max(...Array.from(y))));
    const change = Math.max(...shown.map(({path}) => Math.abs(path.coordinate.against.change)), 1e-6);
    const panels: Panel[] = [
      {kind: "curves", label: coordinate ? `${coordinate.label}${unit}` : "length done, in the latents' units", curves: [...curves, ...(chosen ? mapDots(chosen.path) : [])], height: 210}, // prettier-ignore
      {
        kind: "curves",
        label: `size of its derivative${unit ? `${unit} per unit` : ""} (logarithmic)`,
        scale: "log",
        domain: [change / 30, Math.max(top, 10 * change)],
        curves: slopes,
        height: 150
      }
    ];
    if (motion && (motion.type === "assembly" || motion.type === "opening"))
      panels.push({kind: "rows", label: "state by a vote of 20 neighbours", rows: [...shown].reverse().map(({kind: k, path}) => ({color: pathColors[k], spans: votes(path)}))}); // prettier-ignore
    panels.push({
      kind: "rows",
      label: "where the path is off the data",
      rows: [...shown].reverse().map(({kind: k, path}) => ({
        color: pathColors[k],
        spans: path.off.map(({from, to}) => {
          const [low, high] = placesOf(state, path, [from, to]);
          return {from: low, to: high, color: pathColors[k]};
        })
      }))
    });
    return panels;
  };

  function votes(path: LatentPath) {
    const {vote} = path;
    if (!vote || !motion) return [];
    const {x} = seen(path);
    const spans: {from: number; to: number; color: string}[] = [];
    for (let i = 0; i < vote.length; ++i) {
      const color = stateColor(motion, vote[i]);
      const to = i === vote.length - 1 ? 1 : (x[i] + x[i + 1]) / 2;
      const before = spans[spans.length - 1];
      if (before?.color === color) before.to = to;
      else spans.push({from: before?.to ?? 0, to, color});
    }
    return spans;
  }

  /** The classes of an assembly that a path goes through, as its neighbours vote. */
  function classesOn({vote}: LatentPath): string {
    if (!vote || motion?.type !== "assembly") return "";
    return Array.from(vote)
      .filter((s, i) => i === 0 || s !== vote[i - 1])
      .map((s) => describeState(motion, s))
      .join(", ");
  }

  const below = () => {
    const coordinate = coordinateTo();
    const by = against.value === "y" ? "y" : "length";
    return shownPaths(state)
      .reverse()
      .map(({kind: k, path}) => {
        const {rise, steepest, change, monotonicity} = seen(path).against;
        const {part} = largestStep(path.coordinate.values);
        const unit = coordinate?.unit ?? "";
        const amount = `${Math.abs(change).toPrecision(3)}${unit}`;
        const crosses = path.off.some(({first, last}) => steepest.index >= first && steepest.index <= last);
        const way = crosses
          ? "there it is off the data, and crosses where there are no encodings"
          : motion?.type === "assembly"
            ? `by a vote of its neighbours it is ${classesOn(path)}`
            : part > 0.15
              ? "it leaps over what lies between"
              : "it visits what lies between";
        const words = Number.isFinite(rise.width)
          ? `the middle 80% of its change of ${amount} takes ${rise.width.toPrecision(2)} of ${by}, from ${rise.from.toFixed(3)} on. It is steepest at ${steepest.y.toFixed(4)}, ${rounded(Math.abs(steepest.slope))}${unit} per unit; its largest step from point to point is ${(100 * part).toFixed(0)}% of the change: ${way}.${monotonicity < 0.95 ? ` It turns back on the way: its change is ${(100 * monotonicity).toFixed(0)}% of all its steps together.` : ""}` // prettier-ignore
          : "nothing changes.";
        return h("p", {}, h("strong", {style: `color:var(${pathColors[k]})`}, pathLabels[k]), `: ${words}`);
      });
  };

  return curvesFigure(state, {
    id: "F8",
    title: "State along the path, and its derivative",
    name: "state-along-paths",
    caption: motion
      ? "Lines: the state of the 20 nearest encodings, those nearer counting more. Dots, along the path whose maps are shown: the state of the true map that each decoded map resembles most. A click moves y. Lines of rows below show where a path is further from the encodings than 99 of 100 of them are from each other." // prettier-ignore
      : "Without known states: how much of its length each path has done, and its speed. A click moves y.",
    stage: "paths",
    waiting: "Computing the paths …",
    parts,
    below,
    provenance: () => [
      source,
      {kind: "live", detail: ends.value && states && motion ? `from encoding ${ends.value.a} (${describeState(motion, states[ends.value.a])}) to ${ends.value.b} (${describeState(motion, states[ends.value.b])})` : "computed now"} // prettier-ignore
    ],
    files: [
      {
        label: "CSV",
        name: "state-along-paths.csv",
        make: () =>
          csvBlob(
            [
              "path",
              "y",
              "part of the length",
              "coordinate",
              "smoothed",
              "derivative by y",
              "distance quantile"
            ],
            shownPaths(state).flatMap(({kind: k, path}) => {
              const parts = lengthParts(path);
              const {values, against} = path.coordinate;
              return Array.from(path.y, (y, i) => [pathLabels[k], y, parts[i], values[i], against.state[i], against.derivative[i], path.quantile[i]]); // prettier-ignore
            })
          )
      }
    ]
  });
}

/** Two digits and a magnitude that can be read. */
const rounded = (v: number): string => Number(v.toPrecision(2)).toLocaleString("en");
