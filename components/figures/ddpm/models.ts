import {signal, computed, type ReadonlySignal, type Signal} from "@preact/signals-core";
import type {Denoiser} from "../../diffusion/denoiser.js";
import {mixtureDenoiser, type GaussianMixture} from "../../diffusion/gaussianMixture.js";
import {gaussianOf} from "./gaussianOf.js";
import type {DdpmState, ModelName} from "./state.js";

/** A denoiser as the model of a chain. */
export interface Model {
  name: string;
  /** Name of a CSS variable. */
  color: string;
  denoiser: Denoiser;
}

export interface Models {
  exact: ReadonlySignal<Model | undefined>;
  /** The one that the reader chose; the exact one too. */
  chosen: ReadonlySignal<Model | undefined>;
  /** Why there is none. */
  trouble: ReadonlySignal<string>;
  /** What was trained on the page, with the law that it was trained on. */
  learned: Signal<{denoiser: Denoiser; law: GaussianMixture; about: string} | undefined>;
}

export const modelColors: Record<ModelName, string> = {
  exact: "--series-encodings",
  gaussian: "--series-gaussian",
  learned: "--series-live"
};

export function openModels(own: DdpmState): Models {
  const {lab, model} = own;
  const learned: Models["learned"] = signal(undefined);
  const exact = computed(
    () => lab.denoiser.value && {name: "exact", color: modelColors.exact, denoiser: lab.denoiser.value}
  );
  const gaussian = computed(
    () =>
      lab.mixture.value && {
        name: "one Gaussian",
        color: modelColors.gaussian,
        denoiser: mixtureDenoiser(gaussianOf(lab.mixture.value))
      }
  );
  const network = computed(
    () =>
      learned.value &&
      learned.value.law === lab.mixture.value && {
        name: "network",
        color: modelColors.learned,
        denoiser: learned.value.denoiser
      }
  );
  const of: Record<ModelName, ReadonlySignal<Model | undefined | false>> = {
    exact,
    gaussian,
    learned: network
  };
  return {
    exact,
    learned,
    chosen: computed(() => of[model.value].value || undefined),
    trouble: computed(() => {
      if (own.trouble.value || model.value !== "learned" || network.value) return own.trouble.value;
      return learned.value
        ? "The network below was trained on other data. Train it again (Algorithm 1), or choose another model."
        : "No network has been trained yet: train one under Algorithm 1 below, or choose another model.";
    })
  };
}
