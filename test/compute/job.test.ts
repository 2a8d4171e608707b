import {expect, it} from "vitest";
import {jobContext, quiet} from "../../components/compute/job.js";
import {createSwitch} from "../../components/compute/pause.js";
import {nextTurn} from "../../components/compute/turn.js";

it("lets other ports be heard within a few turns, and timers when they are due", async () => {
  const {port1, port2} = new MessageChannel();
  let [message, timer] = [false, false];
  port1.onmessage = () => (message = true);
  port2.postMessage(0);
  setTimeout(() => (timer = true));
  for (let i = 0; i < 5; ++i) await quiet.turn();
  port1.close();
  expect(message).toBe(true);
  const start = performance.now();
  while (!timer && performance.now() - start < 100) await quiet.turn();
  expect(timer).toBe(true);
});

it("is over in less than a millisecond, and wakes in the order of asking", async () => {
  const start = performance.now();
  for (let i = 0; i < 1000; ++i) await nextTurn();
  expect((performance.now() - start) / 1000).toBeLessThan(1);
  const order: number[] = [];
  await Promise.all([1, 2, 3].map((i) => nextTurn().then(() => order.push(i))));
  expect(order).toEqual([1, 2, 3]);
});

it("throws the signal's reason, where it was cancelled before and where it is while paused", async () => {
  await expect(jobContext(AbortSignal.abort(new Error("before"))).turn()).rejects.toThrow("before");
  const controller = new AbortController();
  const turn = jobContext(controller.signal, undefined, createSwitch(true)).turn();
  setTimeout(() => controller.abort(new Error("stop")), 20);
  await expect(turn).rejects.toThrow("stop");
});

it("waits as long as it is paused, through more than one pause", async () => {
  const pausable = createSwitch(true);
  let over = false;
  const turn = jobContext(undefined, undefined, pausable)
    .turn()
    .then(() => (over = true));
  await new Promise((ok) => setTimeout(ok, 5));
  pausable.resume();
  pausable.pause(); // at once again: nobody has seen it run
  await new Promise((ok) => setTimeout(ok, 5));
  expect(over).toBe(false);
  pausable.resume();
  await turn;
});

it("a switch tells its listeners of changes only, until they leave", () => {
  const pausable = createSwitch();
  const seen: boolean[] = [];
  const leave = pausable.subscribe((paused) => seen.push(paused));
  pausable.resume();
  pausable.pause();
  pausable.pause();
  expect([pausable.paused, seen]).toEqual([true, [true]]);
  leave();
  pausable.resume();
  expect(seen).toEqual([true]);
});
