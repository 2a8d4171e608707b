import {writeSmallSet} from "./smallSet.js";

await writeSmallSet("spike-like");
