import {parseArgs, type ParseArgsConfig} from "node:util";
import {jobContext, type JobContext} from "../compute/job.js";
import {InputError} from "../formats/error.js";
import {progressBar} from "./progressBar.js";

export interface CommandLine {
  /** How to call it, shown by --help and after a wrong option: the usage line first, then what each option does. */
  help: string;
  /** node:util's parseArgs options; `help` is added. */
  options: NonNullable<ParseArgsConfig["options"]>;
  /** What the progress bar counts. */
  unit: string;
  /** Does the work; text it resolves to is said on stderr below the finished progress bar. */
  run(values: OptionValues, positionals: string[], context: JobContext): Promise<unknown>;
}

export type OptionValues = Record<string, string | boolean | undefined>;

/**
 * Runs a command: reads its arguments, shows progress on stderr, stops cleanly on Ctrl-C (exit code 130), and says in one
 * line what is wrong with its input (exit code 1). Any other error keeps its stack: it is a fault of ours.
 */
export async function command(
  {help, options, unit, run}: CommandLine,
  argv = process.argv.slice(2)
): Promise<void> {
  const controller = new AbortController();
  const bar = progressBar(unit);
  const interrupt = () => controller.abort(new DOMException("interrupted", "AbortError"));
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  try {
    const {values, positionals} = parsed(argv, options);
    if (values.help) return console.log(help);
    const said = await run(values, positionals, jobContext(controller.signal, bar.progress));
    bar.stop();
    if (typeof said === "string") console.error(said);
  } catch (error) {
    bar.stop();
    process.exitCode = controller.signal.aborted ? 130 : 1;
    if (controller.signal.aborted) console.error("interrupted");
    else if (error instanceof UsageError) console.error(`${error.message}\n${help.split("\n", 1)[0]}`);
    else if (error instanceof Error && error.name === "InputError") console.error(error.message);
    else console.error(error);
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

/** A wrong call of a command; its usage line is shown below the message. */
export class UsageError extends Error {
  override name = "UsageError";
}

function parsed(argv: string[], options: CommandLine["options"]) {
  try {
    const {values, positionals} = parseArgs({
      args: argv,
      options: {...options, help: {type: "boolean", short: "h"}},
      allowPositionals: true,
      strict: true
    });
    return {values: values as OptionValues, positionals};
  } catch (error) {
    throw new UsageError((error as Error).message.split(". ", 1)[0]);
  }
}

/** An option that must be there. @throws UsageError */
export function required(values: OptionValues, name: string): string {
  const value = values[name];
  if (typeof value !== "string") throw new UsageError(`--${name} is missing`);
  return value;
}

/** A numeric option, or `fallback` where it is absent. @throws InputError where it is no number in the range */
export function numeric<T>(
  values: OptionValues,
  name: string,
  fallback: T,
  {integer = false, min = -Infinity, above = -Infinity, max = Infinity} = {}
): number | T {
  const text = values[name];
  if (text === undefined) return fallback;
  const value = typeof text === "string" && text.trim() !== "" ? Number(text) : NaN;
  const fits = Number.isFinite(value) && value >= min && value > above && value <= max;
  if (fits && (!integer || Number.isInteger(value))) return value;
  const bounds = [
    min > -Infinity && `at least ${min}`,
    above > -Infinity && `more than ${above}`,
    max < Infinity && `at most ${max}`
  ].filter(Boolean);
  throw new InputError(
    "command line",
    `--${name}`,
    text,
    [integer ? "a whole number" : "a number", ...bounds].join(", ")
  );
}

/** An option that is one of a few words, or `fallback` where it is absent. @throws InputError where it is another */
export function choice<T extends string>(
  values: OptionValues,
  name: string,
  allowed: readonly T[],
  fallback: T
): T {
  const value = values[name];
  if (value === undefined) return fallback;
  if (!allowed.includes(value as T))
    throw new InputError("command line", `--${name}`, value, allowed.join(", "));
  return value as T;
}
