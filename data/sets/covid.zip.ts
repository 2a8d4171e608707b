import {writeSet} from "../setFiles.js";

writeSet("covid", "spike-like", "stand-in");
