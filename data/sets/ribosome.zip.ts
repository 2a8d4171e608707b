import {writeSet} from "../setFiles.js";

writeSet("ribosome", "ribosome-like", "stand-in");
