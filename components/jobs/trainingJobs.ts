import {bench, benchHelperJobs, benchPlain} from "./bench/bench.js";
import {lendJobs} from "./lend.js";
import {trainLive} from "./trainLive.js";

/** What a page can ask a training thread for; `lend` makes it a helper of another one. */
export const trainingJobs = {trainLive, bench, benchPlain, ...lendJobs(benchHelperJobs())};

export type TrainingJobs = typeof trainingJobs;
