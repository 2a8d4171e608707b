import {InputError} from "../formats/error.js";
import type {TrainedRun} from "./shippedRun.js";

type Evaluated = Awaited<ReturnType<TrainedRun["evaluation"]>>;

/**
 * A run's evaluation with a part that needs the truth, which a run on real images doesn't have.
 * @throws InputError where the part isn't there, or the evaluation is of other files than those that ship
 */
export async function evaluated<K extends "maps" | "states">(
  run: TrainedRun,
  part: K
): Promise<Evaluated & Required<Pick<Evaluated, K>>> {
  const evaluation = await run.evaluation();
  await run.checkEvaluation();
  if (!evaluation[part])
    throw new InputError(`${run.name}/evaluation.json`, part, "nothing", "the truth to compare with: only simulated images have it"); // prettier-ignore
  return evaluation as Evaluated & Required<Pick<Evaluated, K>>;
}
