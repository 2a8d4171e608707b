import {writeSet} from "../setFiles.js";

writeSet("linear1d", "linear1d", "simulated");
