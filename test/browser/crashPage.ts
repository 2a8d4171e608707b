/** The page of worker.test.ts: the asking side, for the test to call from outside. */
import {createClient} from "../../components/compute/client.js";
import {createSwitch} from "../../components/compute/pause.js";
import {createPool} from "../../components/compute/pool.js";
import {workerPort} from "../../components/compute/webPort.js";
import type {CrashJobs} from "./crashWorker.js";

const client = (file = "crashWorker.js") =>
  createClient<CrashJobs>(() => workerPort(new Worker(file, {type: "module"})));
const pool = () => createPool<CrashJobs>(() => workerPort(new Worker("crashWorker.js")), {threads: 2});
export const page = {client, pool, createSwitch};
Object.assign(globalThis, {page});
