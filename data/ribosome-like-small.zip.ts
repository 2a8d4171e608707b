import {writeSmallSet} from "./smallSet.js";

await writeSmallSet("ribosome-like");
