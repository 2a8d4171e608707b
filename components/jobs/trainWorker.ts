/** A thread for training and measuring: `new Worker` of this file runs the jobs below, alone or for another such thread. */
import {serve} from "../compute/protocol.js";
import {parentPort} from "../compute/webPort.js";
import {trainingJobs} from "./trainingJobs.js";

serve(parentPort(self as unknown as Parameters<typeof parentPort>[0]), trainingJobs);
