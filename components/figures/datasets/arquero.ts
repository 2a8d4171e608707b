import type * as Arquero from "arquero";
import * as bundle from "arquero/dist/arquero.min.js";

/** Arquero in one file, which the notebook's bundler gives as a default export; its own modules have none. */
export const aq: typeof Arquero =
  "default" in bundle ? (bundle as {default: typeof Arquero}).default : bundle;
