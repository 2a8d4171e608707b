/** What the process of threads.test.ts runs: it must end by itself, with turns taken, jobs cancelled, clients closed. */
import {createClient} from "../../components/compute/client.js";
import {quiet} from "../../components/compute/job.js";
import {createPool} from "../../components/compute/pool.js";
import {threadPort} from "../../components/cli/threads.js";
import type {CrashJobs} from "./crashThread.js";

const open = () => threadPort(new URL("./crashThread.ts", import.meta.url));
const client = createClient<CrashJobs>(open);
const pool = createPool<CrashJobs>(open, {threads: 1});
await quiet.turn();
if ((await client.run("add", {a: 1, b: 2})) !== 3) throw new Error("add");
if ((await pool.run("add", {a: 1, b: 2})) !== 3) throw new Error("add");
const controller = new AbortController();
const run = client.run("forever", null, {signal: controller.signal});
controller.abort();
await run.catch(() => {});
client.close();
pool.close();
