/** The page's background thread: `new Worker` of this file runs the jobs of jobs.ts. */
import {serve} from "../compute/protocol.js";
import {parentPort} from "../compute/webPort.js";
import {jobs} from "./jobs.js";

serve(parentPort(self as unknown as Parameters<typeof parentPort>[0]), jobs);
