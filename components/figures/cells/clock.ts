/** Milliseconds that a cell may run without the page coming back to its event loop. */
export const LIMIT = 1000;

/** A cell was stopped while its code was still running: nothing to tell anyone. */
export class Stopped extends Error {
  override name = "Stopped";
  constructor() {
    super("this cell was stopped");
  }
}

/** A cell, or a function that it defined, ran too long without a pause. */
export class RanTooLong extends Error {
  override name = "RanTooLong";
  constructor(limit: number) {
    super(
      `this cell ran for ${limit / 1000} s without a pause: is there a loop without an end? Put long work in background(...), or pause in the loop with await new Promise((next) => setTimeout(next))`
    );
  }
}

/** One run of a cell: its guard, to be called at the start of every loop's and function's body. */
export interface Guard {
  /** @param pausable 1 in a loop of async code, which a stop ends too */
  tick(pausable?: number): void;
  /** From now on loops of async code throw `Stopped`. */
  end(): void;
}

/** Calls between two looks at the time, at most. */
const STRIDE = 64;

/**
 * Makes guards that throw when code goes on for longer than `limit` milliseconds in one turn of the event loop. Each guard
 * counts from its own first call in that turn, and a guard that throws lets the others start afresh: a cell does not pay
 * for another one's loop.
 */
export function createClock({
  limit = LIMIT,
  now = () => performance.now(),
  nextTurn = messageTurns()
}: {limit?: number; now?: () => number; nextTurn?: (call: () => void) => void} = {}) {
  let turn = 0; // of the event loop
  let period = 0; // within which time is counted: a turn, or what is left of it after a guard threw
  let waiting = false;

  return {
    /** @param tooLong told before the guard throws, for whoever calls the cell's functions may keep the error to himself */
    guard({tooLong}: {tooLong?: (error: RanTooLong) => void} = {}): Guard {
      let ended = false;
      let mine = -1;
      let start = 0;
      let last = 0;
      let stride = 1;
      let left = 0;
      let threwIn = -1;

      function look() {
        const time = now();
        if (!waiting) {
          waiting = true;
          nextTurn(() => {
            waiting = false;
            turn++;
            period++;
          });
        }
        if (threwIn === turn) throw new RanTooLong(limit); // it was caught, and the loop around it goes on
        if (mine !== period) {
          mine = period;
          start = time;
          stride = 1;
        } else if (time - start > limit) {
          threwIn = turn;
          period++;
          const error = new RanTooLong(limit);
          tooLong?.(error);
          throw error;
        } else if (time - last < 1) stride = Math.min(2 * stride, STRIDE);
        else stride = 1;
        last = time;
        left = stride;
      }
      return {
        tick(pausable) {
          if (ended && pausable) throw new Stopped();
          if (--left > 0 && mine === period) return;
          look();
        },
        end: () => void (ended = true)
      };
    }
  };
}

/** Calls back in the next turn of the event loop, sooner than a timer would. */
function messageTurns(): (call: () => void) => void {
  let channel: MessageChannel | undefined;
  let waiting: (() => void)[] = [];
  return (call) => {
    if (!channel) {
      channel = new MessageChannel();
      channel.port1.onmessage = () => {
        const calls = waiting;
        waiting = [];
        for (const f of calls) f();
      };
      (channel.port1 as {unref?: () => void}).unref?.(); // in Node it must not keep the process alive
    }
    waiting.push(call);
    channel.port2.postMessage(0);
  };
}
