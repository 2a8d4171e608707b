/** A thread as a page's training threads are (components/jobs/trainWorker.ts), in Node. */
import {parentThread} from "../../components/cli/threads.js";
import {serve} from "../../components/compute/protocol.js";
import {trainingJobs} from "../../components/jobs/trainingJobs.js";

serve(parentThread(), trainingJobs);
