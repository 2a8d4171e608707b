import {bench, benchHelperJobs, benchPlain} from "./bench/bench.js";
import {lendJobs} from "./lend.js";
import {trainLive} from "./trainLive.js";
import {trainVaeLive} from "./trainVaeLive.js";

/** What a page can ask a training thread for; `lend` makes it a helper of another one. */
export const trainingJobs = {trainLive, trainVaeLive, bench, benchPlain, ...lendJobs(benchHelperJobs())};

export type TrainingJobs = typeof trainingJobs;
