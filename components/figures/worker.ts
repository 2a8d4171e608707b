import {createClient} from "../compute/client.js";
import {workerPort} from "../compute/webPort.js";
import type {NotebookJobs} from "../jobs/jobs.js";

/** A background thread that runs the notebook's jobs. */
export const openWorker = () =>
  createClient<NotebookJobs>(() =>
    workerPort(new Worker(import.meta.resolve("../jobs/worker.js"), {type: "module"}))
  );
