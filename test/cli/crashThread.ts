/** What the thread of threads.test.ts runs: jobs that end their thread in every way there is, the first time. */
import type {JobContext} from "../../components/compute/job.js";
import {serve} from "../../components/compute/protocol.js";
import {parentThread} from "../../components/cli/threads.js";

/** Times the job was tried before; shared, so that it outlives the thread. */
interface Tried {
  tried: Int32Array;
}
const again = ({tried}: Tried) => Atomics.add(tried, 0, 1) > 0;

const jobs = {
  exit: (input: Tried) => (again(input) ? "done" : process.exit(3)),
  exitQuietly: (input: Tried) => (again(input) ? "done" : process.exit(0)),
  throwLater(input: Tried) {
    if (again(input)) return "done";
    setTimeout(() => {
      throw new TypeError("thrown in nobody's hearing");
    });
    return new Promise<string>(() => {});
  },
  rejectUnheard(input: Tried) {
    if (again(input)) return "done";
    void Promise.reject(new Error("rejected in nobody's hearing"));
    return new Promise<string>(() => {});
  },
  async fillMemory(input: Tried) {
    if (again(input)) return "done";
    const kept: number[][] = [];
    for (;;) kept.push(Array.from({length: 1e5}, Math.random));
  },
  add: ({a, b}: {a: number; b: number}) => a + b,
  async forever(_: null, {turn, progress}: JobContext) {
    for (let i = 0; ; ++i) {
      await turn();
      progress(i, Infinity);
    }
  },
  async reply({port}: {port: MessagePort}) {
    port.postMessage("hello");
    port.close();
  }
};

export type CrashJobs = typeof jobs;

serve(parentThread(), jobs);
