import {createClient, type Client} from "../compute/client.js";
import {createPool} from "../compute/pool.js";
import {workerPort} from "../compute/webPort.js";
import type {NotebookJobs} from "../jobs/jobs.js";
import type {TrainingJobs} from "../jobs/trainingJobs.js";

/** Fewest threads of a page, whatever the machine has; they are opened as they are needed. */
const THREADS = 4;

/** Milliseconds until a cancelled job that does not stop costs its thread, and the models that this has read. */
const GRACE = 1000;

/** Priority of jobs that answer a click. Jobs of priority 0, such as sampling, leave two threads to these and those below. */
export const CLICK = 2;

/** Priority of jobs that follow a click's first answer, such as a finer map. */
export const FOLLOW = 1;

/** The background threads that a page's figures share. Close them with the page. */
export const openWorkers = () =>
  createPool<NotebookJobs>(
    () => workerPort(new Worker(import.meta.resolve("../jobs/worker.js"), {type: "module"})),
    {threads: Math.max(THREADS, navigator.hardwareConcurrency), reserved: 2, grace: GRACE}
  );

/** Threads that train together, one for each core; the first leads. Close them when the work is done. */
export const openTrainers = (count = Math.max(1, navigator.hardwareConcurrency)): Client<TrainingJobs>[] =>
  Array.from({length: count}, () =>
    createClient<TrainingJobs>(() =>
      workerPort(new Worker(import.meta.resolve("../jobs/trainWorker.js"), {type: "module"}))
    )
  );
