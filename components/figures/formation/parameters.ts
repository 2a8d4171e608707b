import {batch, computed, signal, type ReadonlySignal, type Signal} from "@preact/signals-core";
import type {Ctf} from "../../cryoem/ctf.js";
import {urlState} from "../urlState.js";

/** One number that a reader can change: what it is called, its unit, and where it may lie. */
export interface Parameter {
  /** Its name in the page's address. */
  key: string;
  label: string;
  value: number;
  min: number;
  max: number;
  step: number;
  show(v: number): string;
}

const micrometres = (v: number) => `${(v / 1e4).toFixed(2)} µm`;
const degrees = (v: number) => `${Math.round(v)}°`;
const of =
  (unit: string, digits = 0) =>
  (v: number) =>
    `${v.toFixed(digits).replace("-", "−")} ${unit}`;

/** Everything that makes an image of the structure, in the order of the equation. */
export const parameters = {
  state: {key: "state", label: "State", value: 10, min: 0, max: 49, step: 1, show: String},
  rot: {key: "rot", label: "rot", value: 40, min: -180, max: 180, step: 1, show: degrees},
  tilt: {key: "tilt", label: "tilt", value: 60, min: 0, max: 180, step: 1, show: degrees},
  psi: {key: "psi", label: "psi", value: -20, min: -180, max: 180, step: 1, show: degrees},
  shiftX: {key: "x", label: "Shift in x", value: 0, min: -120, max: 120, step: 1, show: of("Å")},
  shiftY: {key: "y", label: "Shift in y", value: 0, min: -120, max: 120, step: 1, show: of("Å")},
  box: {key: "box", label: "Box D", value: 128, min: 32, max: 256, step: 1, show: of("pixels")},
  /** Side of the box of a structure; a map and a stack have their own. */
  field: {key: "side", label: "Side of the box", value: 384, min: 128, max: 1024, step: 8, show: of("Å")},
  defocusU: {
    key: "dfu",
    label: "Defocus U",
    value: 20000,
    min: 0,
    max: 50000,
    step: 100,
    show: micrometres
  },
  defocusV: {
    key: "dfv",
    label: "Defocus V",
    value: 20000,
    min: 0,
    max: 50000,
    step: 100,
    show: micrometres
  },
  astigmatismAngle: {
    key: "ast",
    label: "Angle of U",
    value: 45,
    min: 0,
    max: 180,
    step: 1,
    show: degrees
  },
  voltage: {key: "kv", label: "Voltage", value: 300, min: 80, max: 300, step: 20, show: of("kV")},
  sphericalAberration: {key: "cs", label: "Cs", value: 2, min: 0, max: 5, step: 0.1, show: of("mm", 1)},
  amplitudeContrast: {
    key: "w",
    label: "Amplitude contrast w",
    value: 0.1,
    min: 0,
    max: 1,
    step: 0.01,
    show: (v: number) => v.toFixed(2)
  },
  phaseShift: {key: "phase", label: "Phase shift", value: 0, min: 0, max: 180, step: 1, show: degrees},
  bFactor: {key: "b", label: "B factor", value: 0, min: 0, max: 2000, step: 10, show: of("Å²")},
  /** log10 of the SNR. */
  logSnr: {
    key: "snr",
    label: "SNR",
    value: -1,
    min: -3,
    max: 2,
    step: 0.05,
    show: (v: number) => (10 ** v).toPrecision(2).replace(/e\+(\d+)/, (_, e: string) => "0".repeat(Number(e)))
  },
  seed: {key: "seed", label: "Seed of the noise", value: 1, min: 0, max: 2 ** 31 - 1, step: 1, show: String}
} satisfies Record<string, Parameter>;

export type ParameterName = keyof typeof parameters;
export type Settings = Record<ParameterName, Signal<number>>;

/** Boxes to choose from; their side in Å stays, so that fewer pixels are larger ones. */
export const BOXES = [32, 64, 128, 256];

/** A signal for each parameter, as the page's address has it, and else at its default. */
export function openSettings(): Settings {
  const read = ({key, value, min, max}: Parameter) => signal(urlState.number(key, value, min, max));
  const settings = Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [name, read(parameter)])
  ) as Settings;
  if (!BOXES.includes(settings.box.value)) settings.box.value = parameters.box.value;
  return settings;
}

/** Every parameter at its default; all that depends on them is made once. */
export const resetSettings = (settings: Settings): void => assign(settings, defaults());

const defaults = () => Object.fromEntries(Object.entries(parameters).map(([name, {value}]) => [name, value]));

/** Sets some of the parameters at once. What a file says may lie beyond a slider's range: its value holds, not the slider's. */
export function assign(settings: Settings, values: Partial<Record<ParameterName, number>>): void {
  batch(() => {
    for (const [name, value] of Object.entries(values) as [ParameterName, number][])
      if (Number.isFinite(value)) settings[name].value = value;
  });
}

/** What the page's address has to say: parameters that are not at their defaults. */
export const addressOf = (settings: Settings): Record<string, number | undefined> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, {key, value}]) => {
      const now = settings[name as ParameterName].value;
      return [key, now === value ? undefined : Number(now.toPrecision(8))];
    })
  );

/** The microscope's part of the parameters. */
export const opticsOf = (settings: Settings): ReadonlySignal<Ctf> =>
  computed(() => ({
    defocusU: settings.defocusU.value,
    defocusV: settings.defocusV.value,
    astigmatismAngle: settings.astigmatismAngle.value,
    voltage: settings.voltage.value,
    sphericalAberration: settings.sphericalAberration.value,
    amplitudeContrast: settings.amplitudeContrast.value,
    phaseShift: settings.phaseShift.value,
    bFactor: settings.bFactor.value
  }));
