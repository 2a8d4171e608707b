import {writeSmallSet} from "./smallSet.js";

await writeSmallSet("circular1d");
