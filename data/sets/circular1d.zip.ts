import {writeSet} from "../setFiles.js";

writeSet("circular1d", "circular1d", "simulated");
