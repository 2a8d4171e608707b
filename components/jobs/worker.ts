import {serve} from "../compute/protocol.js";
import {parentPort} from "../compute/webPort.js";
import {jobs} from "./jobs.js";
serve(parentPort(self as never), jobs);
