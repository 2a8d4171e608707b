import {effect, Signal, type ReadonlySignal} from "@preact/signals-core";
import {Runtime, type Variable} from "@observablehq/runtime";
import {createBackground} from "./background.js";
import {createClock, Stopped, type Guard} from "./clock.js";
import {cellFile, CellSyntaxError, compileCell, type Compiled, type Problem} from "./compile.js";
import {clear, define, display, Generators, Mutable, type CellState, type Observer} from "./kit.js";
import {explain} from "./problem.js";

export interface EngineOptions {
  /** Page values by name; a signal's value is followed, anything else is constant. */
  values: Record<string, unknown>;
  /** The library's functions by name. A cell may use these names for something else. */
  library: Record<string, unknown>;
  /** Told the value of every name that the cells define, whenever one changes. */
  offer?(values: Map<string, unknown>): void;
}

/** Told how a cell fares. */
export interface CellReport {
  pending(): void;
  fulfilled(): void;
  rejected(problem: Problem): void;
}

/** The cells of a page, running. */
export interface Engine {
  /** Runs a cell in place of what it was before. Its output goes into `root`. */
  run(id: number, source: string, root: HTMLElement, report: CellReport): void;
  /** Ends a cell's loops, generators and background work; what it shows stays, its names fail. */
  stop(id: number): void;
  /** Ends a cell, and takes away its names. */
  remove(id: number): void;
  dispose(): void;
}

interface Run {
  compiled?: Compiled;
  state: CellState;
  guard: Guard;
  ending: AbortController;
  watchers: Variable[];
  /** Whether the cell as a whole failed; its names then fail with it. */
  failed: boolean;
  /** What is wrong with names that it defines: defined twice, a promise that was rejected. */
  problems: Map<string, Problem>;
  report: CellReport;
}

/** Runs cells on Observable's runtime, as Framework does, each on its own account: nothing that one does ends another. */
export function createEngine({values, library, offer}: EngineOptions): Engine {
  const runtime = new Runtime({...standard(), ...constants(library)});
  const main = runtime.module();
  const clock = createClock();
  const runs = new Map<number, Run>();
  const offered = new Map<string, unknown>();
  let offering = false;

  for (const [name, value] of Object.entries(values)) {
    if (value instanceof Signal) follow(name, value as ReadonlySignal<unknown>);
    else main.variable().define(name, [], () => value);
  }
  // A signal is read only while a cell reads it: what nobody needs is not computed.
  function follow(name: string, signal: ReadonlySignal<unknown>) {
    type Reading = {value?: unknown; error?: unknown};
    main.variable().define(`signal ${name}`, [], () =>
      Generators.observe<Reading>((change) =>
        effect(() => {
          try {
            change({value: signal.value});
          } catch (error) {
            change({error});
          }
        })
      )
    );
    main.variable().define(name, [`signal ${name}`], (reading: Reading) => {
      if ("error" in reading) throw reading.error;
      return reading.value;
    });
  }

  function tellOffer() {
    if (offering || !offer) return;
    offering = true;
    queueMicrotask(() => {
      offering = false;
      offer(new Map(offered));
    });
  }

  function end(run: Run) {
    run.ending.abort();
    run.guard.end();
    for (const variable of [...run.state.variables, ...run.watchers]) variable.delete();
    run.state.variables = [];
    run.watchers = [];
  }
  function forget(run: Run | undefined) {
    if (!run) return;
    end(run);
    for (const name of run.compiled?.outputs ?? []) if (offered.delete(name)) tellOffer();
  }
  const known = () => [
    ...Object.keys(values),
    ...Object.keys(library),
    ...Object.keys(standard()),
    ...[...runs.values()].flatMap(({compiled}) => compiled?.outputs ?? [])
  ];

  function start(id: number, run: Run, compiled: Compiled) {
    const {state, guard, ending, report} = run;
    const alive = () => !ending.signal.aborted;
    const reject = (error: unknown) => {
      if (!alive() || error instanceof Stopped) return;
      run.failed = true;
      clear(state);
      report.rejected(explain(error, id, compiled.linesBefore, known));
    };
    const showProblem = () => {
      const [problem] = run.problems.values();
      if (run.failed) return;
      if (problem) report.rejected(problem);
      else report.fulfilled();
    };
    const observer = (): Observer => ({
      _node: state.root.parentElement ?? state.root, // what `visibility` asks about: an empty output is not seen
      pending() {
        if (!alive()) return;
        if (run.failed) clear(state);
        run.failed = false;
        report.pending();
      },
      fulfilled(value) {
        if (!alive()) return;
        try {
          if (compiled.autodisplay || state.autoclear) clear(state);
          if (compiled.autodisplay) display(state, value);
          showProblem();
        } catch (error) {
          reject(error);
        }
      },
      rejected: reject
    });

    const f = compiled.evaluate(id);
    const own = new Set([compiled.tick, "background"]);
    const inputs = compiled.inputs.filter((name) => !own.has(name));
    if (compiled.inputs.includes("background") && !inputs.includes("invalidation"))
      inputs.push("invalidation");
    function body(this: unknown, ...given: unknown[]) {
      const background = () => {
        const run = new AbortController();
        void (given[inputs.indexOf("invalidation")] as Promise<unknown>).then(() => run.abort());
        return createBackground({signal: AbortSignal.any([run.signal, ending.signal])});
      };
      const value = (name: string) => {
        if (name === compiled.tick) return guard.tick;
        return name === "background" ? background() : given[inputs.indexOf(name)];
      };
      return f.apply(this, compiled.inputs.map(value));
    }
    define(
      main,
      state,
      {id, body, inputs, outputs: compiled.outputs, autodisplay: compiled.autodisplay},
      observer
    );
    run.watchers = compiled.outputs.map((name) =>
      main
        .variable({
          fulfilled(value: unknown) {
            if (!alive()) return;
            offered.set(name, value);
            tellOffer();
            if (run.problems.delete(name)) showProblem();
          },
          rejected(error: Error) {
            if (!alive()) return;
            if (offered.delete(name)) tellOffer();
            if (run.failed) return;
            run.problems.set(name, explain(error, id, compiled.linesBefore, known, name));
            showProblem();
          }
        })
        .define(null, [name], (value: unknown) => value)
    );
  }

  // What a cell's callbacks and forgotten promises throw is shown in its place; the trace of the stack tells whose it is.
  const uncaught = (event: ErrorEvent | PromiseRejectionEvent) => {
    const error: unknown = "reason" in event ? event.reason : event.error;
    if (error instanceof Stopped) return event.preventDefault();
    const stack = error instanceof Error ? `${error.stack}\n` : "";
    const id = Number(/reader-cell-(\d+)\.js/.exec(stack)?.[1] ?? NaN);
    const run = runs.get(id);
    if (!stack.includes(cellFile(id))) return;
    event.preventDefault();
    if (!run?.compiled || (error as Error).message === "stale display") return;
    run.report.rejected(explain(error, id, run.compiled.linesBefore, known));
  };
  addEventListener("error", uncaught);
  addEventListener("unhandledrejection", uncaught);

  return {
    run(id, source, root, report) {
      const old = runs.get(id);
      forget(old);
      const run: Run = {
        state: {root, expanded: old?.state.expanded ?? [], variables: [], autoclear: true},
        guard: clock.guard({
          tooLong: (error) =>
            run.ending.signal.aborted || report.rejected({message: error.message, unfit: true})
        }),
        ending: new AbortController(),
        watchers: [],
        failed: false,
        problems: new Map(),
        report
      };
      runs.set(id, run);
      try {
        const compiled = compileCell(source);
        const taken = compiled.outputs.find((name) => name in values);
        if (taken !== undefined)
          throw new CellSyntaxError({message: `${taken} is a value of this page: give yours another name`});
        run.compiled = compiled;
        report.pending();
        start(id, run, compiled);
      } catch (error) {
        clear(run.state);
        report.rejected(error instanceof CellSyntaxError ? error.problem : explain(error, id, 0, known));
      }
    },
    stop(id) {
      const run = runs.get(id);
      if (!run || run.ending.signal.aborted) return;
      forget(run);
      // Cells that read its names are told why these are gone.
      run.watchers = (run.compiled?.outputs ?? []).map((name) =>
        main.variable().define(name, [], () => {
          throw new Error("its cell was stopped");
        })
      );
    },
    remove(id) {
      const run = runs.get(id);
      if (!run) return;
      forget(run);
      clear(run.state);
      runs.delete(id);
    },
    dispose() {
      removeEventListener("error", uncaught);
      removeEventListener("unhandledrejection", uncaught);
      for (const run of runs.values()) end(run);
      runs.clear();
      runtime.dispose();
    }
  };
}

/** What cells have at hand as pages of Framework have it; large libraries are loaded when a cell first names them. */
function standard(): Record<string, () => unknown> {
  return {
    Generators: () => Generators,
    Mutable: () => Mutable,
    now: () => Generators.now(),
    dark: () => Generators.dark(),
    width: () => Generators.width(document.querySelector("main") ?? document.body),
    d3: () => import("d3"),
    Plot: () => import("@observablehq/plot"),
    Inputs: () => import("@observablehq/inputs"),
    html: async () => (await import("htl")).html,
    svg: async () => (await import("htl")).svg
  };
}
const constants = (library: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(library).map(([name, value]) => [name, () => value]));
