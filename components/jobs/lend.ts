import {createClient, WorkerCrash, type Client} from "../compute/client.js";
import type {Jobs} from "../compute/protocol.js";
import {serve} from "../compute/protocol.js";
import {channelPort} from "../compute/webPort.js";

/** A job by which a thread serves others too, each through a port of its own. */
export const lendJobs = (jobs: Jobs) => ({
  lend: ({port}: {port: MessagePort}) => serve(channelPort(port), jobs)
});
export type LendJobs = ReturnType<typeof lendJobs>;

/** Connects threads to a thread that will lead them: ports to be sent to that one, which it opens by `borrowed`. */
export async function lendAll(helpers: readonly Client<LendJobs>[]): Promise<MessagePort[]> {
  return Promise.all(
    helpers.map(async (helper) => {
      const {port1, port2} = new MessageChannel();
      await helper.run("lend", {port: port2});
      return port1;
    })
  );
}

/** The helpers behind ports made by `lendAll`. Close them when done, or the thread stays alive in Node. */
export const borrowed = <J extends Jobs>(ports: readonly MessagePort[]): Client<J>[] =>
  ports.map((port) => createClient<J>(() => channelPort(port)));

/** Milliseconds between two looks at whether helpers live. */
const WATCH = 500;

/**
 * What `work` resolves to, or a WorkerCrash when one of the helpers dies before: the leader hears nothing of their deaths,
 * and would wait.
 */
export async function withHelpers<T>(
  helpers: readonly {readonly connected: boolean}[],
  work: Promise<T>
): Promise<T> {
  let timer: ReturnType<typeof setInterval> | undefined;
  const died = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      if (!helpers.every(({connected}) => connected))
        reject(new WorkerCrash(new Error("one of the helpers died")));
    }, WATCH);
  });
  try {
    return await Promise.race([work, died]);
  } finally {
    clearInterval(timer);
  }
}
