/** What the worker of worker.test.ts runs. */
import type {JobContext} from "../../components/compute/job.js";
import {serve} from "../../components/compute/protocol.js";
import {parentPort} from "../../components/compute/webPort.js";

let tried = 0;
const jobs = {
  add: ({a, b}: {a: number; b: number}) => a + b,
  /** Turns of the event loop in a number of milliseconds, one straight after the other. */
  async turns({milliseconds}: {milliseconds: number}, {turn}: JobContext) {
    let n = 0;
    for (const end = performance.now() + milliseconds; performance.now() < end; ++n) await turn();
    return n;
  },
  async forever(_: null, {turn, progress}: JobContext) {
    for (let i = 0; ; ++i) {
      await turn();
      progress(i, Infinity);
    }
  },
  throwLater() {
    setTimeout(() => {
      throw new TypeError(`thrown in nobody's hearing, ${++tried}`);
    });
    return new Promise<string>(() => {});
  },
  reply({port}: {port: MessagePort}) {
    port.postMessage("hello");
  }
};

export type CrashJobs = typeof jobs;

serve(parentPort(self as unknown as Parameters<typeof parentPort>[0]), jobs);
