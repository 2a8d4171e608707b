/** What the figures of page `langevin` share: the walk's settings, where its head is, and of each data set its encodings and its walk so far. */
import {signal, type ReadonlySignal, type Signal} from "@preact/signals-core";
import type {Pool} from "../../compute/pool.js";
import type {NamedBytes} from "../../jobs/files.js";
import type {NotebookJobs} from "../../jobs/jobs.js";
import type {WalkKind} from "../../samplers/ornsteinUhlenbeck.js";
import {shownEncodings, type ShownEncodings} from "../encodings.js";
import {runOf, setNames, type SetName} from "../runs.js";
import type {TrainedRun} from "../shippedRun.js";
import {urlState} from "../urlState.js";
import type {SetWalk, WalkSettings} from "./walk.js";

/** Encodings that are shown, and that a walk's states are told by, at most. */
const MOST = 5000;

/** Letters of the talk's panels. */
export const letters: Record<SetName, string> = {linear1d: "a", circular1d: "b", ribosome: "c", covid: "d"};

/** Settings at first: the talk's step, small enough to be seen as a walk. */
export const usual: WalkSettings = {dt: 0.2, kind: "euler", seed: 1, steps: 400};

/** Limits of what can be set. From dt = 4 on Euler's walk grows without end. */
export const limits = {dt: [0.01, 3.9], seed: [0, 2 ** 31 - 1], steps: [20, 2000]} as const;

/** Steps a second of the head. */
export const speeds = [5, 15, 40, 120] as const;

export interface WalkSet {
  name: SetName;
  run: TrainedRun;
  /** What the set's run is called, once that is known. */
  title: Signal<string>;
  data(): Promise<ShownEncodings>;
  /** What decodes the walk. */
  prior(): Promise<NamedBytes>;
  walk: Signal<SetWalk | undefined>;
  /** Whether more of the walk is on its way; why there is none. */
  busy: Signal<boolean>;
  trouble: Signal<string>;
}

export interface LangevinState {
  workers: Pool<NotebookJobs>;
  sets: readonly WalkSet[];
  settings: Signal<WalkSettings>;
  /** Step that is looked at; of a set whose walk isn't that far, its last. */
  head: Signal<number>;
  playing: Signal<boolean>;
  speed: Signal<number>;
  /** What colours say: the time of the walk, or the state of the encodings. */
  colour: Signal<"time" | "state">;
  /** The set that the figures below the panels are of. */
  chosen: Signal<SetName>;
}

export const setOf = ({sets}: LangevinState, name: SetName): WalkSet =>
  sets.find((set) => set.name === name)!;

export function langevinState(workers: Pool<NotebookJobs>): LangevinState {
  const whole = (name: "seed" | "steps") => Math.round(urlState.number(name, usual[name], ...limits[name]));
  const settings: WalkSettings = {
    dt: urlState.number("dt", usual.dt, ...limits.dt),
    kind: urlState.text("walk", usual.kind, ["euler", "exact"]) as WalkKind,
    seed: whole("seed"),
    steps: whole("steps")
  };
  const speed = urlState.number("speed", speeds[1]);
  return {
    workers,
    sets: setNames.map((name) => walkSet(name, runOf(name))),
    settings: signal(settings),
    head: signal(Math.round(urlState.number("at", settings.steps, 0, settings.steps))),
    playing: signal(false),
    speed: signal((speeds as readonly number[]).includes(speed) ? speed : speeds[1]),
    colour: signal(urlState.text("colour", "time", ["time", "state"]) as "time" | "state"),
    chosen: signal(urlState.text("set", setNames[0], setNames) as SetName)
  };
}

/** What is written into the address: whatever is not as at first. */
export function addressOf(state: Record<"settings" | "head" | "speed" | "colour", ReadonlySignal<unknown>>) {
  const {settings, head, speed, colour} = state as unknown as LangevinState;
  const {dt, kind, seed, steps} = settings.value;
  const unless = <T>(value: T, normal: T) => (value === normal ? undefined : value);
  return {
    dt: unless(dt, usual.dt),
    walk: unless(kind, usual.kind),
    seed: unless(seed, usual.seed),
    steps: unless(steps, usual.steps),
    at: unless(head.value, steps),
    speed: unless<number>(speed.value, speeds[1]),
    colour: unless<string>(colour.value, "time")
  };
}

function walkSet(name: SetName, run: TrainedRun): WalkSet {
  let data: Promise<ShownEncodings> | undefined;
  const title = signal<string>(name);
  return {
    name,
    run,
    title,
    data: () => (data ??= load(run, title)),
    async prior() {
      if (!(await run.about()).has.includes("prior.safetensors"))
        throw new Error("This run has no diffusion prior, which decodes the walk.");
      return run.prior();
    },
    walk: signal(undefined),
    busy: signal(true),
    trouble: signal("")
  };
}

async function load(run: TrainedRun, title: Signal<string>): Promise<ShownEncodings> {
  const {has, kind, name} = await run.about();
  if (has.length === 0) throw new Error("There is no trained run of this set here yet.");
  title.value = {simulated: run.name, "stand-in": `${run.name}: ${name}, a synthetic stand-in`, real: `${name}, your run`}[kind]; // prettier-ignore
  return shownEncodings(run, MOST);
}
