import {cpus} from "node:os";

/** What computed a result, for its provenance. */
export const machine = (threads: number): string =>
  `${cpus()[0]?.model.trim() ?? "unknown processor"}, ${threads} thread${threads === 1 ? "" : "s"}, Node ${process.versions.node}`;
