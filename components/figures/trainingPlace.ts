import type {TrainLivePart} from "../jobs/trainLive.js";
import {h} from "./dom.js";
import {rateText} from "./pace.js";

/** Where a training runs, as `trainLive` reports it. */
export type TrainingPlace = Extract<TrainLivePart, {kind: "backend"}>;

const buildName: Record<string, string> = {relaxed: "relaxed SIMD", simd: "SIMD"};

/** `wasm relaxed SIMD, 2 threads`. */
export function placeText({backend, build, threads}: TrainingPlace): string {
  const kernel = build === undefined ? backend : `${backend} ${buildName[build] ?? build}`;
  return `${kernel}, ${threads} thread${threads === 1 ? "" : "s"}`;
}

/** What the search for the fastest backend found; empty where there was none. */
export const probeText = ({probed}: TrainingPlace): string =>
  probed
    .map(({backend, rate, reason}) =>
      rate > 0 ? `${backend} ${rateText(rate)} steps/s` : `${backend} ${reason ?? "can't run"}`
    )
    .join(", ");

/** A badge that says where a training runs and how fast. */
export function placeBadge(): {element: HTMLElement; show(place?: TrainingPlace, rate?: number): void} {
  const where = h("strong", {});
  const speed = h("span", {});
  const probe = h("span", {class: "place-probe"});
  const element = h("p", {class: "place", hidden: true}, where, speed, probe);
  return {
    element,
    show(place, rate) {
      element.hidden = !place;
      if (!place) return;
      where.textContent = placeText(place);
      speed.textContent = rate ? `${rateText(rate)} steps/s` : "";
      const found = probeText(place);
      probe.textContent = found && `probe: ${found}`;
    }
  };
}
