import {writeSmallSet} from "./smallSet.js";

await writeSmallSet("linear1d");
